"""The customers' saved numbers in the database."""

from __future__ import annotations

import sqlite3

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.order import CustomerId
from storage.rows import Mapper
from storage.statements import statements

SAVED = Mapper(SavedNumber)


class SqlSavedNumbers:
    """Implements `SavedNumbers`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("saved_numbers")

    def use(self, number: SavedNumber, kept: int) -> None:
        self._sql.use(self._connection, **SAVED.values(number))
        self._sql.trim(self._connection, customer_id=number.customer_id, kept=kept)

    def of(self, customer_id: CustomerId) -> list[SavedNumber]:
        rows = self._sql.of_customer(self._connection, customer_id=customer_id)
        return [SAVED.record(row) for row in rows]

    def get(self, number_id: SavedNumberId) -> SavedNumber | None:
        row = self._sql.get(self._connection, number_id=number_id)
        return None if row is None else SAVED.record(row)

    def rename(self, number_id: SavedNumberId, name: str) -> None:
        self._sql.rename(self._connection, number_id=number_id, name=name)

    def forget(self, number_id: SavedNumberId) -> None:
        self._sql.forget(self._connection, number_id=number_id)
