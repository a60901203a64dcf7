"""Open orders of another supplier account, which this process cannot look up."""

from __future__ import annotations

from bot.ports.store import Transaction
from bot.services.restores import open_elsewhere


class StrandedOrdersError(Exception):
    """Orders of another supplier account are open, which this process cannot look up or settle."""


def require_own_orders(tx: Transaction, account: str) -> None:
    """Raise `StrandedOrdersError` unless every open order is of this supplier account."""
    elsewhere = open_elsewhere(tx, account)
    if elsewhere:
        counts = ", ".join(f"{other}: {count}" for other, count in elsewhere.items())
        raise StrandedOrdersError(
            f"{sum(elsewhere.values())} open orders belong to another supplier account "
            f"({counts}): start with its OSIMESA_USER_ID until they are settled (/status shows "
            "them)"
        )
