"""The repository of single named values."""

from __future__ import annotations

from typing import Protocol


class Facts(Protocol):
    """Named texts that survive a restart."""

    def get(self, name: str) -> str | None:
        """Return a value; None if it was never stored."""
        ...

    def put(self, name: str, value: str) -> None:
        """Store a value in place of the previous one."""
        ...
