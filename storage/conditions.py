"""The active conditions in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.condition import Condition
from storage.rows import Mapper, micros
from storage.statements import statements

CONDITIONS = Mapper(Condition)


class SqlConditions:
    """Implements `Conditions`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("conditions")

    def get(self, name: str) -> Condition | None:
        row = self._sql.get(self._connection, name=name)
        return None if row is None else CONDITIONS.record(row)

    def raise_(self, name: str, detail: str, at: datetime) -> Condition:
        row = self._sql.raise_condition(self._connection, name=name, detail=detail, at=micros(at))
        return CONDITIONS.record(row)

    def notified(self, name: str, at: datetime) -> None:
        self._sql.notified(self._connection, name=name, at=micros(at))

    def clear(self, name: str) -> bool:
        return bool(self._sql.clear(self._connection, name=name))

    def all(self) -> list[Condition]:
        return [CONDITIONS.record(row) for row in self._sql.all(self._connection)]
