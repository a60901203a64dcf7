"""Breaker: calls without a well-formed answer stop the sending, on their own supplier account."""

from __future__ import annotations

from datetime import datetime

from bot.domain.notice import Alert
from bot.domain.order import BREAKER_WITHIN, Order, breaker_trips
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue

BREAKER = "breaker:"
"""How the condition of an open breaker begins; its account follows."""
CLOSED_AT = "breaker_closed_at"


def is_breaker_open(tx: Transaction, account: str) -> bool:
    """Tell whether unanswered calls have stopped the sending on a supplier account."""
    return tx.conditions.get(f"{BREAKER}{account}") is not None


def breaker_closed_at(tx: Transaction, account: str) -> datetime | None:
    """Return when the breaker of a supplier account closed last."""
    closed_at = tx.supplier_facts.get(account, CLOSED_AT)
    return None if closed_at is None else datetime.fromisoformat(closed_at)


def count_unanswered(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Open the breaker of an order's account when too many of its calls went unanswered lately."""
    closed_at = breaker_closed_at(tx, order.account)
    since = now - BREAKER_WITHIN
    # An instant to come is one of a clock that was set back since.
    if closed_at is not None and closed_at <= now:
        since = max(since, closed_at)
    if not is_breaker_open(tx, order.account) and breaker_trips(
        tx.orders.ambiguous_since(order.account, since), now
    ):
        tx.conditions.raise_(f"{BREAKER}{order.account}", order.number, now)
        enqueue.alert(tx, rules, Alert.BREAKER_OPEN, "", now)


def close_breaker(tx: Transaction, account: str, now: datetime) -> bool:
    """Let orders be sent again on a supplier account; False when its breaker was not open."""
    if not tx.conditions.clear(f"{BREAKER}{account}"):
        return False
    tx.supplier_facts.put(account, CLOSED_AT, now.isoformat())
    return True
