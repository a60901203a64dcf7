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

from bot.domain.customer import TopUp, TopUpId, TopUpState
from bot.domain.errors import (
    RecipientUnreachableError,
    RetryLaterError,
    StoreUnavailableError,
    UndeliverableError,
)
from bot.domain.ledger import Purpose, Transfer, TransferId, wallet_of
from bot.domain.notice import Alert, Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.withheld_products import WithheldId
from bot.ports import Clock, Delivery, Notifier, Store, Transaction
from bot.services.catalogue.restock import restocked
from bot.services.catalogue.withhold import shown_of
from bot.services.money.topups.proof import decided_by, others_of
from bot.services.notices import enqueue, enqueue_topups
from bot.services.orders.parked_orders import candidates_of
from bot.services.reopening import opening_of

log = structlog.get_logger(__name__)

AT_ONCE = 25
"""Chats served side by side; Telegram allows about 30 messages a second."""
RETRY_MAX = timedelta(minutes=5)
STORE_PAUSE = timedelta(seconds=1)
FAILURE_PAUSE = timedelta(seconds=30)
FAILURES_AT_MOST = 5
"""A notice that fails so often by our fault is given up; Telegram's patience is not counted."""
EDITED_AT_ONCE = 5
"""So many announcements of one order are edited in a chat; older ones are answered when pressed."""
SETTLING = ("attach", "count_delivered", "refund")
"""The acts by which an admin settles a parked order."""
_ANNOUNCING = (NoticeKind.PARKED, NoticeKind.PARKED_NEWS)
_EDITED_LATER = (NoticeKind.PARKED, *enqueue_topups.ASKS_TO_DECIDE)
"""What has news: the message that tells of it is remembered."""
Note = Callable[[Transaction], None]
"""Writes down what came of a delivery."""
_OF_ORDER = (
    NoticeKind.ORDER,
    NoticeKind.OUTCOME,
    NoticeKind.ORDER_PARKED,
    NoticeKind.PARKED,
    NoticeKind.PARKED_NEWS,
    NoticeKind.HELP,
    NoticeKind.ALERT,
)
_OF_TOPUP = (
    NoticeKind.TOPUP_REQUESTED,
    NoticeKind.TOPUP_NEWS,
    NoticeKind.TOPUP_SETTLED,
    NoticeKind.TOPUP_REJECTED,
    NoticeKind.TOPUP_EXPIRED,
    NoticeKind.TOPUP_PROOF,
)


