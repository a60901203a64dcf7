"""The shop's balance as the supplier's panel told it last."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.money import Rupiah
from bot.ports.store import Transaction

TOLD = "balance"
"""The account's fact with the figure and when it was read; empty if the panel tells none."""
TRUSTED_FOR = timedelta(hours=1)
"""A figure that was read longer ago does not count any more."""


def keep_told_balance(tx: Transaction, account: str, figure: Rupiah | None, now: datetime) -> None:
    """Store what the panel has just told, in rupiah; None: it tells no figure."""
    tx.supplier_facts.put(account, TOLD, "" if figure is None else f"{figure} {now.isoformat()}")


def told_balance(tx: Transaction, account: str, now: datetime) -> tuple[int, datetime] | None:
    """Return the figure in rupiah and when it was read; None if none was told lately."""
    figure, _, read_at = (tx.supplier_facts.get(account, TOLD) or "").partition(" ")
    if not figure:
        return None
    at = datetime.fromisoformat(read_at)
    return (int(figure), at) if timedelta(0) <= now - at <= TRUSTED_FOR else None
