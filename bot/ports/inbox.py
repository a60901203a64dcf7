"""The repository of Telegram updates, stored before they are handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """A Telegram update; the payload, its JSON as received, is kept until it is handled."""

    update_id: int
    payload: str
    attempts: int


class Inbox(Protocol):
    """The received updates, stored so that a crash loses none."""

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        """Store an update; return False if it is stored already."""
        ...

    def begin(self, update_id: int) -> int:
        """Count an attempt to handle an update; return the number of attempts, this one included.

        Returns 0 if the update is not stored.
        """
        ...

    def done(self, update_id: int, at: datetime, error: str = "") -> None:
        """Mark an update handled, or given up with an error, and delete its payload."""
        ...

    def is_done(self, update_id: int) -> bool:
        """Return whether an update was handled or given up."""
        ...

    def pending(self) -> list[InboxUpdate]:
        """Return the updates that are not handled yet, by update id."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` handled updates received before `before`, oldest first.

        Returns the number deleted.
        """
        ...
