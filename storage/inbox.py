"""The received Telegram updates in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.ports.inbox import InboxUpdate
from storage.rows import Mapper, micros
from storage.statements import statements

UPDATES = Mapper(InboxUpdate)


class SqlInbox:
    """Implements `Inbox`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("inbox")

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        return bool(
            self._sql.add(self._connection, update_id=update_id, payload=payload, at=micros(at))
        )

    def begin(self, update_id: int) -> int:
        row = self._sql.begin(self._connection, update_id=update_id)
        return 0 if row is None else int(row["attempts"])

    def done(self, update_id: int, at: datetime, error: str = "") -> None:
        self._sql.done(self._connection, update_id=update_id, at=micros(at), error=error)

    def is_done(self, update_id: int) -> bool:
        return self._sql.is_done(self._connection, update_id=update_id) is not None

    def pending(self) -> list[InboxUpdate]:
        return [UPDATES.record(row) for row in self._sql.pending(self._connection)]

    def forget(self, before: datetime, limit: int) -> int:
        return int(self._sql.forget(self._connection, before=micros(before), limit=limit))
