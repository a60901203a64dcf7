"""Single named values of each supplier account in the database."""

from __future__ import annotations

import sqlite3

from storage.statements import statements


class SqlSupplierFacts:
    """Implements `SupplierFacts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("supplier_facts")

    def get(self, account: str, name: str) -> str | None:
        row = self._sql.get(self._connection, account=account, name=name)
        return None if row is None else row["value"]

    def put(self, account: str, name: str, value: str) -> None:
        self._sql.put(self._connection, account=account, name=name, value=value)
