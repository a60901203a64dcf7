"""The sort order of the supplier's list: only a list sorted by creation shows the newest rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from bot.domain.row_matching import CLOCK_MARGIN
from bot.domain.supplier_row import MAX_SKEW, SupplierRow

FAR_PAST = timedelta(days=365)
"""A row of the list with an older `created_at` has a wrong one."""


def is_by_creation(rows: Sequence[SupplierRow], asked_at: datetime) -> bool:
    """Return whether a list is sorted by `created_at`, in either direction, within 5 s.

    A `created_at` more than a year before `asked_at` (the time of the request), or more than
    15 hours after it, is ignored.
    """
    instants = [
        row.created_at
        for row in rows
        if row.created_at is not None
        and asked_at - FAR_PAST <= row.created_at <= asked_at + MAX_SKEW
    ]
    highest, lowest = accumulate(instants, max), accumulate(instants, min)
    rises = all(at >= top - CLOCK_MARGIN for at, top in zip(instants, highest, strict=True))
    falls = all(at <= low + CLOCK_MARGIN for at, low in zip(instants, lowest, strict=True))
    return rises or falls
