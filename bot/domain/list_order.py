"""The order of the supplier's list: only one in the order of creation shows the newest rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from bot.domain.row_matching import CLOCK_MARGIN, UNKNOWN_SKEW, SupplierRow

FAR_PAST = timedelta(days=365)
"""A row among the newest that is dated longer ago is dated wrongly."""


def is_by_creation(rows: Sequence[SupplierRow], asked_at: datetime) -> bool:
    """Tell whether a list is in the order of its rows' instants, either way, give or take 5 s.

    Instants that can be none, in a far future or more than a year ago, count for nothing here.
    """
    instants = [
        row.created_at
        for row in rows
        if row.created_at is not None
        and asked_at - FAR_PAST <= row.created_at <= asked_at + UNKNOWN_SKEW
    ]
    highest, lowest = accumulate(instants, max), accumulate(instants, min)
    rises = all(at >= top - CLOCK_MARGIN for at, top in zip(instants, highest, strict=True))
    falls = all(at <= low + CLOCK_MARGIN for at, low in zip(instants, lowest, strict=True))
    return rises or falls
