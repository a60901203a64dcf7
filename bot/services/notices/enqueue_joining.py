"""Enqueue notices about requests to join, in the transaction of the request or the decision."""

from __future__ import annotations

from datetime import datetime

from bot.domain.joining import JoinRequest
from bot.domain.notice import NoticeKind
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue


def notify_join_request(tx: Transaction, rules: ShopRules, request: JoinRequest) -> None:
    """Notify whoever may let people in that somebody asks to join."""
    subject, at = request.customer_id, request.asked_at
    key = f"join:{subject}:{int(at.timestamp())}"
    enqueue.notify_admins(tx, rules, NoticeKind.JOIN_REQUESTED, key, subject, at)


def notify_decision(
    tx: Transaction, request: JoinRequest, now: datetime, *, is_accepted: bool
) -> None:
    """Notify a person that they were let in, with the place that they came for, or refused."""
    kind = NoticeKind.JOINED if is_accepted else NoticeKind.JOIN_REFUSED
    enqueue.notify_customer(
        tx,
        request.customer_id,
        kind,
        f"{kind}:{request.customer_id}:{int(request.asked_at.timestamp())}",
        now,
        subject_id=request.customer_id,
    )
