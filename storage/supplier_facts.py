"""Single named values of each supplier account in the database."""

from __future__ import annotations

from storage.repository import Repository


class SqlSupplierFacts(Repository):
    """Implements `SupplierFacts`."""

    queries = "supplier_facts"

    def get(self, account: str, name: str) -> str | None:
        row = self._sql.get(account=account, name=name)
        return None if row is None else row["value"]

    def put(self, account: str, name: str, value: str) -> None:
        self._sql.put(account=account, name=name, value=value)