class Deliver:
    """One message in flight per chat; its text is made from the state at delivery."""

    def __init__(self, store: Store, notifier: Notifier, rules: ShopRules, clock: Clock) -> None:
        """Deliver through `notifier`."""
        self._store = store
        self._notifier = notifier
        self._rules = rules
        self._clock = clock
        self._turn = asyncio.Lock()
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._unnoted: dict[int, Note] = {}
        """By chat, what came of a try and could not be written: the try is not made again."""
        self._failures: Counter[NoticeId] = Counter()
        self._on_end: Callable[[], None] = _nobody_waits

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
        async with self._turn:
            trouble = await self._note_rest()
            if isinstance(trouble, StoreUnavailableError):
                raise trouble  # What is sent now could not be noted either.
            seconds = await self._begin()
            if trouble is not None:
                raise trouble
            return seconds

    async def finish(self, within_seconds: float) -> None:
        """Deliver what is due; what takes longer is cut off, and left to the next start.

        Raises `TimeoutError` then, and `StoreError`.
        """
        try:
            async with asyncio.timeout(within_seconds):
                await self.deliver()
        finally:
            late = list(self._in_flight.values())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _begin(self) -> float | None:
        # Asked before the read: the head of a chat may be noted while it is read.
        busy = self._in_flight.keys() | self._unnoted.keys()
        free = AT_ONCE - len(self._in_flight)
        if free <= 0:
            return None
        now = self._clock.now()
        heads, due_at = await self._store.read(_look, now, AT_ONCE + len(busy))
        for notice in [head for head in heads if head.chat_id not in busy][:free]:
            self._in_flight[notice.chat_id] = asyncio.create_task(
                self._carry_out(notice), name=f"notice {notice.dedupe_key}"
            )
        if due_at is None:
            return None
        return max(0.05, (due_at - self._clock.now()).total_seconds())

    async def _carry_out(self, notice: Notice) -> None:
        chat_id = notice.chat_id
        try:
            self._unnoted[chat_id] = await self._attempt(notice)
            await self._note(chat_id)
        finally:
            del self._in_flight[chat_id]
            self._on_end()

    async def _attempt(self, notice: Notice) -> Note:
        """Try to deliver once, and return what is to be noted of it."""
        try:
            delivery = await self._store.read(self._delivery, notice)
            if _is_over(delivery):
                return partial(_delivered, notice=notice, message_id=None, now=self._clock.now())
            message_id = await self._notifier.deliver(delivery)
        except RetryLaterError as error:
            return self._retry(notice, timedelta(seconds=error.seconds))
        except StoreUnavailableError:
            return self._retry(notice, STORE_PAUSE)
        except RecipientUnreachableError:
            return partial(_unreachable, notice=notice)
        except UndeliverableError as error:
            log.warning("notice undeliverable", kind=notice.kind, cause=str(error))
            return partial(self._give_up, notice=notice, now=self._clock.now())
        except Exception:  # A bug in one text must not stop everybody's messages.
            log.exception("notice failed", kind=notice.kind, subject=notice.subject_id)
            return self._failed(notice)
        self._failures.pop(_id_of(notice), None)
        return partial(_delivered, notice=notice, message_id=message_id, now=self._clock.now())

    def _delivery(self, tx: Transaction, notice: Notice) -> Delivery:
        """Return a notice with the state of things at this moment."""
        now = self._clock.now()
        return replace(self._about(tx, notice, now), at=now)

    def _about(self, tx: Transaction, notice: Notice, now: datetime) -> Delivery:
        if notice.kind is NoticeKind.RESTOCKED:
            reader = tx.customers.get(CustomerId(notice.chat_id))
            back = restocked(tx, self._rules, notice, now)
            return Delivery(notice, reader, restocked=back)
        if notice.kind is NoticeKind.WITHHELD:
            return _withheld(tx, notice)
        if notice.kind is NoticeKind.REOPENED:
            reader = tx.customers.get(CustomerId(notice.chat_id))
            return Delivery(notice, reader, opening=opening_of(tx, CustomerId(notice.chat_id)))
        delivery = _delivery(tx, notice)
        if notice.kind is NoticeKind.TOPUP_PROOF and delivery.topup is not None:
            return replace(delivery, others=tuple(others_of(tx, delivery.topup, now)))
        return delivery

    def _failed(self, notice: Notice) -> Note:
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

    async def _note(self, chat_id: int) -> Exception | None:
        """Write what came of a chat's last try; it is kept when it cannot be written."""
        try:
            await self._store.write(self._unnoted[chat_id])
        # Also a bug in one note must neither repeat its message nor hold up the other chats.
        except Exception as error:  # noqa: BLE001
            log.warning("delivery not noted yet", chat_id=chat_id, cause=repr(error))
            return error
        del self._unnoted[chat_id]
        return None

    async def _note_rest(self) -> Exception | None:
        """Write what could not be written before; return what is in the way, if anything."""
        trouble: Exception | None = None
        for chat_id in self._unnoted.keys() - self._in_flight.keys():
            trouble = await self._note(chat_id) or trouble
        return trouble

    def _give_up(self, tx: Transaction, notice: Notice, now: datetime) -> None:
        tx.outbox.set_state(_id_of(notice), NoticeState.UNDELIVERABLE)
        if notice.kind is not NoticeKind.ALERT:
            detail = f"{notice.kind} {notice.dedupe_key}"
            enqueue.alert(tx, self._rules, Alert.UNDELIVERABLE, detail, now)


def _id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None  # noqa: S101 - for the type checker: it is a stored one
    return notice.notice_id


def _nobody_waits() -> None:
    """Do nothing: `deliver` waits for the ends itself."""


def _look(tx: Transaction, now: datetime, limit: int) -> tuple[list[Notice], datetime | None]:
    return tx.outbox.heads(now, limit), tx.outbox.next_due(now)


