"""The repository of single values that outlive the process."""

from __future__ import annotations

from typing import Protocol


class Facts(Protocol):
    """Single values that outlive the process."""

    def get(self, name: str) -> str | None:
        """Return a value."""
        ...

    def put(self, name: str, value: str) -> None:
        """Store a value."""
        ...
