"""The admin acts in the database; rows are only added."""

from __future__ import annotations

from bot.domain.admin_act import AdminAct
from storage.repository import Repository
from storage.rows import Mapper

ACTS = Mapper(AdminAct)


class SqlAdminActs(Repository):
    """Implements `AdminActs`."""

    queries = "admin_acts"

    def add(self, act: AdminAct) -> None:
        self._sql.add(**ACTS.values(act))

    def latest(self, limit: int) -> list[AdminAct]:
        return ACTS.records(self._sql.latest(limit=limit))

    def about(self, subject: str) -> list[AdminAct]:
        return ACTS.records(self._sql.about(subject=subject))
