"""Deliver: send the notices of the outbox, at least once each and one after the other per chat.

The more urgent ones go first, within a chat and among the chats (`Notice.urgency`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.customer import TelegramId
from bot.domain.errors import (
    RecipientUnreachableError,
    RetryLaterError,
    StoreUnavailableError,
    UndeliverableError,
)
from bot.domain.histogram import Histogram
from bot.domain.notice import (
    MESSAGE_KINDS,
    TO_CUSTOMERS,
    Alert,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    Urgency,
)
from bot.domain.order import OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import ThreadMessageId
from bot.domain.topup import is_proof_lost
from bot.ports.clock import Clock
from bot.ports.notifier import Delivery, Notifier
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue, enqueue_threads, enqueue_topups

log = structlog.get_logger(__name__)

AT_ONCE = 25
"""How many chats are served concurrently; Telegram allows about 30 messages a second."""
MOST_AT_ONCE = {
    Urgency.BULK: 12,
    Urgency.ORDINARY: 16,
    Urgency.ORDER: 20,
    Urgency.OUTCOME: AT_ONCE,
    Urgency.ADMIN: AT_ONCE,
}
"""A notice waits while this many deliveries or more are in flight, so that a voucher finds a place
at once while others hang, or wait for their turn at Telegram's rate limit. The numbers rise."""
RETRY_MAX = timedelta(minutes=5)
STORE_PAUSE = timedelta(seconds=1)
FAILURE_PAUSE = timedelta(seconds=30)
FAILURES_AT_MOST = 5
"""A notice is given up after this many errors in our code; `RetryLaterError` does not count."""
_EDITED_LATER = (NoticeKind.PARKED, *enqueue_topups.ASKS_TO_DECIDE)
"""Kinds whose message is edited later: its id is stored."""
VOUCHER_BOUNDS_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
RecordOutcome = Callable[[Transaction], None]
"""Records the outcome of one delivery attempt."""
ContentsOf = Callable[[Transaction, Notice, datetime], Delivery]
"""Reads a notice with the state of its subject at an instant."""


