"""The port that copies the database."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Backups(Protocol):
    """The copies of the database that are made day by day."""

    async def newest_at(self, now: datetime) -> datetime | None:
        """Return when the newest was made; None when there is none.

        One that says it is made later than `now`, by a clock that was ahead, does not count.
        """
        ...

    async def make(self, at: datetime) -> str:
        """Make a sound copy beside the running bot, let the oldest go, and return its place.

        Raises `BackupError`; what was there before is there still.
        """
        ...
