"""The repository of active conditions, such as a pause or an open circuit breaker."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.condition import Condition


class Conditions(Protocol):
    """The conditions that are active now; they survive a restart."""

    def get(self, name: str) -> Condition | None:
        """Return an active condition; None if it is not active."""
        ...

    def raise_(self, name: str, detail: str, at: datetime) -> Condition:
        """Make a condition active and return it.

        If it is active already, only `detail` changes: `raised_at` and `notified_at` stay.
        """
        ...

    def notified(self, name: str, at: datetime) -> None:
        """Record when the admins were notified."""
        ...

    def clear(self, name: str) -> bool:
        """End a condition; return False if it was not active."""
        ...

    def all(self) -> list[Condition]:
        """Return all active conditions, the one raised first comes first."""
        ...
