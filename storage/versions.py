"""The versions of what processes keep in memory, in the database."""

from __future__ import annotations

from bot.ports.versions import Subject
from storage.repository import Repository


class SqlVersions(Repository):
    """Implements `Versions`."""

    queries = "versions"

    def of(self, subject: Subject) -> int:
        row = self._sql.version_of(subject=subject.value)
        return 0 if row is None else int(row["version"])

    def schema(self) -> int:
        return int(self._sql.schema()["version"])

    def raise_(self, subject: Subject) -> int:
        return int(self._sql.raise_version(subject=subject.value)["version"])
