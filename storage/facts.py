"""Single named values in the database."""

from __future__ import annotations

from storage.repository import Repository

SERVER_IDENTITY = "server_identity"
"""The name of the fact that says on which server the database is; copies do not have it."""


class SqlFacts(Repository):
    """Implements `Facts`."""

    queries = "facts"

    def get(self, name: str) -> str | None:
        row = self._sql.get(name=name)
        return None if row is None else row["value"]

    def put(self, name: str, value: str) -> None:
        self._sql.put(name=name, value=value)
