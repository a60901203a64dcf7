"""The admin acts in the database; rows are only added."""

from __future__ import annotations

from bot.domain.admin_act import ActFilter, AdminAct
from bot.domain.order import CustomerId
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

    def found(self, wanted: ActFilter, limit: int, offset: int) -> list[AdminAct]:
        actions, pattern = wanted.actions, _pattern(wanted.term)
        page = {"actions": actions, "pattern": pattern, "limit": limit, "skipped": offset}
        if wanted.actor_id is None:
            return ACTS.records(self._sql.found(**page))
        return ACTS.records(self._sql.found_of(actor_id=wanted.actor_id, **page))

    def actors(self) -> list[CustomerId]:
        return [CustomerId(row["actor_id"]) for row in self._sql.actors()]


def _pattern(term: str) -> str:
    """Return the pattern that texts with a term match; empty for all."""
    if not term:
        return ""
    for sign in ("\\", "%", "_"):
        term = term.replace(sign, f"\\{sign}")
    return f"%{term}%"
