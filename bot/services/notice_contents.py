"""Notice contents: the state from which a notice is rendered, read at delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue import CategoryId
from bot.domain.customer import TelegramId
from bot.domain.ledger import Purpose, Transfer, TransferId, wallet_of, wallet_owner_of
from bot.domain.notice import MESSAGE_KINDS, TO_CUSTOMERS, Notice, NoticeKind
from bot.domain.order import CustomerId, Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import ALL_RIGHTS, NO_RIGHTS, StaffLinkId
from bot.domain.staff_view import StaffView
from bot.domain.thread import About, ThreadMessageId, Topic
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.domain.withheld_products import WithheldId
from bot.ports.notifier import Delivery
from bot.ports.store import Transaction
from bot.services.catalogue.restock import restocked
from bot.services.catalogue.selection_state import brand_of
from bot.services.catalogue.withhold import with_listing
from bot.services.joining import applicant_of
from bot.services.money.topups.proof import decided_by, other_topups_of
from bot.services.notices import enqueue, enqueue_topups
from bot.services.orders.parked_orders import candidates_of
from bot.services.reopening import opening_of
from bot.services.shop_settings import settings_now
from bot.services.thread_messages import subject_of

EDITED_AT_ONCE = 5
"""How many announcements of one order are edited per chat; older buttons still work."""
SETTLING = ("attach", "count_delivered", "refund")
"""The admin acts that settle a parked order."""
_PARKED_KINDS = (NoticeKind.PARKED, NoticeKind.PARKED_NEWS)
_ASKS_FOR_HELP = (NoticeKind.HELP, NoticeKind.ASKED)
_ORDER_KINDS = (
    NoticeKind.ORDER,
    NoticeKind.OUTCOME,
    NoticeKind.ORDER_PARKED,
    NoticeKind.PARKED,
    NoticeKind.PARKED_NEWS,
    NoticeKind.HELP,
    NoticeKind.ALERT,
)
_TOPUP_KINDS = (
    NoticeKind.TOPUP_REQUESTED,
    NoticeKind.TOPUP_NEWS,
    NoticeKind.TOPUP_SETTLED,
    NoticeKind.TOPUP_REJECTED,
    NoticeKind.TOPUP_EXPIRED,
    NoticeKind.TOPUP_PROOF,
    NoticeKind.PROOF_LOST,
)
_JOIN_KINDS = (NoticeKind.JOIN_REQUESTED, NoticeKind.JOINED, NoticeKind.JOIN_REFUSED)


def contents_of(rules: ShopRules, tx: Transaction, notice: Notice, now: datetime) -> Delivery:
    """Return a notice with the state of its subject at `now`."""
    is_message = notice.kind in MESSAGE_KINDS
    delivery = _message(tx, notice) if is_message else _read_contents(rules, tx, notice, now)
    if notice.kind not in TO_CUSTOMERS:
        delivery = _for_staff(rules, delivery)
    return replace(delivery, at=now, settings=settings_now(tx, rules))


def _for_staff(rules: ShopRules, delivery: Delivery) -> Delivery:
    """Return a notice to staff as its reader is shown it, and whether they may still read it."""
    notice, reader = delivery.notice, delivery.reader
    view = StaffView(None, NO_RIGHTS)
    if rules.is_owner(notice.chat_id):
        view = StaffView(None, ALL_RIGHTS)
    elif reader is not None:
        view = StaffView(reader.customer_id, reader.rights)
    about = None if delivery.thread is None else delivery.thread.about
    data = notice.data
    if "detail" in data:
        data = {**data, "detail": view.text(str(data["detail"]))}
    return replace(
        delivery,
        notice=replace(notice, data=data),
        order=None if delivery.order is None else view.order(delivery.order),
        candidates=tuple(view.row(one) for one in delivery.candidates),
        is_permitted=enqueue.may_read(view.rights, notice, about),
    )


def _read_contents(rules: ShopRules, tx: Transaction, notice: Notice, now: datetime) -> Delivery:
    if notice.kind is NoticeKind.RESTOCKED:
        reader = tx.customers.by_telegram(notice.chat_id)
        return Delivery(notice, reader, restocked=restocked(tx, rules, notice, now))
    if notice.kind in _OF_TABLES:
        return _OF_TABLES[notice.kind](tx, notice)
    if notice.kind is NoticeKind.DISRUPTION_PROPOSED:
        reader = tx.customers.by_telegram(notice.chat_id)
        brand = brand_of(tx, CategoryId(notice.subject_id or 0))
        return Delivery(notice, reader, brand=brand)
    if notice.kind is NoticeKind.REOPENED:
        reader = tx.customers.by_telegram(notice.chat_id)
        customer_id = None if reader is None else reader.customer_id
        return Delivery(notice, reader, opening=opening_of(tx, rules, customer_id, now))
    delivery = _delivery_about(tx, notice)
    if notice.kind in _ASKS_FOR_HELP and delivery.customer is not None:
        about = About.SHOP if notice.kind is NoticeKind.ASKED else About.ORDER
        subject_id = 0 if delivery.order is None else int(delivery.order.order_id)
        topic = Topic(delivery.customer.customer_id, about, subject_id)
        return replace(delivery, thread=tx.threads.about(topic))
    if notice.kind is NoticeKind.TOPUP_PROOF and delivery.topup is not None:
        return replace(delivery, others=tuple(other_topups_of(tx, delivery.topup, now)))
    return delivery


def _delivery_about(tx: Transaction, notice: Notice) -> Delivery:
    subject = notice.subject_id
    reader = tx.customers.by_telegram(notice.chat_id)
    if subject is None:
        return Delivery(notice, reader)
    if notice.kind in _ORDER_KINDS:
        order = tx.orders.get(OrderId(subject))
        owner = None if order is None else order.customer_id
        is_parked = notice.kind in _PARKED_KINDS
        delivery = Delivery(
            notice,
            reader,
            order=order,
            candidates=tuple(candidates_of(tx, OrderId(subject))) if is_parked else (),
        )
        if order is not None and is_parked:
            delivery = _with_announcements(tx, delivery, order)
    elif notice.kind in _TOPUP_KINDS:
        topup = tx.topups.get(TopUpId(subject))
        owner = None if topup is None else topup.customer_id
        delivery = Delivery(notice, reader, topup=topup)
        if topup is not None:
            delivery = replace(
                delivery,
                message_ids=_topup_message_ids(tx, topup, notice),
                admin=decided_by(tx, topup),
            )
    elif notice.kind in (NoticeKind.STRAY_PROOF, NoticeKind.SETTING_CHANGED):
        owner = CustomerId(subject)
        delivery = Delivery(notice, reader)
    elif notice.kind is NoticeKind.ASKED:
        owner = CustomerId(subject)
        delivery = Delivery(notice, reader, topup=tx.topups.newest_of(owner))
    else:
        transfer = tx.ledger.transfer(TransferId(subject))
        owner = None if transfer is None else wallet_owner_of(transfer)
        delivery = Delivery(notice, reader, transfer=transfer, topup=_topup_of(tx, transfer))
    if owner is None:
        return delivery
    is_reader = reader is not None and owner == reader.customer_id
    customer = reader if is_reader else tx.customers.get(owner)
    return replace(delivery, customer=customer, wallet=tx.ledger.account(wallet_of(owner)))


def _of_staff(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice about an employee, with the link by which they ask to become one."""
    reader, subject = tx.customers.by_telegram(notice.chat_id), notice.subject_id or 0
    if notice.kind is NoticeKind.STAFF_NEWS:
        return Delivery(notice, reader, customer=tx.customers.get(CustomerId(subject)))
    link = tx.staff_links.get(StaffLinkId(subject))
    asks = None if link is None or link.asked_by is None else tx.customers.get(link.asked_by)
    by = None if link is None or link.decided_by is None else tx.customers.get(link.decided_by)
    return Delivery(notice, reader, customer=asks, staff_link=link, admin=by)


