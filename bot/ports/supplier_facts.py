"""The repository of single values of one supplier account."""

from __future__ import annotations

from typing import Protocol


class SupplierFacts(Protocol):
    """Single values that were learned or counted on one supplier account, such as its clock."""

    def get(self, account: str, name: str) -> str | None:
        """Return a value."""
        ...

    def put(self, account: str, name: str, value: str) -> None:
        """Store a value."""
        ...
