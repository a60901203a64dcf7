"""The repository of the rows seen in the supplier's status list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.first_seen import Sight
from bot.domain.row_matching import SupplierRow


class SupplierRows(Protocol):
    """Every row of the supplier's status list that was ever seen."""

    def see(
        self,
        account: str,
        rows: Sequence[SupplierRow],
        at: datetime,
        asked_send: int | None = None,
    ) -> dict[str, Sight]:
        """Note rows and return when each ref_id was first seen.

        For new ones that is `at`, when the answer was asked for, with the account's newest send
        then (None: no order was sent since) and now. A row that has shown what the order is
        for that claimed it keeps that when the panel hides it later.
        """
        ...

    def empty(self, before: datetime, at: datetime, limit: int) -> int:
        """Empty the texts of up to `limit` rows first seen before then; return how many.

        Vouchers and notes are emptied, and the number of a row that no order has claimed. When
        a row was first seen is kept for ever. Rows that an open order may look for stay whole.
        """
        ...

    def has_past(self, account: str, send_number: int, sent_at: datetime) -> bool:
        """Tell whether any row is known that was there before this send."""
        ...

    def unclaimed(
        self, account: str, since: datetime, limit: int, seen_since: datetime | None = None
    ) -> list[SupplierRow]:
        """Return rows created since then that no order has claimed, newest first.

        `since` is by the supplier's clock. A row without an instant, or with one more than 15
        hours from our first sight of it, is as old as that sight: it must be `seen_since` or
        later, by our clock (None: `since`).
        """
        ...
