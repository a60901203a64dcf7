"""Fakes for the services' tests: a supplier, a notifier, a clock and ids."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.customer import TelegramId
from bot.domain.erasure import Erasure
from bot.domain.errors import SupplierError, SupplierOutcomeUnknownError
from bot.domain.lookup import LIST_LENGTH
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.supplier_row import SupplierRow
from bot.ports.notifier import Delivery
from bot.ports.supplier import ReadShare, ServiceList, StatusList

NO_LISTINGS = ServiceList((), 0)
DEPOSIT = Rupiah(500_000)


class SettableClock:
    """A clock that changes only when the test advances or sets it."""

    def __init__(self, at: datetime) -> None:
        self.at = self._began_at = at
        self._set_by = timedelta(0)

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        """Let seconds pass. A negative number sets the clock back instead."""
        if seconds < 0:
            self.set_by(seconds)
        else:
            self.at += timedelta(seconds=seconds)

    def set_by(self, seconds: float) -> None:
        """Set the clock forward or back by seconds; no time passes."""
        self.at += timedelta(seconds=seconds)
        self._set_by += timedelta(seconds=seconds)

    def seconds(self) -> float:
        """Return the seconds passed since construction, as a monotonic clock does."""
        return (self.at - self._began_at - self._set_by).total_seconds()


class CountingIds:
    """Returns tokens numbered from 1."""

    def __init__(self) -> None:
        self.count = 0

    def token(self) -> str:
        self.count += 1
        return f"token{self.count:07}"


class HeldReply:
    """An answer that the supplier gives only when the test sets `released`."""

    def __init__(self, answer: SupplierRow | Exception) -> None:
        self.answer = answer
        self.asked = asyncio.Event()
        self.released = asyncio.Event()


@dataclass
class OrderCall:
    """The arguments of one call of the order endpoint."""

    service_code: str
    destination: str
    first_byte_within_seconds: float


@dataclass
class FakeSupplier:
    """Answers order calls with scripted answers, and reads from a list of rows."""

    order_gap_seconds: float = 6.0
    answers: deque[SupplierRow | Exception | HeldReply] = field(default_factory=deque)
    calls: list[OrderCall] = field(default_factory=list)
    rows: list[SupplierRow] = field(default_factory=list)
    """Newest first, as the panel shows them."""
    skipped: int = 0
    reads: list[str] = field(default_factory=list)
    """The reads: "list poll", "list reconcile", "services", "balance", or a requested ref_id."""
    read_error: SupplierError | None = None
    ignores_ref_id: bool = False
    listings: ServiceList = NO_LISTINGS
    deposit: Rupiah | None = DEPOSIT
    before_list: Callable[[], Awaitable[None]] | None = None
    """Runs once when the list is requested, before the panel makes it."""
    after_list: Callable[[], Awaitable[None]] | None = None
    """Runs once when the panel has made the list, before it arrives."""

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        self.calls.append(OrderCall(service_code, destination, first_byte_within_seconds))
        answer = self.answers.popleft()
        if isinstance(answer, HeldReply):
            answer.asked.set()
            await answer.released.wait()
            answer = answer.answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def listed(self) -> Sequence[SupplierRow]:
        """Return the rows that the panel shows now, newest first."""
        return self.rows

    def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.read_error is not None:
            raise self.read_error

    async def recent_rows(self, share: ReadShare) -> StatusList:
        before, self.before_list = self.before_list, None
        if before is not None:
            await before()
        self._read(f"list {share.value}")
        rows = tuple(self.listed()[: LIST_LENGTH - self.skipped])
        after, self.after_list = self.after_list, None
        if after is not None:
            await after()
        return StatusList(rows, self.skipped)

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        self._read(ref_id)
        rows = [row for row in self.listed() if self.ignores_ref_id or row.ref_id == ref_id]
        return StatusList(tuple(rows[:LIST_LENGTH]), self.skipped)

    async def services(self) -> ServiceList:
        self._read("services")
        return self.listings

    async def balance(self) -> Rupiah | None:
        self._read("balance")
        return self.deposit

    # --- arranging ---

    def will(self, *answers: SupplierRow | Exception | HeldReply) -> None:
        """Queue answers for the next order calls."""
        self.answers.extend(answers)

    def will_lose_the_answer(self) -> None:
        """Let the next order call time out."""
        self.will(SupplierOutcomeUnknownError("timed out"))

    def shows(self, row: SupplierRow) -> None:
        """Put a row at the top of the list."""
        self.rows.insert(0, row)

    def says(self, ref_id: str, status_word: str, **changes: str | Rupiah | None) -> None:
        """Change the status word of a row, and its other given fields."""
        for index, row in enumerate(self.rows):
            if row.ref_id == ref_id:
                changed = replace(row, status_word=status_word)
                self.rows[index] = replace(changed, **changes)  # type: ignore[arg-type]


class FakeErasureList:
    """Implements `ErasureList`."""

    def __init__(self) -> None:
        self.erasures: list[Erasure] = []
        self.failure: Exception | None = None

    def add_erasures(self, erasures: Sequence[Erasure]) -> None:
        if self.failure is not None:
            raise self.failure
        self.erasures += [one for one in erasures if one not in self.erasures]


class FakeWiper:
    """Implements `Wiper`; records the limits of bytes."""

    def __init__(self) -> None:
        self.limits: list[int | None] = []
        self.is_done = True

    async def wipe(self, most_bytes: int | None) -> bool:
        self.limits.append(most_bytes)
        return self.is_done


class FakeNotifier:
    """Records deliveries, and raises the failures that the test queued."""

    def __init__(self) -> None:
        self.delivered: list[Delivery] = []
        self.failures: dict[int, deque[Exception]] = {}
        self.attempts: list[str] = []
        self.in_flight: set[TelegramId] = set()

    def fails(self, chat_id: TelegramId, *failures: Exception) -> None:
        """Queue failures for the next deliveries to a chat, one for each."""
        self.failures.setdefault(chat_id, deque()).extend(failures)

    async def deliver(self, delivery: Delivery) -> int | None:
        notice = delivery.notice
        assert notice.chat_id not in self.in_flight, "two messages in flight for one chat"
        self.in_flight.add(notice.chat_id)
        self.attempts.append(notice.dedupe_key)
        await asyncio.sleep(0)
        self.in_flight.discard(notice.chat_id)
        if self.failures.get(notice.chat_id):
            raise self.failures[notice.chat_id].popleft()
        self.delivered.append(delivery)
        if notice.kind is NoticeKind.ORDER and delivery.order is not None:
            return delivery.order.message_id or 1_000 + delivery.order.order_id
        if delivery.message is not None:
            return 2_000 + delivery.message.message_id
        return None
