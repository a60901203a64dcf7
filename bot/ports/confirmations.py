"""The repository of confirmations, each behind a one-time token."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.confirmation import Confirmation
from bot.domain.order import CustomerId


class Confirmations(Protocol):
    """The confirmations that were offered, by their one-time tokens."""

    def add(self, confirmation: Confirmation) -> None:
        """Store a new confirmation."""
        ...

    def get(self, token: str) -> Confirmation | None:
        """Return the confirmation of a token, used or not; None if the token is unknown."""
        ...

    def amend(self, confirmation: Confirmation) -> None:
        """Store the payload of an unused confirmation again; a used one stays as it is."""
        ...

    def consume(self, token: str, actor_id: CustomerId, at: datetime, outcome: str) -> bool:
        """Mark a token used; return False if it is used, unknown, or another actor's."""
        ...

    def forget_unused(self, shown_before: datetime, limit: int) -> int:
        """Delete up to `limit` unused confirmations made before `shown_before`, oldest first.

        Returns the number deleted.
        """
        ...

    def forget_used(self, used_before: datetime, limit: int) -> int:
        """Delete up to `limit` purchase confirmations used before `used_before`, oldest first.

        Used confirmations with which an admin moved money are kept for ever, so that pressing
        the button again finds the first result. Returns the number deleted.
        """
        ...
