"""Sums of the money, added up by the database itself, for comparing a copy."""

from __future__ import annotations

from storage.repository import Repository


class SqlSums(Repository):
    """Adds up transfers and balances."""

    queries = "sums"

    def sums(self) -> list[str]:
        """Return a line for each kind of transfer and of account."""
        transfers = [
            f"{row['transfers']} transfers {row['phase']} {row['purpose']}: {row['amount']} rupiah"
            for row in self._sql.transfers()
        ]
        accounts = [
            f"{row['accounts']} accounts {row['kind']}: {row['posted']} rupiah, "
            f"held {row['held']}, limits {row['credit_limit']}"
            for row in self._sql.accounts()
        ]
        return transfers + accounts
