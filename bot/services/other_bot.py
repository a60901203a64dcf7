"""Another bot on the same database: a new token may be that of a new bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.dialog import CONVERSATION
from bot.domain.notice import NoticeKind, NoticeState
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import LOST_PROOF, TopUp
from bot.ports.store import Transaction
from bot.services.notices.enqueue import add_notice
from bot.services.notices.enqueue_topups import (
    ASKS_TO_DECIDE,
    WITHOUT_PICTURE,
    notify_proof_lost,
)
from bot.services.permissions import recipients

_UNDELIVERED = (NoticeState.PENDING, NoticeState.UNREACHABLE)


def replace_other_bot(tx: Transaction, rules: ShopRules, now: datetime) -> None:
    """Go on with what another bot began: forget its messages and files, and ask again.

    Call this once, at the first start of the new bot.
    """
    forget_messages(tx, now)
    _forget_pictures(tx, now)
    for topup in tx.topups.awaiting_decision(now):
        _ask_admins_again(tx, rules, topup, now)


def _forget_pictures(tx: Transaction, now: datetime) -> None:
    """Ask customers once more for the pictures that wait for an admin.

    Telegram refuses the file id of another bot's picture, so none is kept where it would be sent.
    """
    key = f"{now:%Y%m%dT%H%M%S}"
    for notice in tx.outbox.undelivered_proofs():
        tx.outbox.set_data(notice, WITHOUT_PICTURE)
        if notice.kind is NoticeKind.STRAY_PROOF and notice.subject_id is not None:
            customer_id = CustomerId(notice.subject_id)
            notify_proof_lost(tx, customer_id, None, f"{customer_id}:{key}", now)
    for topup in tx.topups.awaiting_decision(now):
        if topup.proof:
            tx.topups.attach_proof(topup.topup_id, LOST_PROOF)
            notify_proof_lost(tx, topup.customer_id, topup, f"{topup.topup_id}:{key}", now)


def _ask_admins_again(tx: Transaction, rules: ShopRules, topup: TopUp, now: datetime) -> None:
    """Show an undecided top-up to the admins whose question about it is in the other bot's chat."""
    waiting = {
        one.chat_id
        for kind in ASKS_TO_DECIDE
        for one in tx.outbox.about(kind, topup.topup_id)
        if one.state in _UNDELIVERED
    }
    for admin_id in sorted(set(recipients(tx, rules, Right.TOPUPS)) - waiting):
        key = f"topup:{topup.topup_id}:{now:%Y%m%dT%H%M%S}:{admin_id}"
        kind = NoticeKind.TOPUP_REQUESTED
        add_notice(tx, admin_id, kind, key, now, subject_id=topup.topup_id)


def forget_messages(tx: Transaction, now: datetime) -> None:
    """Forget which messages show open orders, open top-ups and dialogs.

    This bot cannot edit those of the other one, and its own messages may get their ids: an update
    would overwrite something else, such as a voucher.
    """
    for order in tx.orders.unfinished():
        if order.message_id is not None:
            tx.orders.save(replace(order, message_id=None))
        _forget_notices(tx, NoticeKind.PARKED, order.order_id)
    for topup in tx.topups.awaiting_decision(now):
        for kind in ASKS_TO_DECIDE:
            _forget_notices(tx, kind, topup.topup_id)
    tx.topups.forget_messages()
    tx.threads.forget_deliveries()
    for dialog in tx.dialogs.all(CONVERSATION):
        tx.dialogs.put(replace(dialog, message_id=None))


def _forget_notices(tx: Transaction, kind: NoticeKind, subject_id: int) -> None:
    for notice in tx.outbox.about(kind, subject_id):
        if "message_id" in notice.data:
            tx.outbox.set_message_id(notice, None)
