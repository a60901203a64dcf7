"""The repository of rows of the supplier's status list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.supplier_row import FirstSeen, SupplierRow


class SupplierRows(Protocol):
    """All rows that the supplier's status lists have shown, by account and ref_id."""

    def record(
        self,
        account: str,
        rows: Sequence[SupplierRow],
        at: datetime,
        requested_at_send: int | None = None,
    ) -> dict[str, FirstSeen]:
        """Store rows and return when each ref_id was first seen.

        `at` is the time of the request that showed them, and `requested_at_send` the account's
        newest send number at that time (None: the same as now). A new row is first seen at `at`,
        with `requested_at_send` and the newest send number now. A row claimed by an order keeps the
        service and destination once they matched that order, even if the panel hides them later.
        """
        ...

    def empty(self, before: datetime, at: datetime, limit: int) -> int:
        """Delete the private texts of up to `limit` rows first seen before `before`.

        These are the voucher, the note, and the destination if no order has claimed the row.
        The time at which a row was first seen is kept for ever. Rows that may belong to an open
        order stay as they are. The oldest rows come first. Returns the number of rows changed.
        """
        ...

    def had_rows_before(self, account: str, send_number: int, sent_at: datetime) -> bool:
        """Return whether the account is known to have had a row before this send."""
        ...

    def unclaimed(
        self, account: str, since: datetime, limit: int, seen_since: datetime | None = None
    ) -> list[SupplierRow]:
        """Return rows that no order has claimed, created at `since` or later, newest first.

        `since` is in the supplier's clock. A row without `created_at`, or with one more than 15
        hours from the time it was first seen, counts as created when it was first seen: at
        `seen_since` or later in our clock (None: `since`).
        """
        ...
