"""The supplier's rows in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.domain.lookup import SupplierRow
from storage.rows import Mapper, instant, micros
from storage.statements import statements

ROWS = Mapper(SupplierRow)


class SqlSupplierRows:
    """Implements `SupplierRows`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work in whatever transaction the connection is in."""
        self._connection = connection
        self._sql = statements("supplier_rows")

    def see(self, account: str, rows: Sequence[SupplierRow], at: datetime) -> dict[str, datetime]:
        first_seen = {}
        for row in rows:
            seen = self._sql.see(
                self._connection, account=account, at=micros(at), **ROWS.values(row)
            )
            first_seen[row.ref_id] = instant(seen["first_seen_at"])
        return first_seen

    def unclaimed(self, account: str, since: datetime, limit: int) -> list[SupplierRow]:
        rows = self._sql.unclaimed(
            self._connection, account=account, since=micros(since), limit=limit
        )
        return [ROWS.record(row) for row in rows]
