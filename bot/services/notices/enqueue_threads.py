"""Notices of the conversations between the shop and its customers, and of calls for help."""

from __future__ import annotations

from datetime import datetime

from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId, Order
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import MAY_WRITE, About, Thread, ThreadMessage, ThreadMessageId
from bot.ports.store import Transaction
from bot.services.notices.enqueue import add_notice, notify_customer
from bot.services.permissions import recipients_with_any


def notify_help_request(
    tx: Transaction, rules: ShopRules, order: Order, request_key: str, now: datetime
) -> None:
    """Notify every admin that a customer asks for help with an order, once per `request_key`."""
    key = f"help:{order.number}:{request_key}"
    notify_who_may_write(tx, rules, About.ORDER, NoticeKind.HELP, key, order.order_id, now)


def notify_contact_request(
    tx: Transaction, rules: ShopRules, customer_id: CustomerId, request_key: str, now: datetime
) -> None:
    """Notify every admin that a customer asks to be contacted, once per `request_key`."""
    key = f"asked:{request_key}"
    notify_who_may_write(tx, rules, About.SHOP, NoticeKind.ASKED, key, customer_id, now)


def notify_shop_message(tx: Transaction, thread: Thread, message: ThreadMessage) -> None:
    """Deliver a message of the shop to its customer."""
    kind, message_id = NoticeKind.SHOP_MESSAGE, message.message_id
    key = f"{kind}:{message_id}"
    notify_customer(tx, thread.customer_id, kind, key, message.sent_at, subject_id=message_id)


def notify_customer_message(
    tx: Transaction, rules: ShopRules, thread: Thread, message: ThreadMessage
) -> None:
    """Deliver a customer's message to everybody who may answer it."""
    kind, key = NoticeKind.CUSTOMER_MESSAGE, f"customer_message:{message.message_id}"
    at = message.sent_at
    notify_who_may_write(tx, rules, thread.about, kind, key, message.message_id, at)


def notify_message_lost(
    tx: Transaction, message_id: ThreadMessageId, now: datetime, *, is_blocked: bool
) -> None:
    """Notify whoever wrote a message that the customer did not get it, once.

    `is_blocked`: the customer blocked the bot, and gets the message when they come back.
    """
    message = tx.threads.message(message_id)
    if message is not None:
        kind = NoticeKind.MESSAGE_LOST
        data = {"is_blocked": 1} if is_blocked else None
        key = f"{kind}:{message_id}"
        notify_customer(tx, message.author_id, kind, key, now, subject_id=message_id, data=data)


def notify_who_may_write(
    tx: Transaction,
    rules: ShopRules,
    about: About,
    kind: NoticeKind,
    key: str,
    subject_id: int,
    now: datetime,
) -> None:
    """Notify everybody who may write in threads about such a thing, once per `key`."""
    for chat_id in recipients_with_any(tx, rules, MAY_WRITE[about]):
        add_notice(tx, chat_id, kind, f"{key}:{chat_id}", now, subject_id=subject_id)
