"""Deliver: take notices out of the outbox to people, at least once each, in order per chat.

What needs an admin overtakes the other notices of its chat (`Notice.urgency`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.errors import (
    RecipientUnreachableError,
    RetryLaterError,
    StoreUnavailableError,
    UndeliverableError,
)
from bot.domain.notice import Alert, Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import CustomerId, OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.notifier import Delivery, Notifier
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue, enqueue_topups

log = structlog.get_logger(__name__)

AT_ONCE = 25
"""Chats served side by side; Telegram allows about 30 messages a second."""
RETRY_MAX = timedelta(minutes=5)
STORE_PAUSE = timedelta(seconds=1)
FAILURE_PAUSE = timedelta(seconds=30)
FAILURES_AT_MOST = 5
"""A notice that fails so often by our fault is given up; Telegram's patience is not counted."""
_EDITED_LATER = (NoticeKind.PARKED, *enqueue_topups.ASKS_TO_DECIDE)
"""What has news: the message that tells of it is remembered."""
Note = Callable[[Transaction], None]
"""Records the outcome of a delivery."""
ContentsOf = Callable[[Transaction, Notice, datetime], Delivery]
"""Reads a notice with the state of its subject at an instant."""


class Deliver:
    """One message in flight per chat; its text is made from the state at delivery."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        contents_of: ContentsOf,
        rules: ShopRules,
        clock: Clock,
    ) -> None:
        """Deliver through `notifier`; `contents_of` reads the state that a notice shows."""
        self._store = store
        self._notifier = notifier
        self._contents_of = contents_of
        self._rules = rules
        self._clock = clock
        self._step_lock = asyncio.Lock()
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._unrecorded: dict[int, Note] = {}
        """By chat, what came of a try and could not be written: the try is not made again."""
        self._failures: Counter[NoticeId] = Counter()
        self._on_end: Callable[[], None] = _do_nothing

    def tell_of_ends(self, on_end: Callable[[], None]) -> None:
        """Call this whenever a delivery has ended: there may be something to begin."""
        self._on_end = on_end

    async def deliver(self) -> float | None:
        """Deliver what is due, to the last; return what `step` does."""
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
        """Begin what is due and has a free place, and wait for none of it.

        Returns the seconds until something else is due; None when nothing waits but for the end
        of a delivery.
        """
        async with self._step_lock:
            failure = await self._record_pending()
            if isinstance(failure, StoreUnavailableError):
                raise failure  # What is sent now could not be noted either.
            seconds = await self._start_due()
            if failure is not None:
                raise failure
            return seconds

    async def finish(self, within_seconds: float) -> None:
        """Deliver what is due; what takes longer is cut off, and left to the next start.

        Raises `TimeoutError` then, and `StoreError`.
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
        # Asked before the read: the head of a chat may be noted while it is read.
        busy = self._in_flight.keys() | self._unrecorded.keys()
        free = AT_ONCE - len(self._in_flight)
        if free <= 0:
            return None
        now = self._clock.now()
        due, due_at = await self._store.read(_read_due, now, AT_ONCE + len(busy))
        for notice in [head for head in due if head.chat_id not in busy][:free]:
            self._in_flight[notice.chat_id] = asyncio.create_task(
                self._run(notice), name=f"notice {notice.dedupe_key}"
            )
        if due_at is None:
            return None
        return max(0.05, (due_at - self._clock.now()).total_seconds())

    async def _run(self, notice: Notice) -> None:
        chat_id = notice.chat_id
        try:
            self._unrecorded[chat_id] = await self._attempt(notice)
            await self._record(chat_id)
        finally:
            del self._in_flight[chat_id]
            self._on_end()

    async def _attempt(self, notice: Notice) -> Note:
        """Try to deliver once, and return what is to be noted of it."""
        try:
            delivery = await self._store.read(self._contents_of, notice, self._clock.now())
            if _is_obsolete(delivery):
                return partial(_delivered, notice=notice, message_id=None, now=self._clock.now())
            message_id = await self._notifier.deliver(delivery)
        except RetryLaterError as error:
            return self._retry(notice, timedelta(seconds=error.seconds))
        except StoreUnavailableError:
            return self._retry(notice, STORE_PAUSE)
        except RecipientUnreachableError:
            return partial(_unreachable, notice=notice)
        except UndeliverableError as error:
            log.warning("notice_undeliverable", kind=notice.kind, cause=str(error))
            return partial(self._give_up, notice=notice, now=self._clock.now())
        except Exception:  # A bug in one text must not stop everybody's messages.
            log.exception("notice_failed", kind=notice.kind, subject=notice.subject_id)
            return self._count_failure(notice)
        self._failures.pop(_id_of(notice), None)
        return partial(_delivered, notice=notice, message_id=message_id, now=self._clock.now())

    def _count_failure(self, notice: Notice) -> Note:
        """Try again after a failure of ours, but not for ever: the chat's next ones wait."""
        self._failures[_id_of(notice)] += 1
        if self._failures[_id_of(notice)] < FAILURES_AT_MOST:
            return self._retry(notice, FAILURE_PAUSE)
        del self._failures[_id_of(notice)]
        return partial(self._give_up, notice=notice, now=self._clock.now())

    def _retry(self, notice: Notice, pause: timedelta) -> Note:
        backoff = timedelta(seconds=min(2.0**notice.attempts, RETRY_MAX.total_seconds()))
        next_at = self._clock.now() + max(pause, backoff)
        return lambda tx: tx.outbox.retry(_id_of(notice), next_at)

    async def _record(self, chat_id: int) -> Exception | None:
        """Write what came of a chat's last try; it is kept when it cannot be written."""
        try:
            await self._store.write(self._unrecorded[chat_id])
        # Also a bug in one note must neither repeat its message nor hold up the other chats.
        except Exception as error:  # noqa: BLE001
            log.warning("delivery_outcome_not_recorded", chat_id=chat_id, cause=repr(error))
            return error
        del self._unrecorded[chat_id]
        return None

    async def _record_pending(self) -> Exception | None:
        """Write what could not be written before; return what is in the way, if anything."""
        failure: Exception | None = None
        for chat_id in self._unrecorded.keys() - self._in_flight.keys():
            failure = await self._record(chat_id) or failure
        return failure

    def _give_up(self, tx: Transaction, notice: Notice, now: datetime) -> None:
        tx.outbox.set_state(_id_of(notice), NoticeState.UNDELIVERABLE)
        if notice.kind is not NoticeKind.ALERT:
            detail = f"{notice.kind} {notice.dedupe_key}"
            enqueue.alert(tx, self._rules, Alert.UNDELIVERABLE, detail, now)


