"""A row of the supplier's status list, and when it was first seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.money import Rupiah

MAX_SKEW = timedelta(hours=15)
"""The largest possible skew of the supplier's clock, since its time zone is not known.

A `created_at` that is further off is not a valid time.
"""


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """One row of the supplier's status list, or of an order reply; `ref_id` is not empty."""

    ref_id: str
    service_code: str
    destination: str
    """The supplier's echo of the destination, unchanged; "" if it cannot be read."""
    cost: Rupiah | None
    status_word: str
    voucher: str
    note: str
    created_at: datetime | None = None
    """By the supplier's clock; None when the row has none."""


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """When a row was first seen: as an instant, and as send numbers of the supplier account.

    The send numbers are preferred, because a clock that is set back cannot change them.
    """

    at: datetime
    """When the request was made whose reply first contained the row."""
    requested_at_send: int | None = None
    """The account's newest send number at that request.

    None for rows that were recorded before send numbers were stored.
    """
    send: int | None = None
    """The account's newest send number when that reply was recorded."""


def has_impossible_date(
    row: SupplierRow, made_after: datetime, made_before: datetime | None
) -> bool:
    """Return whether a row's `created_at` is more than 15 hours outside the possible time.

    The row was created between `made_after` and `made_before`; None for an unknown end. No time
    zone explains more than 15 hours, so the value is not a time: for example 1, milliseconds
    instead of seconds, or a future year.
    """
    if row.created_at is None:
        return False
    if row.created_at < made_after - MAX_SKEW:
        return True
    return made_before is not None and row.created_at > made_before + MAX_SKEW


def without_impossible_date(
    row: SupplierRow, sent_at: datetime, first_seen: FirstSeen | None
) -> SupplierRow:
    """Return the row without its `created_at` if that is impossible for a row of this send.

    The order's own row was created after its send and before it was first seen. Older rows are
    recognised by the time they were first seen, or by the order that claimed them.
    """
    is_impossible = has_impossible_date(row, sent_at, None if first_seen is None else first_seen.at)
    return replace(row, created_at=None) if is_impossible else row
