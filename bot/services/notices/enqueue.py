"""Tell people: notices written in the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.condition import Condition
from bot.domain.ledger import Transfer
from bot.domain.notice import Alert, Notice, NoticeKind, NoticeState
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.restock import RestockRequest
from bot.domain.shop_rules import ShopRules
from bot.domain.waiting_times import became_slow, hear_by
from bot.domain.withheld_products import Withheld
from bot.ports.store import Transaction

ALERT_EVERY = timedelta(minutes=15)
ALERT_HOLDS = timedelta(days=1)
"""An alert whose cause has not come again for so long is over."""
ANNOUNCE_EVERY = timedelta(hours=1)


def tell_order(tx: Transaction, order: Order, now: datetime) -> None:
    """Have the order's one message brought up to date.

    One that is parked, or final, also makes a sound: the first time that it is parked.

    What the admins were told of it while it was parked loses its buttons.
    """
    if order.state is not OrderState.PARKED:
        tell_announced(tx, order, now)
    add_notice(
        tx,
        order.customer_id,
        NoticeKind.ORDER,
        f"order:{order.number}:{order.version}",
        now,
        subject_id=order.order_id,
    )
    news = {OrderState.PARKED: (NoticeKind.ORDER_PARKED, f"order-parked:{order.number}")}
    if order.state.is_final:
        news[order.state] = (NoticeKind.OUTCOME, f"outcome:{order.number}")
    if order.state in news:
        kind, key = news[order.state]
        add_notice(tx, order.customer_id, kind, key, now, subject_id=order.order_id)


def tell_slow(tx: Transaction, order: Order, now: datetime) -> None:
    """Have an order's one message say that it takes longer than usual, once it does.

    Asked at every poll; told once, also across restarts.
    """
    if not became_slow(order, now):
        return
    add_notice(
        tx,
        order.customer_id,
        NoticeKind.ORDER,
        f"order-slow:{order.number}",
        now,
        subject_id=order.order_id,
    )


def tell_overdue(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Tell the customer of a parked order once when it is not settled by the promised hour."""
    if now <= hear_by(order.parked_at or order.created_at, rules.timezone):
        return
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED):
        key = f"{kind}-overdue:{order.number}"
        add_notice(tx, order.customer_id, kind, key, now, subject_id=order.order_id)


def tell_wallet(
    tx: Transaction, customer_id: CustomerId, transfer: Transfer, wish: str = ""
) -> None:
    """Tell a customer of money credited or debited by an admin; `wish` can be bought now."""
    add_notice(
        tx,
        customer_id,
        NoticeKind.WALLET,
        f"wallet:{transfer.idempotency_key}",
        transfer.created_at,
        subject_id=transfer.transfer_id,
        data={"wish": wish} if wish else None,
    )


def tell_restocked(tx: Transaction, requests: Sequence[RestockRequest], now: datetime) -> None:
    """Tell a customer, in one message, of all that is back of what they waited for."""
    first = min(requests, key=lambda request: request.request_id)
    add_notice(
        tx,
        first.customer_id,
        NoticeKind.RESTOCKED,
        f"restocked:{first.request_id}",
        now,
        data={"products": " ".join(str(request.product_id) for request in requests)},
    )


def tell_reopened(tx: Transaction, now: datetime) -> int:
    """Tell everybody who waits for the shop that it is open; return how many they are."""
    requests = tx.reopening_requests.take()
    for request in requests:
        key = f"reopened:{request.request_id}"
        add_notice(tx, request.customer_id, NoticeKind.REOPENED, key, now)
    return len(requests)


def tell_withheld(
    tx: Transaction, rules: ShopRules, withheld: Withheld, open_orders: int, now: datetime
) -> None:
    """Tell every admin that a product is held back from sale, with the button that releases it."""
    for admin_id in sorted(rules.admin_ids):
        add_notice(
            tx,
            admin_id,
            NoticeKind.WITHHELD,
            f"withheld:{withheld.withheld_id}:{admin_id}",
            now,
            subject_id=withheld.withheld_id,
            data={"open_orders": open_orders},
        )


def products_of(notice: Notice) -> list[ProductId]:
    """Return the products that such a notice tells of."""
    return [ProductId(int(number)) for number in str(notice.data["products"]).split()]


def can_be_edited(told: Notice) -> bool:
    """Tell whether the message of a notice is known, or will be made from how things are then."""
    # One on its way shows an earlier state, and its message is known when it has arrived.
    return told.state is NoticeState.PENDING or "message_id" in told.data


