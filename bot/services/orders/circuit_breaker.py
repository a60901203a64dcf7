"""Circuit breaker: stop sending on a supplier account after calls without a well-formed answer.

It trips after 3 such calls within 5 minutes (`bot.domain.order.breaker_trips`). A refusal in
unknown words is a well-formed answer and does not count: otherwise one customer with a blocked
number could stop the shop. The state is in the database, so it survives a restart.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.notice import Alert
from bot.domain.order import BREAKER_WITHIN, Order, breaker_trips
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue

BREAKER = "breaker:"
"""Prefix of the name of the condition "breaker open"; the supplier account follows."""
CLOSED_AT = "breaker_closed_at"
"""The account's fact with the instant (ISO 8601) at which its breaker closed last."""


def is_breaker_open(tx: Transaction, account: str) -> bool:
    """Whether the circuit breaker stops all sends on a supplier account."""
    return tx.conditions.get(f"{BREAKER}{account}") is not None


def breaker_closed_at(tx: Transaction, account: str) -> datetime | None:
    """Return when the breaker of a supplier account closed last; None when it never has."""
    closed_at = tx.supplier_facts.get(account, CLOSED_AT)
    return None if closed_at is None else datetime.fromisoformat(closed_at)


def count_unanswered(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> None:
    """Open the breaker of an order's account if too many recent calls had no well-formed answer.

    Calls from before the breaker closed last are not counted again. The admins get an alert when it
    opens. Call this in the transaction that makes `order` ambiguous.
    """
    closed_at = breaker_closed_at(tx, order.account)
    since = now - BREAKER_WITHIN
    # An instant in the future was written before the clock was set back: ignore it.
    if closed_at is not None and closed_at <= now:
        since = max(since, closed_at)
    if not is_breaker_open(tx, order.account) and breaker_trips(
        tx.orders.ambiguous_since(order.account, since), now
    ):
        tx.conditions.raise_(f"{BREAKER}{order.account}", order.number, now)
        enqueue.alert(tx, rules, Alert.BREAKER_OPEN, "", now)


def close_breaker(tx: Transaction, account: str, now: datetime) -> bool:
    """Allow sends on a supplier account again; return False if its breaker was not open."""
    if not tx.conditions.clear(f"{BREAKER}{account}"):
        return False
    tx.supplier_facts.put(account, CLOSED_AT, now.isoformat())
    return True
