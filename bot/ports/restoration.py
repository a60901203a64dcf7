"""The port to the changes that a restored database needs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Restoration(Protocol):
    """Changes to a whole database when the shop resumes from a backup.

    Ids given since a restore belong to a new epoch (`IDS_PER_EPOCH` ids each), so that they differ
    from the ids that were given between the backup and the restore.
    """

    def newest_at(self) -> datetime | None:
        """Return the newest time stored in the database; None if it is empty."""
        ...

    def epoch(self) -> int:
        """Return the epoch of the newest id: the number of restores before it."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """Give only ids of this epoch or later from now on."""
        ...

    def forget_unfinished(self) -> int:
        """Delete all dialogs and unused confirmations; return the number of confirmations."""
        ...

    def close_inbox(self, at: datetime, error: str) -> int:
        """Mark every unhandled update as given up with `error`; return their number."""
        ...

    def make_outbox_stale(self) -> int:
        """Mark every pending notice stale; return their number."""
        ...
