"""The repository of Telegram updates, stored before they are handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

REPEATED_WITHIN = timedelta(days=2)
"""Telegram repeats an update for one day at most; after a week without any it begins with another
id, which may be an old one (Bot API, "Update")."""


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """A Telegram update; the payload, its JSON as received, is kept until it is handled."""

    update_id: int
    payload: str
    attempts: int


class Inbox(Protocol):
    """The received updates, stored so that a crash loses none."""

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        """Store an update, with its first attempt counted; return False if it is stored already.

        One that was handled and arrived more than `REPEATED_WITHIN` before is another update with
        the same id, and makes room.

        A process that stores an update handles it next, so that attempt needs no `begin`.
        """
        ...

    def begin(self, update_id: int) -> int:
        """Count one more attempt to handle an update, and return how many there were with it.

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

    def free_ids(self) -> None:
        """Delete the handled updates, and give the others ids below 0, in the same order.

        So updates that are numbered anew can be stored.
        """
        ...
