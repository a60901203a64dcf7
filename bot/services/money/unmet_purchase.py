"""The customer's last quote that the wallet lacked money for, offered again after a credit."""

from __future__ import annotations

from bot.domain.order import CustomerId
from bot.ports.store import Transaction

_FACT = "wish:"
"""The fact's name before the customer's id; existing databases have this name."""


def unmet_purchase_of(tx: Transaction, customer_id: CustomerId) -> str:
    """Return the token of the quote, or an empty string."""
    return tx.facts.get(f"{_FACT}{customer_id}") or ""


def keep_unmet_purchase(tx: Transaction, customer_id: CustomerId, token: str) -> None:
    """Store the token of the quote; an empty string deletes it."""
    if token or unmet_purchase_of(tx, customer_id):
        tx.facts.put(f"{_FACT}{customer_id}", token)
