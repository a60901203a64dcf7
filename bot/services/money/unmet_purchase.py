"""The purchase that a customer lacked the money for, kept until a top-up arrives."""

from __future__ import annotations

from bot.domain.order import CustomerId
from bot.ports.store import Transaction

_FACT = "wish:"


def unmet_purchase_of(tx: Transaction, customer_id: CustomerId) -> str:
    """Return the token of a customer's last quote that the wallet was short for, else ""."""
    return tx.facts.get(f"{_FACT}{customer_id}") or ""


def keep_unmet_purchase(tx: Transaction, customer_id: CustomerId, token: str) -> None:
    """Keep the token of a quote that the wallet was short for; "" forgets it."""
    if token or unmet_purchase_of(tx, customer_id):
        tx.facts.put(f"{_FACT}{customer_id}", token)
