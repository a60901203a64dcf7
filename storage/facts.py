"""Single named values in the database."""

from __future__ import annotations

import sqlite3

from storage.statements import statements


class SqlFacts:
    """Implements `Facts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("facts")

    def get(self, name: str) -> str | None:
        row = self._sql.get(self._connection, name=name)
        return None if row is None else row["value"]

    def put(self, name: str, value: str) -> None:
        self._sql.put(self._connection, name=name, value=value)
