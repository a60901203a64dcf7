"""The dialogs in the database; at most one for each customer."""

from __future__ import annotations

import sqlite3

from bot.domain.dialog import Dialog
from bot.domain.order import CustomerId
from storage.rows import Mapper
from storage.statements import statements

DIALOGS = Mapper(Dialog)


class SqlDialogs:
    """Implements `Dialogs`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("dialogs")

    def put(self, dialog: Dialog) -> None:
        self._sql.put(self._connection, **DIALOGS.values(dialog))

    def get(self, customer_id: CustomerId) -> Dialog | None:
        row = self._sql.get(self._connection, customer_id=customer_id)
        return None if row is None else DIALOGS.record(row)

    def drop(self, customer_id: CustomerId) -> None:
        self._sql.drop(self._connection, customer_id=customer_id)

    def all(self, conversation: str) -> list[Dialog]:
        rows = self._sql.of_conversation(self._connection, conversation=conversation)
        return [DIALOGS.record(row) for row in rows]
