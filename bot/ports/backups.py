"""The port that copies the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup: where it is, and when it was made."""

    place: str
    made_at: datetime


class Backups(Protocol):
    """The regular copies of the database."""

    async def newest(self, now: datetime) -> KeptBackup | None:
        """Return the newest backup; None if there is none.

        Backups dated later than `now` are ignored: the clock was ahead when they were made.
        """
        ...

    async def make(self, at: datetime) -> str:
        """Make and check a copy while the bot runs, delete the oldest ones, return its path.

        Raises `BackupError`; existing backups are then unchanged.
        """
        ...

    async def unchecked(self) -> list[str]:
        """Return the paths of the copies that were made without a check, the oldest first."""
        ...

    async def check(self, place: str, at: datetime) -> None:
        """Check such a copy; raises `BackupError` if it is damaged.

        Cancelled, it stops at once, and the copy remains unchecked.
        """
        ...


class RestoreTrials(Protocol):
    """Tries backups: a copy is opened as a restore would open it, and deleted."""

    async def run(self, place: str) -> None:
        """Try one backup, which takes a minute and more for a large one.

        Raises `BackupNotTriedError` if that was not possible now, or `stop` was called, and
        `BackupError` if the backup cannot be restored. Cancelled, it stops at once.
        """
        ...

    async def clear_leftovers(self) -> None:
        """Delete what a trial left that was killed."""
        ...

    def stop(self) -> None:
        """End a running trial, and start none any more."""
        ...
