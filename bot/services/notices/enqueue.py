"""Enqueue notices: write them to the outbox in the transaction of the event they report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.condition import Condition
from bot.domain.customer import TelegramId
from bot.domain.ledger import Transfer
from bot.domain.notice import Alert, Notice, NoticeKind, NoticeState
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.restock import RestockRequest
from bot.domain.sales import BrandOutcomes
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.staff_hours import hours_in
from bot.domain.thread import MAY_WRITE, About
from bot.domain.waiting_times import answer_due_at, became_slow
from bot.domain.withheld_products import Withheld
from bot.ports.store import Transaction
from bot.services.permissions import recipients

ALERT_EVERY = timedelta(minutes=15)
ALERT_HOLDS = timedelta(days=1)
"""An alert lapses when its cause has not occurred for this long."""
ANNOUNCE_EVERY = timedelta(hours=1)
RIGHT_TO_READ = {
    NoticeKind.TOPUP_REQUESTED: Right.TOPUPS,
    NoticeKind.TOPUP_NEWS: Right.TOPUPS,
    NoticeKind.TOPUP_PROOF: Right.TOPUPS,
    NoticeKind.STRAY_PROOF: Right.TOPUPS,
    NoticeKind.PARKED: Right.CASES,
    NoticeKind.PARKED_NEWS: Right.CASES,
    NoticeKind.JOIN_REQUESTED: Right.CUSTOMERS,
    NoticeKind.WITHHELD: Right.OWNER,
    NoticeKind.DISRUPTION_PROPOSED: Right.OWNER,
    NoticeKind.SETTING_CHANGED: Right.OWNER,
    NoticeKind.STAFF_ASKS: Right.OWNER,
    NoticeKind.DAY_SUMMARY: Right.OWNER,
}
"""Who gets each kind of notice that is not a customer's; see also the alerts.

Those of conversations are for whoever may write in them (`MAY_WRITE`)."""
OF_CONVERSATIONS = frozenset(
    {
        NoticeKind.HELP,
        NoticeKind.ASKED,
        NoticeKind.CUSTOMER_MESSAGE,
        NoticeKind.MESSAGE_LOST,
    }
)
RIGHT_OF_ALERT = {
    Alert.BREAKER_OPEN: Right.CASES,
    Alert.BREAKER_CLOSED: Right.CASES,
    Alert.SUPPLIER_AWAY: Right.CASES,
    Alert.MAINTENANCE: Right.CASES,
    Alert.OWN_DEPOSIT_LOW: Right.CASES,
    # They tell how much money is at the supplier.
    Alert.OUT_OF_MONEY: Right.COSTS,
    Alert.MONEY_BACK: Right.COSTS,
    Alert.BALANCE_LOW: Right.COSTS,
}
"""Who gets an alert; all others are the owners'."""


def notify_order(tx: Transaction, order: Order, now: datetime) -> None:
    """Update the order's one message in the customer's chat; earlier updates are left out.

    A final order also gets a new message, which makes a sound; so does a parked order, the first
    time it is parked. Once the order is no longer parked, the admins' announcements are edited and
    lose their buttons.
    """
    if order.state is not OrderState.PARKED:
        update_announcements(tx, order, now)
    _update_message(tx, order, f"order:{order.number}:{order.version}", now)
    news = {OrderState.PARKED: (NoticeKind.ORDER_PARKED, f"order-parked:{order.number}")}
    if order.state.is_final:
        news[order.state] = (NoticeKind.OUTCOME, f"outcome:{order.number}")
    if order.state in news:
        _notify_customer(tx, order, *news[order.state], now)


def notify_slow(tx: Transaction, order: Order, now: datetime) -> None:
    """Update the order's one message when the order takes longer than usual.

    Called at every poll; the dedupe key makes it one notice per order, across restarts too.
    """
    if became_slow(order, now):
        _update_message(tx, order, f"order-slow:{order.number}", now)


