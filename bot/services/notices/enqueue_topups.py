"""Enqueue notices about top-ups, in the transaction of the event they report."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import TelegramId
from bot.domain.dialog import CONVERSATION, Step
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import LOST_PROOF, PaymentProof, TopUp, TopUpMessage, TopUpState
from bot.ports.store import Transaction
from bot.services.notices.enqueue import (
    add_notice,
    can_be_edited,
    notify_admins,
    notify_customer,
)

WITHOUT_PICTURE: dict[str, str | int] = {"is_lost": 1}
"""The data of a notice to an admin about a picture that only another bot can show."""
ASKS_TO_DECIDE = (NoticeKind.TOPUP_REQUESTED, NoticeKind.TOPUP_PROOF)
"""The notices that show an admin an open top-up with the buttons to decide it."""


def notify_topup_rejected(tx: Transaction, topup: TopUp, now: datetime) -> None:
    """Notify a customer that the top-up was rejected."""
    key = f"topup-rejected:{topup.topup_id}"
    kind = NoticeKind.TOPUP_REJECTED
    notify_customer(tx, topup.customer_id, kind, key, now, subject_id=topup.topup_id)


def notify_topup_expired(tx: Transaction, topup: TopUp, now: datetime) -> None:
    """Notify a customer that the time to pay is over, and what to do if it was paid."""
    key = f"topup-expired:{topup.topup_id}"
    kind = NoticeKind.TOPUP_EXPIRED
    notify_customer(tx, topup.customer_id, kind, key, now, subject_id=topup.topup_id)


def notify_admins_of_topup(tx: Transaction, rules: ShopRules, topup: TopUp, now: datetime) -> None:
    """Ask every admin to decide a top-up."""
    key = f"topup:{topup.topup_id}"
    notify_admins(tx, rules, NoticeKind.TOPUP_REQUESTED, key, topup.topup_id, now)


def update_topup_messages(tx: Transaction, topup: TopUp, now: datetime) -> None:
    """Update every message about a top-up, the customer's and the admins', to its new state.

    Call this when it was decided, cancelled, or has expired.
    """
    if topup.state is not TopUpState.PENDING:
        _end_dialogs(tx, topup)
    questions = [one for kind in ASKS_TO_DECIDE for one in tx.outbox.about(kind, topup.topup_id)]
    chats = {(one.chat_id, NoticeKind.TOPUP_NEWS) for one in questions if can_be_edited(one)}
    # While the top-up is undecided, an admin's open question about it stays as it is.
    shown = [
        one
        for one in tx.topups.messages(topup.topup_id)
        if one.shows_payment or topup.state is not TopUpState.PENDING
    ]
    chats |= {(one.chat_id, _update_kind(one)) for one in shown}
    for chat_id, kind in sorted(chats):
        _add_topup_update(tx, topup, chat_id, kind, _outcome_of(topup), now)


def _end_dialogs(tx: Transaction, topup: TopUp) -> None:
    """End the admins' dialogs about a decided top-up, and have their messages updated as well."""
    for dialog in tx.dialogs.all(CONVERSATION):
        if dialog.step != Step.DECISION or dialog.data.get("topup_id") != topup.topup_id:
            continue
        tx.dialogs.drop(dialog.customer_id)
        chat_id = tx.customers.telegram_id_of(dialog.customer_id)
        if dialog.message_id is not None and chat_id is not None:
            message = TopUpMessage(chat_id, dialog.message_id, shows_payment=False)
            tx.topups.add_message(topup.topup_id, message)


def update_late_topup_message(
    tx: Transaction, topup: TopUp, message: TopUpMessage, now: datetime
) -> None:
    """Update a message that was sent after its top-up was decided, cancelled or had expired."""
    outcome = _outcome_of(topup)
    if outcome:
        key = f"{outcome}:{message.message_id}"
        _add_topup_update(tx, topup, message.chat_id, _update_kind(message), key, now)


def _update_kind(message: TopUpMessage) -> NoticeKind:
    return NoticeKind.TOPUP_SETTLED if message.shows_payment else NoticeKind.TOPUP_NEWS


def _add_topup_update(
    tx: Transaction, topup: TopUp, chat_id: TelegramId, kind: NoticeKind, key: str, now: datetime
) -> None:
    dedupe_key = f"{kind}:{topup.topup_id}:{key}:{chat_id}"
    add_notice(tx, chat_id, kind, dedupe_key, now, subject_id=topup.topup_id)


def _outcome_of(topup: TopUp) -> str:
    """Return the outcome of a top-up as one word; empty while it is open."""
    if topup.state is not TopUpState.PENDING:
        return topup.state.value
    if topup.cancelled_at is not None:
        return "cancelled"
    return "" if topup.expired_at is None else "expired"


def notify_admins_of_proof(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    topup: TopUp | None,
    proof: PaymentProof,
    request_key: str,
    now: datetime,
) -> None:
    """Show every admin a customer's picture of a payment, with the buttons to decide its top-up.

    `topup` is None for a picture that belongs to no open top-up.
    """
    kind, subject_id = NoticeKind.STRAY_PROOF, int(customer_id)
    if topup is not None:
        kind, subject_id = NoticeKind.TOPUP_PROOF, int(topup.topup_id)
    data: dict[str, str | int] = {"document" if proof.is_file else "photo": proof.file_id}
    if proof.file_id == LOST_PROOF:
        data = WITHOUT_PICTURE
    notify_admins(tx, rules, kind, f"proof:{request_key}", subject_id, now, data)


def notify_proof_lost(
    tx: Transaction, customer_id: CustomerId, topup: TopUp | None, key: str, now: datetime
) -> None:
    """Ask a customer, once per `key`, to send a picture again that another bot received."""
    subject_id = None if topup is None else topup.topup_id
    kind = NoticeKind.PROOF_LOST
    notify_customer(tx, customer_id, kind, f"{kind}:{key}", now, subject_id=subject_id)