class Deliver:
    """Delivers notices, one in flight per chat; the text is rendered from the state at delivery.

    So a message never shows an older state than one delivered before it.
    """

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        contents_of: ContentsOf,
        rules: ShopRules,
        clock: Clock,
    ) -> None:
        """Deliver through `notifier`; `contents_of` reads the state to render."""
        self._store = store
        self._notifier = notifier
        self._contents_of = contents_of
        self._rules = rules
        self._clock = clock
        self._step_lock = asyncio.Lock()
        self._in_flight: dict[TelegramId, asyncio.Task[None]] = {}
        self._unrecorded: dict[TelegramId, RecordOutcome] = {}
        """By chat: the outcome of an attempt that is not stored yet; it is not repeated."""
        self._failures: Counter[NoticeId] = Counter()
        self._on_end: Callable[[], None] = _do_nothing
        self.confirm_to_voucher = Histogram(VOUCHER_BOUNDS_SECONDS)
        """From the confirmation of an order until its voucher was in the customer's chat."""

    def on_delivery_end(self, on_end: Callable[[], None]) -> None:
        """Set the function to call when a delivery ends, because another may start then."""
        self._on_end = on_end

    async def deliver(self) -> float | None:
        """Deliver everything that is due and wait for it; return the same as `step`."""
        while True:
            was_busy = bool(self._in_flight)
            seconds = await self.step()
            if self._in_flight:
                await asyncio.wait(
                    list(self._in_flight.values()), return_when=asyncio.FIRST_COMPLETED
                )
            elif not was_busy:
                return seconds

    async def step(self) -> float | None:
        """Start the deliveries that are due, at most `AT_ONCE` at a time, without waiting for them.

        Returns the seconds until more is due; None when nothing is, or when a delivery has to end
        first. Raises `StoreUnavailableError` when an earlier outcome still cannot be stored:
        nothing is sent then, because a new outcome could not be stored either. Any other error of
        storing an earlier outcome is raised after the deliveries have started.
        """
        async with self._step_lock:
            failure = await self._record_pending()
            if isinstance(failure, StoreUnavailableError):
                raise failure  # The outcome of a new delivery could not be stored either.
            seconds = await self._start_due()
            if failure is not None:
                raise failure
            return seconds

    async def finish(self, within_seconds: float) -> None:
        """Deliver what is due, and cancel what is not delivered after `within_seconds`.

        The next start of the bot delivers the rest. Raises `TimeoutError` when something was
        cancelled, and `StoreError`.
        """
        try:
            async with asyncio.timeout(within_seconds):
                await self.deliver()
        finally:
            unfinished = list(self._in_flight.values())
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _start_due(self) -> float | None:
        # Before the read: a delivery may end, and its outcome be stored, during the read.
        busy = self._in_flight.keys() | self._unrecorded.keys()
        in_flight = len(self._in_flight)
        if in_flight >= AT_ONCE:
            return None
        due, due_at = await self._store.read(self._read_due, busy, in_flight, self._clock.now())
        for notice, delivery in due:
            self._in_flight[notice.chat_id] = asyncio.create_task(
                self._run(notice, delivery), name=f"notice {notice.dedupe_key}"
            )
        if due_at is None:
            return None
        return max(0.05, (due_at - self._clock.now()).total_seconds())

    def _read_due(
        self, tx: Transaction, busy: Set[TelegramId], in_flight: int, now: datetime
    ) -> tuple[list[tuple[Notice, Delivery | None]], datetime | None]:
        """Return the notices to deliver now, with their contents, and when more is due."""
        due: list[tuple[Notice, Delivery | None]] = []
        for head in tx.outbox.next_per_chat(now, AT_ONCE - in_flight, busy):
            if in_flight + len(due) >= MOST_AT_ONCE[head.urgency]:
                break  # The others are not more urgent.
            due.append((head, self._contents_or_none(tx, head, now)))
        return due, tx.outbox.next_due(now)

    def _contents_or_none(self, tx: Transaction, notice: Notice, now: datetime) -> Delivery | None:
        """Read what a notice shows; None after an error, for its own attempt to meet it again."""
        try:
            return self._contents_of(tx, notice, now)
        except Exception:  # One notice must not stop the others.
            log.exception("notice_not_read", kind=notice.kind, subject=notice.subject_id)
            return None

    async def _run(self, notice: Notice, delivery: Delivery | None) -> None:
        chat_id = notice.chat_id
        try:
            self._unrecorded[chat_id] = await self._attempt(notice, delivery)
            await self._record(chat_id)
        finally:
            del self._in_flight[chat_id]
            self._on_end()

    async def _attempt(self, notice: Notice, delivery: Delivery | None) -> RecordOutcome:
        """Try to deliver once; return the function that records the outcome.

        `delivery` is what was read with other notices; None if that failed.
        """
        try:
            if delivery is None:
                delivery = await self._store.read(self._contents_of, notice, self._clock.now())
            if _is_obsolete(delivery):
                return partial(_delivered, notice=notice, message_id=None, now=self._clock.now())
            message_id = await self._notifier.deliver(delivery)
            self._measure(delivery)
        except RetryLaterError as error:
            return self._retry(notice, timedelta(seconds=error.seconds))
        except StoreUnavailableError:
            return self._retry(notice, STORE_PAUSE)
        except RecipientUnreachableError:
            return partial(_unreachable, notice=notice, now=self._clock.now())
        except UndeliverableError as error:
            log.warning("notice_undeliverable", kind=notice.kind, cause=str(error))
            return partial(self._give_up, notice=notice, now=self._clock.now())
        except Exception:  # A bug in one text must not stop the other notices.
            log.exception("notice_failed", kind=notice.kind, subject=notice.subject_id)
            return self._count_failure(notice)
        self._failures.pop(_id_of(notice), None)
        return partial(_delivered, notice=notice, message_id=message_id, now=self._clock.now())

    def _measure(self, delivery: Delivery) -> None:
        order = delivery.order
        if delivery.notice.kind is not NoticeKind.OUTCOME or order is None:
            return
        if order.state is OrderState.SUCCEEDED:
            seconds = (self._clock.now() - order.created_at).total_seconds()
            self.confirm_to_voucher.observe(seconds)

    def _count_failure(self, notice: Notice) -> RecordOutcome:
        """Retry after an error in our code, at most `FAILURES_AT_MOST` times, since others wait."""
        self._failures[_id_of(notice)] += 1
        if self._failures[_id_of(notice)] < FAILURES_AT_MOST:
            return self._retry(notice, FAILURE_PAUSE)
        del self._failures[_id_of(notice)]
        return partial(self._give_up, notice=notice, now=self._clock.now())

    def _retry(self, notice: Notice, pause: timedelta) -> RecordOutcome:
        backoff = timedelta(seconds=min(2.0**notice.attempts, RETRY_MAX.total_seconds()))
        next_at = self._clock.now() + max(pause, backoff)
        return lambda tx: tx.outbox.retry(_id_of(notice), next_at)

    async def _record(self, chat_id: TelegramId) -> Exception | None:
        """Store the outcome of a chat's last attempt; on an error keep it and return the error."""
        try:
            await self._store.write(self._unrecorded[chat_id])
        # Any error: a bug here must neither repeat the message nor delay the other chats.
        except Exception as error:  # noqa: BLE001
            log.warning("delivery_outcome_not_recorded", chat_id=chat_id, cause=repr(error))
            return error
        del self._unrecorded[chat_id]
        return None

    async def _record_pending(self) -> Exception | None:
        """Store the outcomes that could not be stored before; return the last error, if any."""
        failure: Exception | None = None
        for chat_id in self._unrecorded.keys() - self._in_flight.keys():
            failure = await self._record(chat_id) or failure
        return failure

    def _give_up(self, tx: Transaction, notice: Notice, now: datetime) -> None:
        tx.outbox.set_state(_id_of(notice), NoticeState.UNDELIVERABLE)
        if notice.kind is NoticeKind.SHOP_MESSAGE:
            message_id = ThreadMessageId(notice.subject_id or 0)
            enqueue_threads.notify_message_lost(tx, message_id, now, is_blocked=False)
        if notice.kind is not NoticeKind.ALERT:
            detail = f"{notice.kind} {notice.dedupe_key}"
            enqueue.alert(tx, self._rules, Alert.UNDELIVERABLE, detail, now)


