"""The port that copies the database."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Backups(Protocol):
    """The regular copies of the database."""

    async def newest_at(self, now: datetime) -> datetime | None:
        """Return when the newest backup was made; None if there is none.

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
