"""The sandbox's clock: the machine's clock plus an offset that the page sets.

It only moves forward, since a database with orders of tomorrow would be wrong today; a reset of
the sandbox sets it back. The bot is another process with a clock of its own, which gets the same
offset.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.permissions import make_private_file

WIB = ZoneInfo("Asia/Jakarta")
"""The time zone of the shop, the supplier and the customers."""
MAX_AHEAD = timedelta(days=400)


class ClockError(ValueError):
    """The clock cannot be moved like this; the page shows the message."""


class SandboxClock:
    """The machine's clock, ahead of it by `ahead`."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self.ahead

    def time(self) -> float:
        """Return the present instant in seconds since the epoch."""
        return self.now().timestamp()

    def local(self) -> datetime:
        """Return the present instant in Jakarta's time zone."""
        return self.now().astimezone(WIB)

    def move(self, by: timedelta) -> None:
        """Move forward; raises ClockError for a negative step or an offset above 400 days."""
        if by < timedelta(0):
            raise ClockError("The clock only goes forward: begin anew to come back to now.")
        if self.ahead + by > MAX_AHEAD:
            raise ClockError(f"The clock goes at most {MAX_AHEAD.days} days ahead.")
        self.ahead += by

    def until(self, hour: int, minute: int) -> timedelta:
        """Return the time until this time of day comes next in Jakarta.

        It means second 0 of the minute, so the present minute means tomorrow. Raises ValueError
        for an hour or minute out of range.
        """
        local = self.local()
        wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (wanted if wanted > local else wanted + timedelta(days=1)) - local

    def reset(self) -> None:
        """Drop the offset; data with later times must have been deleted before."""
        self.ahead = timedelta(0)


def load_ahead(path: Path) -> timedelta:
    """Return the offset of the last run, 0 to 400 days; 0 when the file cannot be read.

    Time must not go back for a kept database.
    """
    try:
        seconds = float(json.loads(path.read_text(encoding="utf-8"))["ahead_seconds"])
        ahead = timedelta(seconds=seconds)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return timedelta(0)
    return min(max(ahead, timedelta(0)), MAX_AHEAD)


def save_ahead(path: Path, ahead: timedelta) -> None:
    """Write the offset for the next run; raises OSError."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    make_private_file(fresh)
    fresh.write_text(json.dumps({"ahead_seconds": ahead.total_seconds()}), encoding="utf-8")
    fresh.replace(path)