def _id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None  # noqa: S101 - for the type checker: it is a stored one
    return notice.notice_id


def _do_nothing() -> None:
    """The default for `on_delivery_end`."""


def _is_obsolete(delivery: Delivery) -> bool:
    """Whether a notice must not be sent any more.

    One about a parked order is replaced when the order is no longer parked, and a picture is not
    asked for that has come meanwhile. One to a customer is nobody else's business: the chat may be
    no longer that of their account. One to staff is not for those who have lost the right since.
    """
    kind, order = delivery.notice.kind, delivery.order
    if not delivery.is_permitted or (kind in TO_CUSTOMERS and not _is_for_reader(delivery)):
        return True
    if kind in MESSAGE_KINDS:
        return delivery.message is None  # It was deleted with its thread.
    if kind is NoticeKind.PROOF_LOST and delivery.topup is not None:
        return not is_proof_lost(delivery.topup)
    if kind is not NoticeKind.ORDER_PARKED or order is None:
        return False
    return order.state is not OrderState.PARKED


def _is_for_reader(delivery: Delivery) -> bool:
    """Whether the chat is somebody's, of the person whom the subject, if any, belongs to."""
    reader, owner = delivery.reader, delivery.customer
    return reader is not None and (owner is None or reader.customer_id == owner.customer_id)


def _delivered(tx: Transaction, notice: Notice, message_id: int | None, now: datetime) -> None:
    tx.outbox.delivered(notice, now)
    if notice.kind in _EDITED_LATER and message_id is not None:
        tx.outbox.set_message_id(notice, message_id)
    if notice.kind in MESSAGE_KINDS and message_id is not None:
        shown = ThreadMessageId(notice.subject_id or 0)
        tx.threads.add_delivery(shown, notice.chat_id, message_id)
    if notice.kind is not NoticeKind.ORDER or notice.subject_id is None or message_id is None:
        return
    order = tx.orders.get(OrderId(notice.subject_id))
    if order is not None and order.message_id != message_id:
        tx.orders.save(replace(order, message_id=message_id))


def _unreachable(tx: Transaction, notice: Notice, now: datetime) -> None:
    for lost in tx.outbox.pending_in(notice.chat_id, NoticeKind.SHOP_MESSAGE):
        message_id = ThreadMessageId(lost.subject_id or 0)
        enqueue_threads.notify_message_lost(tx, message_id, now, is_blocked=True)
    tx.outbox.mark_unreachable(notice.chat_id)
    tx.customers.mark_unreachable(notice.chat_id)