def _join_request(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with the person who asks to join, and who has decided, if anybody has."""
    reader = tx.customers.by_telegram(notice.chat_id)
    applicant = applicant_of(tx, CustomerId(notice.subject_id or 0))
    return Delivery(
        notice,
        reader,
        customer=applicant.customer,
        join_request=applicant.request,
        admin=applicant.decided_by,
    )


def _withheld(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with the withheld product, and the order whose cost was above the price."""
    reader = tx.customers.by_telegram(notice.chat_id)
    withheld = tx.withheld_products.get(WithheldId(notice.subject_id or 0))
    if withheld is None:
        return Delivery(notice, reader)
    shown = with_listing(tx, withheld, int(notice.data["open_orders"]))
    return Delivery(notice, reader, order=tx.orders.get(withheld.order_id), withheld=shown)


def _message(tx: Transaction, notice: Notice) -> Delivery:
    """Return a notice with the message of a thread; without it if it was deleted meanwhile."""
    reader = tx.customers.by_telegram(notice.chat_id)
    message = tx.threads.message(ThreadMessageId(notice.subject_id or 0))
    thread = None if message is None else tx.threads.get(message.thread_id)
    if thread is None:
        return Delivery(notice, reader)
    order, topup = subject_of(tx, thread.topic)
    return Delivery(
        notice,
        reader,
        order=order,
        topup=topup,
        customer=tx.customers.get(thread.customer_id),
        thread=thread,
        message=message,
    )


def _topup_of(tx: Transaction, transfer: Transfer | None) -> TopUp | None:
    """Return the top-up that a transfer credits; None when it credits none."""
    if transfer is None or transfer.purpose is not Purpose.TOPUP:
        return None
    return tx.topups.get(TopUpId(int(transfer.idempotency_key.removeprefix("topup:"))))


def _with_announcements(tx: Transaction, delivery: Delivery, order: Order) -> Delivery:
    """Add the messages that announced a parked order, and the admin who settled it."""
    shown = _message_ids(tx, NoticeKind.PARKED, order.order_id, delivery.notice.chat_id)
    acts = tx.admin_acts.about(order.number)
    act = next((one for one in acts if one.action in SETTLING), None)
    return replace(
        delivery,
        message_ids=shown[:EDITED_AT_ONCE],
        act=act,
        admin=None if act is None else tx.customers.get(act.actor_id),
    )


def _message_ids(
    tx: Transaction, kind: NoticeKind, subject_id: int, chat_id: TelegramId
) -> tuple[int, ...]:
    """Return the ids of a chat's messages that show notices of a kind, newest first."""
    notices = tx.outbox.about(kind, subject_id)
    shown = [one.data.get("message_id") for one in notices if one.chat_id == chat_id]
    return tuple(int(one) for one in shown if one is not None)


def _topup_message_ids(tx: Transaction, topup: TopUp, notice: Notice) -> tuple[int, ...]:
    """Return the ids of a chat's messages to edit when a top-up changes, newest first."""
    is_settled = notice.kind is NoticeKind.TOPUP_SETTLED
    if not is_settled and notice.kind is not NoticeKind.TOPUP_NEWS:
        return ()
    messages = [one for one in tx.topups.messages(topup.topup_id) if one.chat_id == notice.chat_id]
    if topup.state is TopUpState.PENDING:
        messages = [one for one in messages if one.shows_payment]
    shown = {one.message_id for one in messages if one.shows_payment is is_settled}
    for kind in () if is_settled else enqueue_topups.ASKS_TO_DECIDE:
        shown.update(_message_ids(tx, kind, topup.topup_id, notice.chat_id))
    return tuple(sorted(shown, reverse=True))


_OF_TABLES: Mapping[NoticeKind, Callable[[Transaction, Notice], Delivery]] = {
    NoticeKind.WITHHELD: _withheld,
    NoticeKind.STAFF_ASKS: _of_staff,
    NoticeKind.STAFF_NEWS: _of_staff,
    **dict.fromkeys(_JOIN_KINDS, _join_request),
}
"""The kinds that are about one record, with the function that reads it."""
