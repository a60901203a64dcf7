"""The repository of updates that Telegram delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """A Telegram update, kept as it came until it has been handled; its id is kept longer."""

    update_id: int
    payload: str
    attempts: int


class Inbox(Protocol):
    """Updates that arrived, so that a crash loses none."""

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        """Store an update; False when it was stored before."""
        ...

    def begin(self, update_id: int) -> int:
        """Count an attempt at handling it and return how many there were, this one included."""
        ...

    def done(self, update_id: int, at: datetime, error: str = "") -> None:
        """Mark an update handled, or given up with an error, and keep no more than its id."""
        ...

    def is_done(self, update_id: int) -> bool:
        """Tell whether an update was handled."""
        ...

    def pending(self) -> list[InboxUpdate]:
        """Return the updates not yet handled, in order."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` handled updates that arrived before then; return how many."""
        ...
