"""Sums of the money, added up by the database itself, for comparing a copy."""

from __future__ import annotations

from storage.repository import Repository
from storage.rows import Value


class SqlSums(Repository):
    """Adds up transfers and balances."""

    queries = "sums"

    def sums(self) -> list[tuple[Value, ...]]:
        """Return what, of which kind, how many, and their sum in rupiah."""
        return [tuple(row) for row in (*self._sql.transfers(), *self._sql.accounts())]