def _delivery(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with what its subject is at this moment."""
    subject = notice.subject_id
    reader = tx.customers.get(CustomerId(notice.chat_id))
    if subject is None:
        return Delivery(notice, reader)
    if notice.kind in _OF_ORDER:
        order = tx.orders.get(OrderId(subject))
        owner = None if order is None else order.customer_id
        is_parked = notice.kind in _ANNOUNCING
        delivery = Delivery(
            notice,
            reader,
            order=order,
            candidates=tuple(candidates_of(tx, OrderId(subject))) if is_parked else (),
        )
        if order is not None and is_parked:
            delivery = _announcing(tx, delivery, order)
    elif notice.kind in _OF_TOPUP:
        topup = tx.topups.get(TopUpId(subject))
        owner = None if topup is None else topup.customer_id
        delivery = Delivery(notice, reader, topup=topup)
        if topup is not None:
            delivery = replace(
                delivery,
                message_ids=_of_topup(tx, topup, notice),
                admin=decided_by(tx, topup),
            )
    elif notice.kind is NoticeKind.STRAY_PROOF:
        owner = CustomerId(subject)
        delivery = Delivery(notice, reader)
    elif notice.kind is NoticeKind.ASKED:
        owner = CustomerId(subject)
        delivery = Delivery(notice, reader, topup=tx.topups.newest_of(owner))
    else:
        transfer = tx.ledger.transfer(TransferId(subject))
        owner = CustomerId(notice.chat_id)
        delivery = Delivery(notice, reader, transfer=transfer, topup=_paid_in(tx, transfer))
    if owner is None:
        return delivery
    return replace(
        delivery, customer=tx.customers.get(owner), wallet=tx.ledger.account(wallet_of(owner))
    )


def _is_over(delivery: Delivery) -> bool:
    """Tell whether a notice is no news any more: what the customer reads next says more."""
    order = delivery.order
    if delivery.notice.kind is not NoticeKind.ORDER_PARKED or order is None:
        return False
    return order.state is not OrderState.PARKED


def _withheld(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with the product that is held back from sale, and the order that told."""
    reader = tx.customers.get(CustomerId(notice.chat_id))
    withheld = tx.withheld_products.get(WithheldId(notice.subject_id or 0))
    if withheld is None:
        return Delivery(notice, reader)
    shown = shown_of(tx, withheld, int(notice.data["open_orders"]))
    return Delivery(notice, reader, order=tx.orders.get(withheld.order_id), withheld=shown)


def _paid_in(tx: Transaction, transfer: Transfer | None) -> TopUp | None:
    """Return the request that a transfer answers, if it answers one."""
    if transfer is None or transfer.purpose is not Purpose.TOPUP:
        return None
    return tx.topups.get(TopUpId(int(transfer.idempotency_key.removeprefix("topup:"))))


def _announcing(tx: Transaction, delivery: Delivery, order: Order) -> Delivery:
    """Return a delivery with the messages that announced an order, and who settled it."""
    acts = tx.admin_acts.about(order.number)
    act = next((one for one in acts if one.action in SETTLING), None)
    return replace(
        delivery,
        message_ids=_shown(tx, NoticeKind.PARKED, order.order_id, delivery.notice.chat_id),
        act=act,
        admin=None if act is None else tx.customers.get(CustomerId(act.actor_id)),
    )


def _shown(tx: Transaction, kind: NoticeKind, subject_id: int, chat_id: int) -> tuple[int, ...]:
    """Return the messages in a chat that told of something, the newest first."""
    told = tx.outbox.about(kind, subject_id)
    shown = [one.data.get("message_id") for one in told if one.chat_id == chat_id]
    return tuple(int(one) for one in shown if one is not None)[:EDITED_AT_ONCE]


def _of_topup(tx: Transaction, topup: TopUp, notice: Notice) -> tuple[int, ...]:
    """Return the messages in a chat that the news of a top-up changes, the newest first."""
    is_settled = notice.kind is NoticeKind.TOPUP_SETTLED
    if not is_settled and notice.kind is not NoticeKind.TOPUP_NEWS:
        return ()
    here = [one for one in tx.topups.messages(topup.topup_id) if one.chat_id == notice.chat_id]
    if topup.state is TopUpState.PENDING:
        here = [one for one in here if one.shows_payment]
    shown = {one.message_id for one in here if one.shows_payment is is_settled}
    for kind in () if is_settled else enqueue_topups.ASKS_TO_DECIDE:
        told = tx.outbox.about(kind, topup.topup_id)
        known = [one.data.get("message_id") for one in told if one.chat_id == notice.chat_id]
        shown |= {int(one) for one in known if one is not None}
    return tuple(sorted(shown, reverse=True))


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
