"""The active conditions in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.condition import Condition
from storage.repository import Repository
from storage.rows import Mapper, micros

CONDITIONS = Mapper(Condition)


class SqlConditions(Repository):
    """Implements `Conditions`."""

    queries = "conditions"

    def get(self, name: str) -> Condition | None:
        return CONDITIONS.record_or_none(self._sql.get(name=name))

    def raise_(self, name: str, detail: str, at: datetime) -> Condition:
        row = self._sql.raise_condition(name=name, detail=detail, at=micros(at))
        return CONDITIONS.record(row)

    def notified(self, name: str, at: datetime) -> None:
        self._sql.notified(name=name, at=micros(at))

    def clear(self, name: str) -> bool:
        return bool(self._sql.clear(name=name))

    def all(self) -> list[Condition]:
        return CONDITIONS.records(self._sql.all())
