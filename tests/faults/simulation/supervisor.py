"""Keeps the shop's process running, and holds the tasks that survive when it is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.catalogue import ProductId
from bot.domain.errors import StoreUnavailableError
from bot.domain.shop_rules import ShopRules
from bot.services.restores import restore_state
from bot.services.supplier_accounts import StrandedOrdersError
from storage.store import SqlStore
from tests.faults.simulation.database import back_up, open_store, put_back
from tests.faults.simulation.fault_schedule import Fault
from tests.faults.simulation.process import Environment, Process, belongs_to_process
from tests.faults.simulation.process_io import ProcessKilledError
from tests.faults.simulation.run_log import RunLog

T = TypeVar("T")

EPOCH = 2
"""The prefix of order numbers after a restore."""
MAX_DELIVERIES = 20
"""How often Telegram delivers an update to a shop that dies while handling it."""


class NoAnswerError(Exception):
    """The shop died `MAX_DELIVERIES` times during one request."""


class Supervisor:
    """Starts the shop's process again after each kill, and forwards people's requests to it."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, path: Path, environment: Environment
    ) -> None:
        self.loop = loop
        self.log: RunLog = environment.log
        self.environment = environment
        self.restarts: list[float] = []
        self.store: SqlStore
        self._path = path
        self._copy = path.with_suffix(".saved")
        self._is_lost = False
        self._moved_from: tuple[ShopRules, float] | None = None
        self._shop: Process | None = None
        self._is_open = asyncio.Event()
        self._death: asyncio.Future[str] = loop.create_future()
        self._tasks: dict[asyncio.Task[Any], bool] = {}
        """Every live task in order of creation, and whether it is cancelled with the process."""
        self._survivors: set[asyncio.Task[Any]] = set()
        loop.set_task_factory(self._make_task)

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
        self._tasks[task] = belongs_to_process.get()
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        ends_with_process = self._tasks.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, ProcessKilledError) or error is None:
            return
        is_worker = ends_with_process and task.get_coro() is not None
        if is_worker and not isinstance(error, StoreUnavailableError):
            self.log.counts[f"raised {type(error).__name__}"] += 1

    def spawn(self, life: Coroutine[Any, Any, None]) -> None:
        """Run a task that survives the kill of the process."""
        survivor = asyncio.create_task(life)
        self._survivors.add(survivor)
        survivor.add_done_callback(self._on_survivor_done)

    def _on_survivor_done(self, survivor: asyncio.Task[Any]) -> None:
        self._survivors.discard(survivor)
        if not survivor.cancelled() and survivor.exception() is not None:
            self.log.violation(f"a customer's task raised {survivor.exception()!r}")

    # --- asking the shop ---

    async def ask(self, request: Callable[[Process], Awaitable[T]]) -> T:
        """Send a request to the shop, again if the process dies meanwhile; return the answer.

        Raises `NoAnswerError` after `MAX_DELIVERIES` attempts.
        """
        for _ in range(MAX_DELIVERIES):
            await self._is_open.wait()
            shop = self._shop
            assert shop is not None
            asked = shop.spawn(_answered(request, shop))
            await asyncio.wait([asked])
            if asked.cancelled():
                continue
            error = asked.exception()
            if isinstance(error, StoreUnavailableError):
                await asyncio.sleep(1)
            elif not isinstance(error, ProcessKilledError):
                return asked.result()
        raise NoAnswerError

    def product(self, code: str) -> ProductId:
        """Return the id of a product by its code; 0 if the catalogue does not have it."""
        if self._shop is None or self._shop.catalogue_cache.catalogue is None:
            return ProductId(0)
        product = self._shop.catalogue_cache.catalogue.by_code(code)
        return ProductId(0) if product is None else product.product_id

    # --- the shop's life and death ---

    async def keep_open(self) -> None:
        """Start a process whenever none runs, until cancelled."""
        while True:
            self._death = self.loop.create_future()
            if self._is_lost:
                await self._restore_copy()
            panel = self.environment.panel
            self.store = await open_store(self._path, partial(panel.chance, Fault.GROUP_BROKEN))
            self._shop = Process(self.store, self.environment, self._on_death)
            starting = self._shop.spawn(self._shop.start())
            await asyncio.wait([starting])
            error = None if starting.cancelled() else starting.exception()
            if isinstance(error, StrandedOrdersError):
                self._move_back()
            if not starting.cancelled() and error is None:
                if self._moved_from is not None:
                    self.log.fault(Fault.MOVED)
                    self._moved_from = None
                self._is_open.set()
            elif not self._death.done():
                self._death.set_result("could not start")
            await self._death
            await self._kill()
            await asyncio.sleep(self.environment.rng.uniform(0.5, 20))

    def _on_death(self, why: str) -> None:
        if not self._death.done():
            self.log.note(f"dies {why}")
            self._death.set_result(why)

    def crash(self) -> None:
        """Kill the process wherever it is."""
        if self._shop is not None and self._is_open.is_set() and not self._death.done():
            self.log.fault(Fault.CRASH)
            self._shop.life.is_over = True
            self._on_death("of a signal")

    def back_up(self) -> None:
        """Copy the database as it is now."""
        back_up(self._path, self._copy)

    def lose_database(self) -> None:
        """Kill the process; the next one resumes from the copy."""
        self._is_lost = True
        self.log.fault(Fault.RESTORED)
        if self._shop is not None:
            self._shop.life.is_over = True
        self._on_death("of a lost disk")

    def move(self, account: str, zone_seconds: float) -> None:
        """Kill the process; the next one uses another account with rows of another time zone."""
        self.log.note(f"moves to {account}")
        self._moved_from = (self.environment.rules, self.environment.panel.zone_seconds)
        self.environment.rules = replace(self.environment.rules, account=account)
        self.environment.panel.zone_seconds = zone_seconds
        if self._shop is not None:
            self._shop.life.is_over = True
        self._on_death("of a move")

    def _move_back(self) -> None:
        """Undo a move that the shop refused, because orders of the old account were open."""
        assert self._moved_from is not None, "the account was not changed"
        self.log.counts["moved too early"] += 1
        self.environment.rules, self.environment.panel.zone_seconds = self._moved_from
        self._moved_from = None

    async def _restore_copy(self) -> None:
        self._is_lost = False
        put_back(self._copy, self._path)
        store = await open_store(self._path)
        await store.write(
            restore_state, self.environment.rules, EPOCH, self.environment.clock.now()
        )
        await store.close()
        # Messages about orders that the copy does not have are no longer checked.
        self.environment.messages.shown.clear()
        self.environment.messages.is_restored = True

    async def _kill(self) -> None:
        """Cancel every task of the process; from now on its use of its environment raises."""
        self._is_open.clear()
        assert self._shop is not None
        self._shop.life.is_over = True
        self.restarts.append(self.loop.time())
        self.log.counts["kills survived"] += 1
        tasks = [task for task, ends_with_process in self._tasks.items() if ends_with_process]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._shop = None
        await self.store.close()

    async def close(self) -> None:
        """Cancel all tasks and end the process."""
        for survivor in list(self._survivors):
            survivor.cancel()
        if self._shop is not None:
            self._shop.life.is_over = True
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        with suppress(AttributeError):
            await self.store.close()


async def _answered(request: Callable[[Process], Awaitable[T]], shop: Process) -> T:
    return await request(shop)
