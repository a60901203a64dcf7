"""One soak: days of mixed traffic, each followed by a night in which the clock jumps."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.domain.order import FINAL_STATES, OrderState
from bot.ports.store import Transaction
from bot.sandbox.bot_process import BotState
from storage.opening import open_store_readonly
from storage.store import SqlStore
from tests.soak.checks import SETTLED, Soaked
from tests.soak.measurements import Sample, sample_of
from tests.soak.people import EXPECTED, People
from tests.soak.shop import SoakShop
from tests.soak.tables import Database
from tests.soak.troubles import Troubles

START_SECONDS = 60.0
CALM_SECONDS = 15.0
"""How long the evening waits for people and orders before the clock jumps all the same."""
DRAIN_SECONDS = 120.0
SENDING_LIMIT = timedelta(seconds=60)
MOST_BACKUPS = 14
"""`BACKUP_KEEP`, as it is by default."""
UNDER_WAY = tuple(set(OrderState) - SETTLED)
IN_HAND = (OrderState.QUEUED, OrderState.SENDING)
assert FINAL_STATES < SETTLED
Report = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to soak, and for how long; the same seed draws the same acts."""

    address: str
    seconds: float
    seed: int
    days: float = 120.0
    """How far the clock goes in this time, in days: past every retention."""
    day_seconds: float = 20.0
    """The traffic between two jumps of the clock."""
    rough_share: float = 0.25
    """Of the time: the process is killed and restarted. The rest is one process's life."""
    customers: int = 32
    pause_seconds: float = 0.02
    patience_seconds: float = 5.0
    """How long people wait for the bot."""
    sample_seconds: float = 1.0

    @property
    def rest_seconds(self) -> float:
        """How long the bot has for its work after each jump of the clock."""
        return min(1.0, self.day_seconds / 10)


@dataclass
class Figures:
    """What was counted on the way, for the table."""

    seconds: float = 0.0
    updates: int = 0
    days: float = 0.0
    kills: int = 0
    restarts: int = 0
    jumps: int = 0
    audits: int = 0
    longest: Counter[str] = field(default_factory=Counter)
    """The longest queues at the end of a day's traffic."""
    rows: list[dict[str, int]] = field(default_factory=list)
    """The rows of each table, at the end of each night."""
    megabytes: list[float] = field(default_factory=list)
    """The size of the database, likewise."""
    states: Counter[str] = field(default_factory=Counter)
    purchases: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)