def notify_overdue(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Notify the customer of a parked order, once, that the promised hour has passed."""
    settings = tx.policy.current().overrides.over(rules.first_settings)
    zone, hours = ZoneInfo(settings.timezone), hours_in(settings.staff_hours)
    if now <= answer_due_at(order.parked_at or order.created_at, zone, hours):
        return
    _update_message(tx, order, f"order-overdue:{order.number}", now)
    kind = NoticeKind.ORDER_PARKED
    _notify_customer(tx, order, kind, f"{kind}-overdue:{order.number}", now)


def _update_message(tx: Transaction, order: Order, dedupe_key: str, now: datetime) -> None:
    """Update an order's message, in place of the updates that were not delivered yet.

    The text is made at delivery, so theirs would be the same. One of them may be in flight: then
    this one waits behind it in the chat, and shows what has changed since.
    """
    chat_id = tx.customers.telegram_id_of(order.customer_id)
    if chat_id is None:
        return
    notice = Notice(
        chat_id=chat_id,
        kind=NoticeKind.ORDER,
        dedupe_key=dedupe_key,
        created_at=now,
        subject_id=order.order_id,
        data={"is_final": 1} if order.state.is_final else {},
    )
    tx.outbox.add(notice)
    tx.outbox.supersede(notice)


def _notify_customer(
    tx: Transaction, order: Order, kind: NoticeKind, dedupe_key: str, now: datetime
) -> None:
    notify_customer(tx, order.customer_id, kind, dedupe_key, now, subject_id=order.order_id)


def notify_wallet(
    tx: Transaction, customer_id: CustomerId, transfer: Transfer, quote_token: str = ""
) -> None:
    """Notify a customer that an admin credited or debited the wallet.

    `quote_token` is that of the purchase that the wallet can pay for now.
    """
    notify_customer(
        tx,
        customer_id,
        NoticeKind.WALLET,
        f"wallet:{transfer.idempotency_key}",
        transfer.created_at,
        subject_id=transfer.transfer_id,
        data={"quote_token": quote_token} if quote_token else None,
    )


def notify_restocked(tx: Transaction, requests: Sequence[RestockRequest], now: datetime) -> None:
    """Notify a customer, in one message, of all products that are back; `requests` is not empty."""
    first = min(requests, key=lambda request: request.request_id)
    notify_customer(
        tx,
        first.customer_id,
        NoticeKind.RESTOCKED,
        f"restocked:{first.request_id}",
        now,
        data={"products": " ".join(str(request.product_id) for request in requests)},
    )


def notify_reopened(tx: Transaction, now: datetime) -> int:
    """Notify all customers who asked to hear of the reopening; return how many there were."""
    requests = tx.reopening_requests.take()
    for request in requests:
        key = f"reopened:{request.request_id}"
        notify_customer(tx, request.customer_id, NoticeKind.REOPENED, key, now)
    return len(requests)


def notify_withheld(
    tx: Transaction, rules: ShopRules, withheld: Withheld, open_orders: int, now: datetime
) -> None:
    """Notify every admin that a product is withheld from sale, with the button to release it."""
    subject_id, data = withheld.withheld_id, {"open_orders": open_orders}
    notify_admins(tx, rules, NoticeKind.WITHHELD, f"withheld:{subject_id}", subject_id, now, data)


def propose_disruption(
    tx: Transaction,
    rules: ShopRules,
    category_id: CategoryId,
    outcomes: BrandOutcomes,
    now: datetime,
) -> None:
    """Propose to every owner to mark a brand as disrupted, with what its orders came to."""
    data = {"ended": outcomes.ended, "failed": outcomes.failed}
    kind, key = NoticeKind.DISRUPTION_PROPOSED, f"disruption:{category_id}:{int(now.timestamp())}"
    notify_admins(tx, rules, kind, key, category_id, now, data)


def products_of(notice: Notice) -> list[ProductId]:
    """Return the products named in a RESTOCKED notice."""
    return [ProductId(int(number)) for number in str(notice.data["products"]).split()]


def can_be_edited(notice: Notice) -> bool:
    """Whether the message of a notice is known, or will be when the update is delivered."""
    # A pending notice may be in flight with an earlier state. The update waits behind it in the
    # same chat, and the message id is known by then.
    return notice.state is NoticeState.PENDING or "message_id" in notice.data


def announce_parked(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Announce a parked order to every admin, with the buttons that settle it."""
    key = f"parked:{order.number}:{int(now.timestamp())}"
    notify_admins(tx, rules, NoticeKind.PARKED, key, order.order_id, now)


def update_announcements(tx: Transaction, order: Order, now: datetime) -> None:
    """Update the messages that announced a parked order to its present state."""
    announcements = tx.outbox.about(NoticeKind.PARKED, order.order_id)
    for chat_id in sorted({one.chat_id for one in announcements if can_be_edited(one)}):
        add_notice(
            tx,
            chat_id,
            NoticeKind.PARKED_NEWS,
            f"parked-news:{order.number}:{order.version}:{chat_id}",
            now,
            subject_id=order.order_id,
        )


def detach_message(
    tx: Transaction, order: Order, chat_id: TelegramId, message_id: int | None
) -> None:
    """Detach an admin's message from the announcements of an order.

    The admin has decided on this message, which shows the result already: later updates must not
    overwrite it.
    """
    for notice in tx.outbox.about(NoticeKind.PARKED, order.order_id):
        if notice.chat_id == chat_id and notice.data.get("message_id", 0) == message_id:
            tx.outbox.set_message_id(notice, None)


def alert(
    tx: Transaction,
    rules: ShopRules,
    condition: Alert,
    detail: str,
    now: datetime,
    *,
    order: Order | None = None,
) -> None:
    """Notify the admins of a condition, at most every 15 minutes."""
    name = f"alert:{condition}"
    earlier = tx.conditions.get(name)
    if earlier is not None and has_lapsed(earlier, now):
        tx.conditions.clear(name)
    known = tx.conditions.raise_(name, detail, now)
    if known.was_notified_within(ALERT_EVERY, now):
        return
    tx.conditions.notified(name, now)
    report(tx, rules, condition, detail, now, key=str(int(now.timestamp())), order=order)


def was_alerted(
    tx: Transaction, condition: Alert, now: datetime, within: timedelta = ALERT_EVERY
) -> bool:
    """Whether the admins were alerted of a condition lately, within the last 15 minutes."""
    known = tx.conditions.get(f"alert:{condition}")
    return known is not None and known.was_notified_within(within, now)


def has_lapsed(condition: Condition, now: datetime) -> bool:
    """Whether a condition is an alert that was last sent a day or more ago."""
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
    data: Mapping[str, str | int] | None = None,
) -> None:
    """Notify everybody whom an alert is for at once, once per `key`; `data` is for the text."""
    data = {"condition": condition.value, "detail": detail, **(data or {})}
    order_id = None if order is None else order.order_id
    notify_admins(tx, rules, NoticeKind.ALERT, f"alert:{condition}:{key}", order_id, now, data)


