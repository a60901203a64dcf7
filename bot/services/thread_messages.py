"""What a message does to its thread: steps that several use cases share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.customer import Customer
from bot.domain.errors import MessageError, MessageFault, NotFoundError
from bot.domain.order import CustomerId, Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import (
    About,
    Draft,
    Thread,
    ThreadId,
    ThreadMessage,
    ThreadMessageId,
    Topic,
)
from bot.domain.topup import TopUp, TopUpId
from bot.ports.store import Transaction
from bot.services.notices import enqueue_threads

MAX_AN_HOUR: Final = 20
"""How many messages of one customer the staff get within an hour."""


@dataclass(frozen=True, slots=True)
class KnownThread:
    """A thread with its customer and what it is about."""

    thread: Thread
    customer: Customer | None
    order: Order | None = None
    topup: TopUp | None = None


def thread_of(tx: Transaction, thread_id: ThreadId) -> Thread:
    """Return a thread; raises `NotFoundError`."""
    thread = tx.threads.get(thread_id)
    if thread is None:
        raise NotFoundError
    return thread


def own_thread(tx: Transaction, customer_id: CustomerId, thread_id: ThreadId) -> Thread:
    """Return a thread of this customer; raises `NotFoundError` for any other."""
    thread = thread_of(tx, thread_id)
    if thread.customer_id != customer_id:
        raise NotFoundError
    return thread


def known(tx: Transaction, thread: Thread) -> KnownThread:
    """Return a thread with its customer and what it is about."""
    return KnownThread(thread, tx.customers.get(thread.customer_id), *subject_of(tx, thread.topic))


def subject_of(tx: Transaction, topic: Topic) -> tuple[Order | None, TopUp | None]:
    """Return the order or the top-up of a topic, if it is its customer's."""
    order, topup = None, None
    if topic.about is About.ORDER:
        order = tx.orders.get(OrderId(topic.subject_id))
    elif topic.about is About.TOPUP and topic.subject_id:
        topup = tx.topups.get(TopUpId(topic.subject_id))
    subject = order or topup
    if subject is not None and subject.customer_id != topic.customer_id:
        return None, None
    return order, topup


def open_case(tx: Transaction, topic: Topic, now: datetime) -> None:
    """Note that a customer asks the shop for help; they wait until somebody closes the case."""
    thread = opened(tx, topic, now)
    tx.threads.save(replace(thread, asked_at=now, waits_since=thread.waits_since or now))


def opened(tx: Transaction, topic: Topic, now: datetime) -> Thread:
    """Return the open thread about a topic: a new one, or the old one opened again."""
    thread = tx.threads.about(topic) or tx.threads.add(topic, now)
    if thread.is_open:
        return thread
    thread = replace(thread, opened_at=now, closed_at=None, closed_by=None)
    tx.threads.save(thread)
    return thread


def add_shop_message(
    tx: Transaction, topic: Topic, author_id: CustomerId, draft: Draft, key: str, now: datetime
) -> Thread:
    """Send a customer a message, once per `key`; return its thread.

    The customer of a case waits until it is closed; any other has been answered now.
    """
    thread = opened(tx, topic, now)
    added = tx.threads.add_message(_message(thread, author_id, draft, key, now, is_from_shop=True))
    if added is not None:
        enqueue_threads.notify_shop_message(tx, thread, added)
    if not thread.is_case:
        thread = replace(thread, waits_since=None)
        tx.threads.save(thread)
    return thread


def add_customer_message(
    tx: Transaction, rules: ShopRules, topic: Topic, draft: Draft, key: str, now: datetime
) -> Thread:
    """Send a customer's message to the staff, once per `key`; return its thread.

    Raises `MessageError` above `MAX_AN_HOUR`.
    """
    if tx.threads.count_from(topic.customer_id, now - timedelta(hours=1)) >= MAX_AN_HOUR:
        raise MessageError(MessageFault.TOO_MANY)
    thread = opened(tx, topic, now)
    added = tx.threads.add_message(
        _message(thread, topic.customer_id, draft, key, now, is_from_shop=False)
    )
    if added is not None:
        thread = replace(thread, waits_since=thread.waits_since or now)
        tx.threads.save(thread)
        enqueue_threads.notify_customer_message(tx, rules, thread, added)
    return thread


def _message(
    thread: Thread,
    author_id: CustomerId,
    draft: Draft,
    key: str,
    now: datetime,
    *,
    is_from_shop: bool,
) -> ThreadMessage:
    return ThreadMessage(
        message_id=ThreadMessageId(0),
        thread_id=thread.thread_id,
        author_id=author_id,
        is_from_shop=is_from_shop,
        body=draft.text,
        file_kind=draft.file_kind,
        file_id=draft.file_id,
        request_key=key,
        sent_at=now,
    )