def _id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None  # noqa: S101 - for the type checker: it is a stored one
    return notice.notice_id


def _do_nothing() -> None:
    """Do nothing: `deliver` waits for the ends itself."""


def _read_due(tx: Transaction, now: datetime, limit: int) -> tuple[list[Notice], datetime | None]:
    return tx.outbox.heads(now, limit), tx.outbox.next_due(now)


def _is_obsolete(delivery: Delivery) -> bool:
    """Tell whether a notice is no news any more: what the customer reads next says more."""
    order = delivery.order
    if delivery.notice.kind is not NoticeKind.ORDER_PARKED or order is None:
        return False
    return order.state is not OrderState.PARKED


def _delivered(tx: Transaction, notice: Notice, message_id: int | None, now: datetime) -> None:
    tx.outbox.delivered(notice, now)
    if notice.kind in _EDITED_LATER and message_id is not None:
        tx.outbox.shown(notice, message_id)
    if notice.kind is not NoticeKind.ORDER or notice.subject_id is None or message_id is None:
        return
    order = tx.orders.get(OrderId(notice.subject_id))
    if order is not None and order.message_id != message_id:
        tx.orders.save(replace(order, message_id=message_id))


def _unreachable(tx: Transaction, notice: Notice) -> None:
    tx.outbox.hold_chat(notice.chat_id)
    tx.customers.mark_unreachable(CustomerId(notice.chat_id))
