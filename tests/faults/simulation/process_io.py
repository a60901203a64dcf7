"""Access of one process to its database, supplier and Telegram, until it is killed.

After the kill, every use of it by a task of the process raises `ProcessKilledError`. Requests that
have left the process go on without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot.domain.errors import (
    StoreUnavailableError,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierUnavailableError,
)
from bot.domain.money import Rupiah
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Listener, Store, Transaction
from bot.ports.supplier import ReadShare, ServiceList, StatusList
from bot.supplier.throttle import OrderGap, ReadLimiter
from tests.faults.simulation.auditor import Auditor
from tests.faults.simulation.fault_schedule import Fault
from tests.faults.simulation.panel import UNKNOWN_REFUSAL, OrderCall, Panel
from tests.faults.simulation.run_log import RunLog

P = ParamSpec("P")
T = TypeVar("T")

CALLS_PER_MINUTE = 60
READ_ATTEMPTS = 3
TIMEOUT_SECONDS = 60.0


class ProcessKilledError(BaseException):
    """The process was killed here. A BaseException, so that no `except Exception` catches it."""


class ProcessLife:
    """Whether a process is alive; calls `on_death` when it is killed at a commit."""

    def __init__(self, on_death: Callable[[str], None]) -> None:
        self.is_over = False
        self._on_death = on_death

    def require(self) -> None:
        """Raise `ProcessKilledError` if the process is dead."""
        if self.is_over:
            raise ProcessKilledError

    def end(self, why: str) -> None:
        """Kill the process here."""
        self.is_over = True
        self._on_death(why)
        raise ProcessKilledError


class KillableStore:
    """The store of one process: every transaction takes time, and the process may die in it."""

    def __init__(
        self,
        store: Store,
        life: ProcessLife,
        panel: Panel,
        log: RunLog,
        rng: Random,
        auditor: Auditor,
    ) -> None:
        self._store = store
        self._life = life
        self._panel = panel
        self._log = log
        self._rng = rng
        self._auditor = auditor

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._life.require()
        await asyncio.sleep(self._rng.uniform(0.0002, 0.004))
        self._life.require()
        if self._panel.chance(Fault.DATABASE_AWAY):
            raise StoreUnavailableError("disk full")
        dies_here = self._panel.chance(Fault.CRASH_AT_COMMIT)
        if dies_here and self._rng.random() < 0.5:
            self._life.end("before a commit")
        result = await self._store.write(use_case, *args, **kwargs)
        self._log.counts["writes"] += 1
        self._log.note(f"write {_name_of(use_case)}")
        await self._auditor.wrote(self._store)
        if dies_here:
            self._life.end("after a commit")
        await asyncio.sleep(self._rng.uniform(0, 0.001))
        self._life.require()
        return result

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self._life.require()
        self._store.write_soon(use_case, *args, **kwargs)

    def on_commit(self, listener: Listener) -> None:
        self._store.on_commit(listener)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._life.require()
        if self._rng.random() < 0.2:
            await asyncio.sleep(self._rng.uniform(0, 0.002))
            self._life.require()
        return await self._store.read(query, *args, **kwargs)


def _name_of(use_case: object) -> str:
    """Return a function's qualified name; its `repr` has an address, which differs between runs."""
    while isinstance(use_case, partial):
        use_case = use_case.func
    return str(getattr(use_case, "__qualname__", type(use_case).__name__))


