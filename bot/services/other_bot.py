"""Another bot on the same database: a new token may be that of a new bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.dialog import CONVERSATION
from bot.domain.notice import NoticeKind
from bot.ports.store import Transaction
from bot.services.notices.enqueue_topups import ASKS_TO_DECIDE


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
    for dialog in tx.dialogs.all(CONVERSATION):
        tx.dialogs.put(replace(dialog, message_id=None))


def _forget_notices(tx: Transaction, kind: NoticeKind, subject_id: int) -> None:
    for notice in tx.outbox.about(kind, subject_id):
        if "message_id" in notice.data:
            tx.outbox.set_message_id(notice, None)
