"""Deliver: take notices out of the outbox to people, at least once each, in order per chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.customer import TopUpId
from bot.domain.errors import (
    RecipientUnreachableError,
    RetryLaterError,
    UndeliverableError,
)
from bot.domain.ledger import TransferId, wallet_of
from bot.domain.notice import Alert, Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import CustomerId, OrderId
from bot.domain.rules import ShopRules
from bot.ports import Clock, Delivery, Notifier, Store, Transaction
from bot.services import tell
from bot.services.cases import candidates_of

log = structlog.get_logger(__name__)

AT_ONCE = 25
"""Chats served side by side; Telegram allows about 30 messages a second."""
RETRY_MAX = timedelta(minutes=5)
_OF_ORDER = (
    NoticeKind.ORDER,
    NoticeKind.OUTCOME,
    NoticeKind.PARKED,
    NoticeKind.HELP,
    NoticeKind.ALERT,
)
_OF_TOPUP = (NoticeKind.TOPUP_REQUESTED, NoticeKind.TOPUP_REJECTED, NoticeKind.TOPUP_PROOF)


class Deliver:
    """One message in flight per chat; its text is made from the state at delivery."""

    def __init__(self, store: Store, notifier: Notifier, rules: ShopRules, clock: Clock) -> None:
        """Deliver through `notifier`."""
        self._store = store
        self._notifier = notifier
        self._rules = rules
        self._clock = clock

    async def deliver(self) -> float | None:
        """Deliver what is due; return the seconds until the next (None: nothing waits)."""
        while True:
            now = self._clock.now()
            heads = await self._store.read(_heads, now)
            if not heads:
                break
            ends = await asyncio.gather(
                *(self._deliver(notice) for notice in heads), return_exceptions=True
            )
            for end in ends:  # Raised only now, when none is in flight any more.
                if isinstance(end, BaseException):
                    raise end
        due_at = await self._store.read(lambda tx: tx.outbox.next_due())
        if due_at is None:
            return None
        return max(0.05, (due_at - self._clock.now()).total_seconds())

    async def _deliver(self, notice: Notice) -> None:
        delivery = await self._store.read(_delivery, notice)
        try:
            message_id = await self._notifier.deliver(delivery)
        except RetryLaterError as error:
            await self._retry(notice, timedelta(seconds=error.seconds))
        except RecipientUnreachableError:
            await self._store.write(_unreachable, notice)
        except UndeliverableError as error:
            log.warning("notice undeliverable", kind=notice.kind, cause=str(error))
            await self._store.write(self._give_up, notice, self._clock.now())
        except Exception:  # A bug in one text must not stop everybody's messages.
            log.exception("notice failed", kind=notice.kind, subject=notice.subject_id)
            await self._retry(notice, timedelta(seconds=30))
        else:
            await self._store.write(_delivered, notice, message_id, self._clock.now())

    async def _retry(self, notice: Notice, pause: timedelta) -> None:
        backoff = timedelta(seconds=min(2.0**notice.attempts, RETRY_MAX.total_seconds()))
        next_at = self._clock.now() + max(pause, backoff)
        await self._store.write(lambda tx: tx.outbox.retry(_id_of(notice), next_at))

    def _give_up(self, tx: Transaction, notice: Notice, now: datetime) -> None:
        tx.outbox.set_state(_id_of(notice), NoticeState.UNDELIVERABLE)
        if notice.kind is not NoticeKind.ALERT:
            detail = f"{notice.kind} {notice.dedupe_key}"
            tell.alert(tx, self._rules, Alert.UNDELIVERABLE, detail, now)


def _id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None  # noqa: S101 - for the type checker: it is a stored one
    return notice.notice_id


def _heads(tx: Transaction, now: datetime) -> list[Notice]:
    return tx.outbox.heads(now, AT_ONCE)


def _delivery(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with the state of things at this moment."""
    subject = notice.subject_id
    reader = tx.customers.get(CustomerId(notice.chat_id))
    if subject is None:
        return Delivery(notice, reader)
    if notice.kind in _OF_ORDER:
        order = tx.orders.get(OrderId(subject))
        owner = None if order is None else order.customer_id
        is_parked = notice.kind is NoticeKind.PARKED
        delivery = Delivery(
            notice,
            reader,
            order=order,
            candidates=tuple(candidates_of(tx, OrderId(subject))) if is_parked else (),
        )
    elif notice.kind in _OF_TOPUP:
        topup = tx.topups.get(TopUpId(subject))
        owner = None if topup is None else topup.customer_id
        delivery = Delivery(notice, reader, topup=topup)
    else:
        transfer = tx.ledger.transfer(TransferId(subject))
        owner = CustomerId(notice.chat_id)
        delivery = Delivery(notice, reader, transfer=transfer)
    if owner is None:
        return delivery
    return replace(
        delivery, customer=tx.customers.get(owner), wallet=tx.ledger.account(wallet_of(owner))
    )


def _delivered(tx: Transaction, notice: Notice, message_id: int | None, now: datetime) -> None:
    tx.outbox.delivered(notice, now)
    if notice.kind is not NoticeKind.ORDER or notice.subject_id is None or message_id is None:
        return
    order = tx.orders.get(OrderId(notice.subject_id))
    if order is not None and order.message_id != message_id:
        tx.orders.save(replace(order, message_id=message_id))


def _unreachable(tx: Transaction, notice: Notice) -> None:
    tx.outbox.hold_chat(notice.chat_id)
    tx.customers.mark_unreachable(CustomerId(notice.chat_id))
    elif notice.kind is NoticeKind.STRAY_PROOF:
        owner = CustomerId(subject)
        delivery = Delivery(notice, reader)
