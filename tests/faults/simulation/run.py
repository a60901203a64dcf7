"""One run: the shop, its customers and the panel for some hours, a calm period, then the checks."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import structlog

from bot.domain.errors import AlreadyDecidedError, SupplierRowsUnreadError
from bot.domain.money_source import MoneySource
from bot.domain.order import FINAL_STATES, OrderState
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from tests.faults.simulation.admins import Admins
from tests.faults.simulation.auditor import Auditor
from tests.faults.simulation.customers import OPENING_BALANCE, Customers
from tests.faults.simulation.fault_schedule import (
    Fault,
    FaultSchedule,
    draw_fault_schedule,
    with_supplier_down_for_an_hour,
)
from tests.faults.simulation.final_checks import EVERY_STATE, FinalChecks, OutcomeCounts
from tests.faults.simulation.guards import Guards
from tests.faults.simulation.panel import GAP_SECONDS, Panel
from tests.faults.simulation.people import ADMINS, CUSTOMERS, TELEGRAM_ACCOUNTS
from tests.faults.simulation.plan import Plan
from tests.faults.simulation.process import Environment
from tests.faults.simulation.process_io import CALLS_PER_MINUTE
from tests.faults.simulation.run_log import RunLog
from tests.faults.simulation.supervisor import Supervisor
from tests.faults.simulation.telegram import ReceivedMessages
from tests.faults.simulation.virtual_time import VirtualClock, VirtualLoop
from tests.services.shop import LISTINGS, shop_rules

CALM_SECONDS = 300.0
MAX_CALM_SECONDS = 4 * 3_600.0
OPENING_SECONDS = 30.0
"""After this the first catalogue has been fetched."""
AFTER_OUTAGE_SECONDS = 600.0
NEW_ACCOUNT = "U2"
ACCOUNTS = (shop_rules().account, NEW_ACCOUNT)
MOVE_TRIES = 240
MAX_ORDERS_A_MINUTE = 11
"""One every 6 seconds, including the first and the last of the minute."""


@dataclass
class Report:
    """The results of a run."""

    seed: int
    plan: Plan
    fingerprint: str
    outcomes: OutcomeCounts
    faults: Counter[str]
    counts: Counter[str]
    violations: list[str]
    tail: list[str]
    """The last recorded events."""
    hours: float
    most_waiting: int
    """The longest queue."""
    most_orders_a_minute: int
    most_reads_a_minute: int


class Simulation:
    """Builds all parts of a run from its seed, and runs them."""

    def __init__(self, seed: int, plan: Plan, loop: VirtualLoop, folder: Path) -> None:
        self._plan = plan
        self._seed = seed
        self._loop = loop
        self._path = folder / "konter.db"
        hours = plan.orders / plan.per_minute / 60
        # The purpose is part of the seed: with another word every seed would have other faults.
        fault_schedule = plan.fault_schedule or draw_fault_schedule(self._rng("weather"), hours)
        if plan.has_outage:
            fault_schedule = with_supplier_down_for_an_hour(fault_schedule, hours * 900)
        self.log = RunLog(loop.time)
        gap_seconds = GAP_SECONDS if plan.has_gap else 0.0
        self.panel = Panel(loop.time, self.log, fault_schedule, self._rng("panel"), gap_seconds)
        self.panel.listings = LISTINGS
        self.messages = ReceivedMessages(self.panel)
        self.rules = self._rules(plan)
        self.guards = Guards(plan.off)
        self.clock = VirtualClock(loop, lambda now: self.panel.fault_schedule.clock_ahead(now))  # noqa: PLW0108 - the schedule changes
        leap = timedelta(seconds=sum(max(0.0, step.by) for step in fault_schedule.clock_steps))
        self.auditor = Auditor(
            self.log, self.clock, self.rules, plan.audit_every, leap, self.panel.by_ref
        )
        environment = Environment(
            log=self.log,
            panel=self.panel,
            messages=self.messages,
            clock=self.clock,
            rng=self._rng("process"),
            rules=self.rules,
            guards=self.guards,
            auditor=self.auditor,
        )
        self.supervisor = Supervisor(loop, self._path, environment)
        self.admins = Admins(self.supervisor, self._rng("admins"))
        self.most_waiting = 0
        self.customers = Customers(self.supervisor, self._rng("customers"), plan.shared)

    def _rng(self, purpose: str) -> Random:
        return Random(f"{self._seed} {purpose}")  # noqa: S311 - chance, not a secret

    @staticmethod
    def _rules(plan: Plan) -> ShopRules:
        rules = shop_rules(owner_ids=frozenset(admin.telegram_id for admin in ADMINS))
        return replace(rules, queue_max=timedelta(hours=2)) if plan.has_outage else rules

    async def live(self) -> Report:
        """Open the shop, trade, wait until it is calm, and check the results."""
        fault_schedule = self.panel.fault_schedule
        # The opening has no faults: without it no customer has any money.
        self.panel.fault_schedule = FaultSchedule(skew_seconds=fault_schedule.skew_at(0))
        async with asyncio.TaskGroup() as tasks:
            supervisor_task = tasks.create_task(self.supervisor.keep_open())
            report = await self._trade(fault_schedule)
            supervisor_task.cancel()
        await self.supervisor.close()
        return report

    async def _trade(self, fault_schedule: FaultSchedule) -> Report:
        await self._open()
        self.panel.fault_schedule = fault_schedule
        self.log.faults.update(fault_schedule.circumstances())
        self.guards.prepare(self._path)
        background = [asyncio.create_task(self._crash_at_random())]
        background.append(asyncio.create_task(self._watch_queue_length()))
        if self._plan.has_admins:
            background.append(asyncio.create_task(self.admins.work()))
        if self._plan.is_impatient:
            background.append(asyncio.create_task(self._resume_at_once()))
        if self._plan.has_restore:
            background.append(asyncio.create_task(self._lose_database()))
        await self._run_customers()
        if self._plan.has_outage:
            await self._wait_for_supplier(fault_schedule)
        for work in background:
            work.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await self._calm()
        return await self._check_results()

    async def _run_customers(self) -> None:
        """Run all customers; the last third of them after a move to another account, if any."""
        plan = self._plan
        if not plan.has_move:
            await self.customers.come(plan.orders, plan.per_minute)
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.customers.come(plan.orders * 2 // 3, plan.per_minute))
            tasks.create_task(self._move_to_another_account())
        await self.customers.come(plan.orders, plan.per_minute)

    async def _wait_for_supplier(self, fault_schedule: FaultSchedule) -> None:
        """Wait until the hour without supplier is over and the queue has started to shrink."""
        back_at = max(
            period.ends for period in fault_schedule.periods if period.kind is Fault.SUPPLIER_DOWN
        )
        await asyncio.sleep(max(0.0, back_at + AFTER_OUTAGE_SECONDS - self._loop.time()))

    async def _open(self) -> None:
        for account in TELEGRAM_ACCOUNTS:
            await self.supervisor.ask(
                lambda shop, who=account: shop.customers.register(who, f"User {who}", "", "id")  # type: ignore[misc]
            )
        for customer_id in CUSTOMERS:
            proposed = await self.supervisor.ask(
                lambda shop, who=customer_id: shop.wallets.propose_adjustment(  # type: ignore[misc]
                    ADMINS[0], who, OPENING_BALANCE, "", MoneySource.CASH
                )
            )
            await self.supervisor.ask(
                lambda shop, token=proposed.token: shop.wallets.adjust(  # type: ignore[misc]
                    ADMINS[0], token, MoneySource.CASH
                )
            )
        await asyncio.sleep(OPENING_SECONDS)

    async def _crash_at_random(self) -> None:
        every = self.panel.fault_schedule.crash_every_seconds
        if every is None:
            return
        rng = self._rng("crashes")
        while True:
            await asyncio.sleep(rng.expovariate(1 / every))
            self.supervisor.crash()

    async def _lose_database(self) -> None:
        """Resume from a copy that is some minutes old, once an admin opens the shop again."""
        rng, seconds = self._rng("restore"), self._plan.orders / self._plan.per_minute * 60
        await asyncio.sleep(rng.uniform(0.1, 0.3) * seconds)
        self.supervisor.back_up()
        await asyncio.sleep(rng.uniform(0.05, 0.2) * seconds)
        self.supervisor.lose_database()
        is_open = False
        while not is_open:
            await asyncio.sleep(rng.uniform(60, 240))
            with suppress(SupplierRowsUnreadError):
                await self.supervisor.ask(lambda shop: shop.admin.resume(ADMINS[0]))
                is_open = True

    async def _move_to_another_account(self) -> None:
        """Pause, settle open orders, and change the account once the shop allows it."""
        rng, seconds = self._rng("move"), self._plan.orders / self._plan.per_minute * 60
        await asyncio.sleep(rng.uniform(0.1, 0.3) * seconds)
        zone, self.admins.is_moving = rng.choice([-7, -1, 1, 7]) * 3_600.0, True
        await self.supervisor.ask(lambda shop: shop.admin.pause(ADMINS[0], "moving"))
        for _ in range(MOVE_TRIES):
            await asyncio.sleep(rng.uniform(10, 40))
            overview = await self.supervisor.ask(lambda shop: shop.admin.overview(ADMINS[0]))
            for order in overview.unsettled:
                if order.state is OrderState.PARKED:
                    await self.admins.settle_at_last(ADMINS[0], order)
            if await self._has_no_open_orders() or rng.random() < 0.05:
                self.supervisor.move(NEW_ACCOUNT, zone)
                await self.supervisor.ask(lambda shop: shop.admin.overview(ADMINS[0]))
            if self.supervisor.environment.rules.account == NEW_ACCOUNT:
                break
        self.admins.is_moving = False
        await self.supervisor.ask(lambda shop: shop.admin.resume(ADMINS[0]))

    async def _has_no_open_orders(self) -> bool:
        account, states = (
            self.supervisor.environment.rules.account,
            tuple(set(OrderState) - FINAL_STATES),
        )
        return await self.supervisor.ask(
            lambda shop: shop.store.read(lambda tx: not tx.orders.in_states(account, states))
        )

    async def _resume_at_once(self) -> None:
        while True:
            await asyncio.sleep(20)
            await self.supervisor.ask(lambda shop: shop.admin.resume(ADMINS[0]))

    async def _watch_queue_length(self) -> None:
        def waiting(tx: Transaction) -> int:
            return tx.orders.counts_by_state().get(OrderState.QUEUED, 0)

        while True:
            await asyncio.sleep(60)
            count = await self.supervisor.ask(lambda shop: shop.store.read(waiting))
            self.most_waiting = max(self.most_waiting, count)

    async def _calm(self) -> None:
        """Wait without faults until no order is open, or until the longest calm period is over."""
        self.panel.calm_down()
        ends_at = self._loop.time() + MAX_CALM_SECONDS
        await self._unblock_bot()
        while self._loop.time() < ends_at:
            await self.supervisor.ask(lambda shop: shop.admin.resume(ADMINS[0]))
            await asyncio.sleep(CALM_SECONDS)
            if await self._is_quiet():
                break
        if self._plan.has_admins:
            await self._settle_half_of_parked()
        # Work delayed by a clock that was set back runs at its original time.
        back = sum(max(0.0, -step.by) for step in self.panel.fault_schedule.clock_steps)
        await asyncio.sleep(CALM_SECONDS + back)

    async def _unblock_bot(self) -> None:
        """Make all customers and admins who blocked the bot reachable again."""
        for account in TELEGRAM_ACCOUNTS:
            await self.supervisor.ask(
                lambda shop, who=account: shop.customers.register(  # type: ignore[misc]
                    who, f"User {who}", "", "id", is_start=True
                )
            )

    async def _is_quiet(self) -> bool:
        waiting = [state for state in EVERY_STATE if not state.is_final]
        waiting.remove(OrderState.PARKED)
        return await self.supervisor.ask(
            lambda shop: shop.store.read(
                lambda tx: (
                    not tx.orders.in_states(self.supervisor.environment.rules.account, waiting)
                )
            )
        )

    async def _settle_half_of_parked(self) -> None:
        """Let a careful admin settle every second parked order; the others stay parked."""
        self.admins.carelessness = 0.0
        overview = await self.supervisor.ask(lambda shop: shop.admin.overview(ADMINS[0]))
        for order in overview.unsettled[::2]:
            if order.state is OrderState.PARKED:
                # An order on its way may be settled by its row meanwhile.
                with suppress(AlreadyDecidedError):
                    await self.admins.settle(ADMINS[0], order)

    async def _check_results(self) -> Report:
        outcomes = await self.supervisor.ask(lambda shop: shop.store.read(self._examine))
        most_orders = most_in_a_minute(self.panel.order_calls)
        most_reads = most_in_a_minute(self.panel.reads)
        # Setting the clock forward shortens the pause between two orders.
        allowed = MAX_ORDERS_A_MINUTE + len(self.panel.fault_schedule.clock_steps)
        if self._plan.has_gap and most_orders > allowed:
            self.log.violation(f"{most_orders} order calls in a minute")
        if most_reads > CALLS_PER_MINUTE and not self.supervisor.restarts:
            self.log.violation(f"{most_reads} reads in a minute")
        return Report(
            seed=self._seed,
            plan=self._plan,
            fingerprint=self.log.fingerprint,
            outcomes=outcomes,
            faults=self.log.faults,
            counts=self.log.counts,
            violations=self.log.violations,
            tail=list(self.log.tail),
            hours=self._loop.time() / 3_600,
            most_waiting=self.most_waiting,
            most_orders_a_minute=most_orders,
            most_reads_a_minute=most_reads,
        )

    def _examine(self, tx: Transaction) -> OutcomeCounts:
        self.auditor.audit(tx)
        return FinalChecks(
            tx, self.panel, self.messages, self.supervisor.environment.rules, ACCOUNTS
        ).examine()


def most_in_a_minute(instants: list[float]) -> int:
    """Return the largest number of instants within any 60 seconds."""
    instants = sorted(instants)
    return max(
        (index - bisect_right(instants, at - 60) + 1 for index, at in enumerate(instants)),
        default=0,
    )


def simulate(seed: int, plan: Plan) -> Report:
    """Run one seed; the same seed and plan always give the same report."""
    loops: list[VirtualLoop] = []

    def make_loop() -> VirtualLoop:
        loops.append(VirtualLoop())
        return loops[-1]

    with (
        tempfile.TemporaryDirectory(prefix="konter-") as folder,
        Guards(plan.off).switched(),
        _quiet_logs(),
        asyncio.Runner(loop_factory=make_loop) as runner,
    ):

        async def live() -> Report:
            return await Simulation(seed, plan, loops[0], Path(folder)).live()

        return runner.run(live())


@contextmanager
def _quiet_logs() -> Iterator[None]:
    """Silence the services' logs: every injected fault would be logged."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)
