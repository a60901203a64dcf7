"""The repository of one-time tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.confirmation import Confirmation


class Confirmations(Protocol):
    """One-time tokens."""

    def add(self, confirmation: Confirmation) -> None:
        """Store a fresh token."""
        ...

    def get(self, token: str) -> Confirmation | None:
        """Return a token's confirmation, used or not."""
        ...

    def consume(self, token: str, actor_id: int, at: datetime, outcome: str) -> bool:
        """Use a token up; False when it is used, unknown, or somebody else's."""
        ...

    def forget_unused(self, shown_before: datetime, limit: int) -> int:
        """Delete up to `limit` tokens nobody used, shown before then; return how many."""
        ...

    def forget_used(self, used_before: datetime, limit: int) -> int:
        """Delete up to `limit` tokens used before then, but none of an admin's credit or debit.

        Returns how many there were.
        """
        ...