def announce_parked(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Show a parked order to every admin, with the buttons that settle it."""
    stamp = int(now.timestamp())
    for admin_id in sorted(rules.admin_ids):
        add_notice(
            tx,
            admin_id,
            NoticeKind.PARKED,
            f"parked:{order.number}:{stamp}:{admin_id}",
            now,
            subject_id=order.order_id,
        )


def tell_announced(tx: Transaction, order: Order, now: datetime) -> None:
    """Have the messages that announced a parked order say what has become of it."""
    told = tx.outbox.about(NoticeKind.PARKED, order.order_id)
    for chat_id in sorted({one.chat_id for one in told if can_be_edited(one)}):
        add_notice(
            tx,
            chat_id,
            NoticeKind.PARKED_NEWS,
            f"parked-news:{order.number}:{order.version}:{chat_id}",
            now,
            subject_id=order.order_id,
        )


def leave_screen(tx: Transaction, order: Order, chat_id: int, message_id: int | None) -> None:
    """Leave the message to an admin on which they decide: it shows them what came of it."""
    for notice in tx.outbox.about(NoticeKind.PARKED, order.order_id):
        if notice.chat_id == chat_id and notice.data.get("message_id", 0) == message_id:
            tx.outbox.shown(notice, None)


def ask_admins_to_help(
    tx: Transaction, rules: ShopRules, order: Order, request_key: str, now: datetime
) -> None:
    """Tell every admin that a customer asks for help with an order, once for a `request_key`."""
    for admin_id in sorted(rules.admin_ids):
        add_notice(
            tx,
            admin_id,
            NoticeKind.HELP,
            f"help:{order.number}:{request_key}:{admin_id}",
            now,
            subject_id=order.order_id,
        )


def ask_admins_to_write(
    tx: Transaction, rules: ShopRules, customer_id: CustomerId, request_key: str, now: datetime
) -> None:
    """Tell every admin that a customer wants to be written to, once for a `request_key`."""
    for admin_id in sorted(rules.admin_ids):
        key = f"asked:{request_key}:{admin_id}"
        add_notice(tx, admin_id, NoticeKind.ASKED, key, now, subject_id=customer_id)


def alert(
    tx: Transaction,
    rules: ShopRules,
    condition: Alert,
    detail: str,
    now: datetime,
    *,
    order: Order | None = None,
) -> None:
    """Tell the admins of a condition, not more often than every 15 minutes."""
    name = f"alert:{condition}"
    earlier = tx.conditions.get(name)
    if earlier is not None and is_over(earlier, now):
        tx.conditions.clear(name)
    known = tx.conditions.raise_(name, detail, now)
    if known.notified_at is not None and now - known.notified_at < ALERT_EVERY:
        return
    tx.conditions.notified(name, now)
    report(tx, rules, condition, detail, now, key=str(int(now.timestamp())), order=order)


def was_told(tx: Transaction, condition: Alert, now: datetime) -> bool:
    """Tell whether the admins were told of a condition within the last 15 minutes."""
    known = tx.conditions.get(f"alert:{condition}")
    told_at = None if known is None else known.notified_at
    return told_at is not None and now - told_at < ALERT_EVERY


def is_over(condition: Condition, now: datetime) -> bool:
    """Tell whether a condition is an alert that the admins were not told of for a day."""
    return condition.notified_at is not None and now - condition.notified_at >= ALERT_HOLDS


def report(
    tx: Transaction,
    rules: ShopRules,
    condition: Alert,
    detail: str,
    now: datetime,
    *,
    key: str,
    order: Order | None = None,
) -> None:
    """Tell the admins of something at once, and only once for a `key`."""
    data = {"condition": condition.value, "detail": detail}
    for admin_id in sorted(rules.admin_ids):
        add_notice(
            tx,
            admin_id,
            NoticeKind.ALERT,
            f"alert:{condition}:{key}:{admin_id}",
            now,
            subject_id=None if order is None else order.order_id,
            data=data,
        )


def add_notice(
    tx: Transaction,
    chat_id: int,
    kind: NoticeKind,
    dedupe_key: str,
    now: datetime,
    *,
    subject_id: int | None = None,
    data: Mapping[str, str | int] | None = None,
) -> None:
    """Write one notice into the outbox; one with this `dedupe_key` is written once."""
    tx.outbox.add(
        Notice(
            chat_id=chat_id,
            kind=kind,
            dedupe_key=dedupe_key,
            created_at=now,
            subject_id=subject_id,
            data=data or {},
        )
    )
