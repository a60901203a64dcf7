"""The admin acts in the database; rows are only added."""

from __future__ import annotations

import sqlite3

from bot.domain.admin_act import AdminAct
from storage.rows import Mapper
from storage.statements import statements

ACTS = Mapper(AdminAct)


class SqlAdminActs:
    """Implements `AdminActs`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("admin_acts")

    def add(self, act: AdminAct) -> None:
        self._sql.add(self._connection, **ACTS.values(act))

    def latest(self, limit: int) -> list[AdminAct]:
        return [ACTS.record(row) for row in self._sql.latest(self._connection, limit=limit)]

    def about(self, subject: str) -> list[AdminAct]:
        return [ACTS.record(row) for row in self._sql.about(self._connection, subject=subject)]