def notify_admins(
    tx: Transaction,
    rules: ShopRules,
    kind: NoticeKind,
    key: str,
    subject_id: int | None,
    now: datetime,
    data: Mapping[str, str | int] | None = None,
) -> None:
    """Notify everybody who has the right to deal with it, once per `key`."""
    for admin_id in recipients(tx, rules, right_to_read(kind, data or {})):
        dedupe_key = f"{key}:{admin_id}"
        add_notice(tx, admin_id, kind, dedupe_key, now, subject_id=subject_id, data=data)


def right_to_read(kind: NoticeKind, data: Mapping[str, str | int]) -> Right:
    """Return the right that a notice to staff needs, other than one of a conversation."""
    if kind is not NoticeKind.ALERT:
        return RIGHT_TO_READ[kind]
    rights = {alert.value: right for alert, right in RIGHT_OF_ALERT.items()}
    return rights.get(str(data.get("condition")), Right.OWNER)


def may_read(rights: Set[Right], notice: Notice, about: About | None = None) -> bool:
    """Return whether somebody with these rights may be delivered a notice to staff.

    `about` is that of the conversation that it belongs to, if there is one.
    """
    if notice.kind in OF_CONVERSATIONS:
        default = About.ORDER if notice.kind is NoticeKind.HELP else About.SHOP
        return bool(rights & MAY_WRITE[about or default])
    return right_to_read(notice.kind, notice.data) in rights


def notify_customer(
    tx: Transaction,
    customer_id: CustomerId,
    kind: NoticeKind,
    dedupe_key: str,
    now: datetime,
    *,
    subject_id: int | None = None,
    data: Mapping[str, str | int] | None = None,
) -> None:
    """Notify a person in the chat of their Telegram account; without an account nobody waits."""
    chat_id = tx.customers.telegram_id_of(customer_id)
    if chat_id is not None:
        add_notice(tx, chat_id, kind, dedupe_key, now, subject_id=subject_id, data=data)


def add_notice(
    tx: Transaction,
    chat_id: TelegramId,
    kind: NoticeKind,
    dedupe_key: str,
    now: datetime,
    *,
    subject_id: int | None = None,
    data: Mapping[str, str | int] | None = None,
) -> None:
    """Add one notice to the outbox, unless its `dedupe_key` was used before."""
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
