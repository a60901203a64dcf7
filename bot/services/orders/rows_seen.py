"""Rows seen: when a supplier account's newest rows were last compared with the orders."""

from __future__ import annotations

from datetime import datetime

from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.ports.supplier import StatusList

ROWS_SEEN_AT = "rows_seen_at"
"""The account's fact with the instant (ISO 8601) of the last comparison."""


def record_newest_rows(
    tx: Transaction, rules: ShopRules, answer: StatusList, now: datetime
) -> None:
    """Record the supplier's newest rows, and that they were read.

    Call this only if no order was sent since the request.
    """
    tx.supplier_facts.put(rules.account, ROWS_SEEN_AT, now.isoformat())
    tx.supplier_rows.record(rules.account, answer.rows, now)


def rows_seen_at(tx: Transaction, account: str) -> datetime | None:
    """Return when the account's newest rows were last compared with the orders; None: never."""
    seen_at = tx.supplier_facts.get(account, ROWS_SEEN_AT)
    return None if seen_at is None else datetime.fromisoformat(seen_at)
