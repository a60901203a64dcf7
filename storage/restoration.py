"""Changes to a whole database when the shop resumes from a backup."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.order import IDS_PER_EPOCH
from storage.rows import instant, micros
from storage.statements import statements

COUNTED = (
    "admin_acts",
    "categories",
    "orders",
    "outbox",
    "products",
    "reopening_requests",
    "restock_requests",
    "saved_numbers",
    "topups",
    "transfers",
    "withheld_products",
)
"""The tables with sequential ids that buttons or dedupe keys may contain."""


class SqlRestoration:
    """Implements `Restoration`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("restoration")

    def newest_at(self) -> datetime | None:
        newest = self._sql.newest(self._connection)["newest_at"]
        return None if newest is None else instant(newest)

    def epoch(self) -> int:
        return int(self._sql.newest_id(self._connection)["newest_id"] or 0) // IDS_PER_EPOCH

    def begin_epoch(self, epoch: int) -> None:
        last_id = epoch * IDS_PER_EPOCH
        for table in COUNTED:
            self._sql.raise_counter(self._connection, table_name=table, last_id=last_id)
            self._sql.add_counter(self._connection, table_name=table, last_id=last_id)

    def forget_unfinished(self) -> int:
        self._sql.delete_dialogs(self._connection)
        return int(self._sql.delete_unused_confirmations(self._connection))

    def close_inbox(self, at: datetime, error: str) -> int:
        return int(self._sql.close_inbox(self._connection, at=micros(at), error=error))

    def make_outbox_stale(self) -> int:
        return int(self._sql.make_outbox_stale(self._connection))
