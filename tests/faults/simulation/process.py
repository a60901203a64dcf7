"""One process of the shop: the real services and workers, from start to kill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeVar

from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.services.admin.operations import Admin
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.services.catalogue.withhold import Withholding
from bot.services.customers import CustomerRecords
from bot.services.dialogs import CustomerDialogs
from bot.services.help_requests import HelpRequests
from bot.services.money.credit_limits import apply_credit_limits
from bot.services.money.supplier_deposit import SupplierDeposit
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.money.wallet import Wallets
from bot.services.notice_contents import contents_of
from bot.services.notices.deliver import Deliver
from bot.services.orders.place import Buy
from bot.services.orders.send import Send
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.people.people import People
from bot.services.supplier_accounts import require_own_orders
from bot.workers.loop import Loop, Step, waking
from bot.workers.schedule import TOPICS, sweep_then_look_up
from bot.workers.send_orders import SendOrders
from bot.workers.sync_catalogue import SyncCatalogue
from tests.faults.simulation.auditor import Auditor
from tests.faults.simulation.guards import Guards
from tests.faults.simulation.panel import Panel
from tests.faults.simulation.process_io import KillableStore, ProcessLife, SimulatedSupplier
from tests.faults.simulation.run_log import RunLog
from tests.faults.simulation.telegram import ReceivedMessages, SimulatedNotifier

T = TypeVar("T")

CATALOGUE_EVERY_SECONDS = 900.0
belongs_to_process: ContextVar[bool] = ContextVar("belongs_to_process", default=False)
"""Whether a task belongs to the shop's process and is cancelled when the process is killed."""


@dataclass
class Environment:
    """The objects that outlive a process and are shared with the next one."""

    log: RunLog
    panel: Panel
    messages: ReceivedMessages
    clock: Clock
    rng: Random
    rules: ShopRules
    guards: Guards
    auditor: Auditor


class Tokens:
    """Tokens that are unique in a run, across its processes."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def token(self) -> str:
        return f"{self._rng.getrandbits(48):012x}"


class Process:
    """Built on a database as `bot.app` builds the shop, without receiving Telegram updates."""

    def __init__(
        self, store: Store, environment: Environment, on_death: Callable[[str], None]
    ) -> None:
        rules, clock, rng = environment.rules, environment.clock, environment.rng
        self._rules = rules
        self.life = ProcessLife(on_death)
        self._account = rules.account
        self.store = KillableStore(
            store, self.life, environment.panel, environment.log, rng, environment.auditor
        )
        client = SimulatedSupplier(environment.panel, rules.account, self.life, rng)
        supplier = environment.guards.supplier(client)
        notifier = SimulatedNotifier(environment.messages, self.life, rng)
        ids = Tokens(rng)
        catalogue_cache = CatalogueCache()
        self.refresh = RefreshCatalogue(self.store, supplier, catalogue_cache, rules, clock)
        self.buy = Buy(self.store, catalogue_cache, rules, clock, ids)
        self.dialogs = CustomerDialogs(self.store, clock)
        self.help_requests = HelpRequests(self.store, rules, clock)
        self.customers = CustomerRecords(self.store, catalogue_cache, rules, clock)
        self.people = People(self.store, rules, clock, ids)
        self.supplier_deposit = SupplierDeposit(self.store, rules, clock, ids)
        self.wallets = Wallets(self.store, rules, clock, ids)
        self.topups = CustomerTopUps(self.store, rules, clock, ids)
        self.admin = Admin(self.store, supplier, catalogue_cache, rules, clock)
        self.withholding = Withholding(self.store, catalogue_cache, rules, clock)
        self.catalogue_cache = catalogue_cache
        self._send = Send(self.store, supplier, catalogue_cache, rules, clock)
        self._reconcile = environment.guards.reconcile(
            self.store, supplier, rules, clock, lambda: rng.uniform(-1, 1)
        )
        self._recon = SupplierComparison(self.store, supplier, rules, clock)
        self._deliver = Deliver(self.store, notifier, partial(contents_of, rules), rules, clock)
        self.sync = SyncCatalogue(self.refresh, CATALOGUE_EVERY_SECONDS)
        self.loops = self._loops()
        self.workers: list[asyncio.Task[None]] = []

    def _loops(self) -> list[Loop]:
        steps: dict[str, Step] = {
            "send_orders": SendOrders(self._send).step,
            "poll_orders": self._reconcile.poll,
            "reconcile_orders": sweep_then_look_up(self._reconcile),
            "compare_rows": self._recon.step,
            "sync_withheld": self.withholding.step,
            "deliver_outbox": self._deliver.step,
        }
        loops = {name: Loop(name, step, TOPICS[name]) for name, step in steps.items()}
        self._deliver.on_delivery_end(loops["deliver_outbox"].wake_always)
        return list(loops.values())

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a coroutine as a task of the process."""
        before = belongs_to_process.set(True)
        try:
            return asyncio.create_task(work)
        finally:
            belongs_to_process.reset(before)

    async def start(self) -> None:
        """Take over from the last process; raises `DiedError` if it is killed meanwhile.

        Raises `StrandedOrdersError` when the account was changed while orders were open.
        """
        await self.store.read(require_own_orders, self._account)
        await self.store.write(apply_credit_limits, self._rules)
        await self.refresh.load()
        await self._reconcile.recover()
        self.store.on_commit(waking(self.loops))
        self.workers = [
            self.spawn(self.sync.run()),
            *(self.spawn(loop.run()) for loop in self.loops),
        ]
