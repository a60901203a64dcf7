"""The repository of single named values of each supplier account."""

from __future__ import annotations

from typing import Protocol


class SupplierFacts(Protocol):
    """Named texts of each supplier account, such as the offset of the supplier's clock."""

    def get(self, account: str, name: str) -> str | None:
        """Return a value; None if it was never stored."""
        ...

    def put(self, account: str, name: str, value: str) -> None:
        """Store a value in place of the previous one."""
        ...