class SimulatedSupplier:
    """The supplier client of one process: the real throttles on a simulated connection."""

    def __init__(self, panel: Panel, account: str, life: ProcessLife, rng: Random) -> None:
        self._panel = panel
        self._account = account
        self._life = life
        self._rng = rng
        self._gap = OrderGap(panel.gap_seconds)
        self._limiter = ReadLimiter(CALLS_PER_MINUTE)

    @property
    def order_gap_seconds(self) -> float:
        return self._gap.seconds

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        self._life.require()
        order = str(structlog.contextvars.get_contextvars()["order"])
        fault = self._panel.draw_order_fault()
        await self._connect(fault, first_byte_within_seconds)
        self._life.require()
        call = OrderCall(self._account, order, service_code, destination, fault)
        if fault is not None:
            self._panel.log.fault(fault)
        self._panel.log.note(f"call for {order}")
        self._panel.order_calls.append(self._panel.time())
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                reply = await self._sent(call)
        except TimeoutError:
            raise SupplierOutcomeUnknownError("timed out") from None
        self._life.require()
        self._gap.narrow()
        return reply

    async def _connect(self, fault: Fault | None, within_seconds: float) -> None:
        """Open the connection. When this raises, no byte of the request has left."""
        seconds_needed = self._rng.uniform(0.02, 0.15)
        await asyncio.sleep(min(seconds_needed, within_seconds))
        is_down = self._panel.fault_schedule.is_active(Fault.SUPPLIER_DOWN, self._panel.time())
        if is_down or fault is Fault.NOT_CONNECTED or seconds_needed > within_seconds:
            self._panel.log.fault(Fault.NOT_CONNECTED)
            raise SupplierUnavailableError("connection refused")

    async def _sent(self, call: OrderCall) -> SupplierRow:
        if call.fault is Fault.LOST_BEFORE:
            await asyncio.sleep(self._rng.uniform(0.5, 70))
            raise SupplierOutcomeUnknownError("502")
        is_slow = call.fault is Fault.SLOW_WAY
        way_seconds = self._rng.uniform(10, 50) if is_slow else self._rng.uniform(0, 0.1)
        return await self._carried(call, way_seconds)

    def _carried(self, call: OrderCall, way_seconds: float) -> asyncio.Future[SupplierRow]:
        """Return the panel's answer, which comes later.

        The request arrives after `way_seconds` even if the process has died by then.
        """
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[SupplierRow] = loop.create_future()

        def arrive() -> None:
            answer = self._panel.answer(call)
            loop.call_later(answer.seconds, deliver, answer.content)

        def deliver(content: SupplierRow | SupplierError) -> None:
            if reply.done():
                return
            if isinstance(content, SupplierRow):
                reply.set_result(content)
            else:
                reply.set_exception(content)

        loop.call_later(way_seconds, arrive)
        return reply

    # --- reads ---

    async def recent_rows(self, share: ReadShare) -> StatusList:
        return await self._read(lambda: self._panel.list_rows(self._account), share)

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        return await self._read(lambda: self._panel.rows_of(self._account, ref_id), share)

    async def services(self) -> ServiceList:
        return await self._read(self._panel.services, ReadShare.OTHER)

    async def balance(self) -> Rupiah | None:
        return await self._read(lambda: None, ReadShare.OTHER)

    async def _read(self, answer: Callable[[], T], share: ReadShare) -> T:
        self._life.require()
        for attempt in range(READ_ATTEMPTS):
            await self._limiter.acquire(share)
            self._life.require()
            try:
                return await self._attempted(answer)
            except SupplierReadError:
                if attempt == READ_ATTEMPTS - 1:
                    raise
                await asyncio.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempted(self, answer: Callable[[], T]) -> T:
        panel, now = self._panel, self._panel.time()
        panel.reads.append(now)
        fault_schedule = panel.fault_schedule
        is_away = fault_schedule.is_active(Fault.SUPPLIER_DOWN, now) or fault_schedule.is_active(
            Fault.READS_DOWN, now
        )
        if is_away or panel.chance(Fault.READ_FAILS):
            await asyncio.sleep(self._rng.uniform(0.05, 2))
            raise SupplierReadError("502")
        await asyncio.sleep(self._rng.uniform(0.02, 0.3))
        if panel.chance(Fault.READ_REFUSED):
            raise UNKNOWN_REFUSAL
        result = answer()
        is_slow = panel.chance(Fault.READ_SLOW)
        await asyncio.sleep(self._rng.uniform(3, 19) if is_slow else self._rng.uniform(0.02, 0.3))
        self._life.require()
        return result
