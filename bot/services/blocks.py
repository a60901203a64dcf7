"""Blocks: a blocked customer reads what is theirs, but buys nothing and tops nothing up."""

from __future__ import annotations

from bot.domain.errors import CustomerBlockedError
from bot.domain.order import CustomerId
from bot.ports.store import Transaction


def require_not_blocked(tx: Transaction, customer_id: CustomerId) -> None:
    """Raise `CustomerBlockedError` for a blocked customer."""
    if tx.customer_cards.is_blocked(customer_id):
        raise CustomerBlockedError
