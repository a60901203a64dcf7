"""The repository of conditions that hold now."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.condition import Condition


class Conditions(Protocol):
    """What is the matter now; survives a restart."""

    def get(self, name: str) -> Condition | None:
        """Return a condition that holds."""
        ...

    def raise_(self, name: str, detail: str, at: datetime) -> Condition:
        """Note that it holds (keeping when it began) and return it."""
        ...

    def notified(self, name: str, at: datetime) -> None:
        """Note that the admins were told."""
        ...

    def clear(self, name: str) -> bool:
        """End a condition; False when it did not hold."""
        ...

    def all(self) -> list[Condition]:
        """Return everything that holds."""
        ...
