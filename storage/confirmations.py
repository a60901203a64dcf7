"""The confirmations in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.confirmation import Confirmation
from storage.rows import Mapper, micros
from storage.statements import statements

CONFIRMATIONS = Mapper(Confirmation)


class SqlConfirmations:
    """Implements `Confirmations`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("confirmations")

    def add(self, confirmation: Confirmation) -> None:
        self._sql.add(self._connection, **CONFIRMATIONS.values(confirmation))

    def get(self, token: str) -> Confirmation | None:
        row = self._sql.get(self._connection, token=token)
        return None if row is None else CONFIRMATIONS.record(row)

    def consume(self, token: str, actor_id: int, at: datetime, outcome: str) -> bool:
        used = self._sql.consume(
            self._connection, token=token, actor_id=actor_id, at=micros(at), outcome=outcome
        )
        return bool(used)

    def forget_unused(self, shown_before: datetime, limit: int) -> int:
        return int(
            self._sql.forget_unused(self._connection, before=micros(shown_before), limit=limit)
        )

    def forget_used(self, used_before: datetime, limit: int) -> int:
        return int(self._sql.forget_used(self._connection, before=micros(used_before), limit=limit))