class Soak:
    """A running soak."""

    def __init__(self, plan: Plan, folder: Path, report: Report) -> None:
        self.plan, self.report = plan, report
        self.rng = Random(plan.seed)  # noqa: S311 - the same acts at every run
        self.shop = SoakShop(folder, plan.address, plan.customers)
        self.people = People(self.shop, self.rng, plan.pause_seconds, plan.patience_seconds)
        self.troubles = Troubles(self.shop, self.rng, self.people.gate)
        self.database = Database(plan.address)
        self.figures = Figures()
        self.samples: list[Sample] = []
        self.findings: list[str] = []
        self.log_megabytes = 0.0
        self._began = time.monotonic()

    async def run(self) -> Soaked:
        """Soak, drain and stop; return what is to be checked."""
        async with self._open() as store:
            self.people.reader = store
            self._began = time.monotonic()
            async with _background(self.people.live(), self.troubles.happen(), self._measure()):
                await self._traffic()
                self.figures.seconds = time.monotonic() - self._began
                queues = await self._drain()
            too_old = await self._until_deleted()
            await self._audit(store)
            await self.shop.bot.stop_and_wait()
            await self._audit(store)
            return await self._result(store, queues, too_old)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[SqlStore]:
        await self.shop.fund()
        await self.shop.open()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self.shop.bot.has_polled.wait()
            store = await open_store_readonly(self.plan.address)
            try:
                async with asyncio.timeout(START_SECONDS):
                    while await store.read(lambda tx: tx.catalogue.fetched_at()) is None:  # noqa: ASYNC110 - the bot is another process
                        await asyncio.sleep(0.05)
                yield store
            finally:
                await store.close()
        finally:
            await self.shop.close(CALM_SECONDS)

    # --- days and nights ---

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    async def _traffic(self) -> None:
        while self._elapsed < self.plan.seconds:
            self.people.gate.set()
            left = self.plan.seconds - self._elapsed
            await self._day(max(0.0, min(self.plan.day_seconds, left)))
            self.people.gate.clear()
            await self._evening()
            await self._night()

    async def _day(self, seconds: float) -> None:
        """Let traffic pass; in the rough part, the process ends in the middle of it."""
        if self._elapsed >= self.plan.seconds * self.plan.rough_share:
            await asyncio.sleep(seconds)
            return
        await asyncio.sleep(seconds * self.rng.uniform(0.2, 0.8))
        if self.rng.random() < 0.6:
            self.figures.kills += 1
            self.shop.bot.kill()
        else:
            self.figures.restarts += 1
            self.shop.bot.restart()
        await asyncio.sleep(seconds * 0.4)
        async with asyncio.timeout(START_SECONDS):
            while self.shop.bot.state is not BotState.RUNNING:  # noqa: ASYNC110 - a process's state
                await asyncio.sleep(0.05)

    async def _evening(self) -> None:
        """Wait until nobody does anything, and every order has been sent."""
        for name, length in (await self._queues()).items():
            self.figures.longest[name] = max(self.figures.longest[name], length)
        await self.troubles.end()
        end = time.monotonic() + CALM_SECONDS
        while time.monotonic() < end:
            if not self.people.busy and not await self.people.in_states(*IN_HAND):
                return
            await asyncio.sleep(0.1)

    async def _night(self) -> None:
        """Let the clock jump, check the books, and note how large everything is."""
        figures = self.figures
        share = min(1.0, self._elapsed / self.plan.seconds)
        ahead = timedelta(days=self.plan.days) * share
        self._jump(max(timedelta(0), ahead - self.shop.clock.ahead))
        figures.jumps += 1
        await asyncio.sleep(self.plan.rest_seconds)
        await self._audit(self.people.reader)
        await asyncio.to_thread(self._note_sizes)
        self.shop.forget_old()
        last = self.samples[-1] if self.samples else None
        self.report(
            f"day {self.shop.clock.ahead.days:3}: {self._updates:7,} updates, "
            f"{0 if last is None else last.resident_megabytes:.1f} MB, "
            f"{sum(figures.rows[-1].values()):7,} rows, {figures.kills} kills, "
            f"{len(self.shop.problems)} errors"
        )

    def _jump(self, by: timedelta) -> None:
        self.shop.move_clock(by)

    def _note_sizes(self) -> None:
        self.figures.rows.append(self.database.rows())
        size, log_size = self.database.megabytes()
        self.figures.megabytes.append(size)
        self.log_megabytes = max(self.log_megabytes, log_size)

    # --- the end ---

    async def _drain(self) -> dict[str, int]:
        """Let everything come to its end; return what is left in the queues."""
        for user_id in self.shop.people:
            self.shop.api.unblock(user_id)
        await self._resume()
        end = time.monotonic() + DRAIN_SECONDS
        while True:
            await asyncio.sleep(self.plan.rest_seconds)
            queues = await self._queues()
            if not any(queues.values()) or time.monotonic() > end:
                return queues
            if queues["orders under way"]:
                # Those that the supplier never ends are parked after a day.
                self._jump(timedelta(hours=3))
                await self._resume()

    async def _resume(self) -> None:
        try:
            await self.people.admin.say("/resume")
        except EXPECTED:
            self.people.counts["/resume without an answer"] += 1

    async def _queues(self) -> dict[str, int]:
        def ask(tx: Transaction) -> tuple[int, int]:
            return len(tx.inbox.pending()), tx.outbox.backlog()

        assert self.people.reader is not None
        inbox, outbox = await self.people.reader.read(ask)
        return {
            "Telegram's queue": len(self.shop.api.updates.pending),
            "inbox": inbox,
            "outbox": outbox,
            "orders under way": len(await self.people.in_states(*UNDER_WAY)),
        }

    async def _until_deleted(self) -> dict[str, int]:
        """Wait until the retention has done its work; return what is too old and still there."""
        self._jump(timedelta(hours=1, minutes=5))
        end = time.monotonic() + DRAIN_SECONDS
        while True:
            found = await asyncio.to_thread(self.database.too_old, self.shop.clock.now())
            if not found or time.monotonic() > end:
                return found
            await asyncio.sleep(0.1)

    async def _audit(self, store: SqlStore | None) -> None:
        assert store is not None
        now = self.shop.clock.now()
        found = await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
        self.findings += [str(one) for one in found]
        self.figures.audits += 1

    async def _result(
        self, store: SqlStore, queues: dict[str, int], too_old: dict[str, int]
    ) -> Soaked:
        figures, orders = self.figures, await self.people.orders()
        acts = await store.read(lambda tx: tx.admin_acts.latest(10_000_000))
        figures.updates, figures.days = self._updates, self.shop.clock.ahead / timedelta(days=1)
        figures.states = Counter(one.state.value for one in orders)
        figures.acts, figures.troubles = self.people.counts, self.troubles.counts
        purchases = list(self.shop.purchases)
        figures.purchases = len(purchases)
        return Soaked(
            samples=self.samples,
            left_in_queues=queues,
            too_old=too_old,
            findings=self.findings,
            orders=orders,
            purchases=purchases,
            refunded_by_hand={one.subject for one in acts},
            log_megabytes=self.log_megabytes,
            backups=len(list(self.shop.folder.rglob("backups/*.db"))),
            most_backups=MOST_BACKUPS,
            exit_code=self.shop.bot.exit_code,
            problems=self.shop.problems,
        )

    # --- measuring ---

    @property
    def _updates(self) -> int:
        return self.shop.api.updates.next_id - self.shop.first_update_id

    async def _measure(self) -> None:
        while True:
            pid = self.shop.bot.pid
            sample = None if pid is None else sample_of(pid, self._updates, self.shop.tasks)
            if sample is not None and self.people.gate.is_set():
                self.samples.append(sample)
            await asyncio.sleep(self.plan.sample_seconds)


@asynccontextmanager
async def _background(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run coroutines beside the body, which ends when one of them fails."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one) for one in work]
        yield
        for task in running:
            task.cancel()
