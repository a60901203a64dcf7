"""The sandbox's clock: the machine's, ahead by as much as somebody at the page has asked.

It only goes forward, like time: a database that holds orders of tomorrow is no use today. The
way back is to begin anew. The bot is another process, with a clock of its own that is told how
far ahead the sandbox's is.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.permissions import make_private_file

WIB = ZoneInfo("Asia/Jakarta")
"""The zone of the shop, the supplier and their customers."""
FARTHEST = timedelta(days=400)


class ClockError(ValueError):
    """The clock cannot be moved so; the message is for the person at the page."""


class SandboxClock:
    """The machine's clock, some time ahead."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        """Begin so far ahead."""
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self.ahead

    def time(self) -> float:
        """Return the same instant in seconds since the epoch."""
        return self.now().timestamp()

    def local(self) -> datetime:
        """Return the same instant as clocks in Jakarta show it."""
        return self.now().astimezone(WIB)

    def move(self, by: timedelta) -> None:
        """Let time pass at once; raises ClockError for a way back or beyond 400 days."""
        if by < timedelta(0):
            raise ClockError("The clock only goes forward: begin anew to come back to now.")
        if self.ahead + by > FARTHEST:
            raise ClockError(f"The clock goes at most {FARTHEST.days} days ahead.")
        self.ahead += by

    def until(self, hour: int, minute: int) -> timedelta:
        """Return how long it is until clocks in Jakarta show this time next.

        It is then the first second of that minute, so a time within the present minute is
        tomorrow's. Raises ValueError for an hour or minute that there is not.
        """
        local = self.local()
        wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (wanted if wanted > local else wanted + timedelta(days=1)) - local

    def reset(self) -> None:
        """Show the machine's own time again; whatever knows of a later time must be gone."""
        self.ahead = timedelta(0)


def kept_ahead(path: Path) -> timedelta:
    """Return how far ahead the last run's clock was; a file that cannot be read means not at all.

    A kept database must not find itself back in time.
    """
    try:
        seconds = float(json.loads(path.read_text(encoding="utf-8"))["ahead_seconds"])
        ahead = timedelta(seconds=seconds)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return timedelta(0)
    return min(max(ahead, timedelta(0)), FARTHEST)


def keep_ahead(path: Path, ahead: timedelta) -> None:
    """Write how far ahead the clock is, for the next run; raises OSError."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    make_private_file(fresh)
    fresh.write_text(json.dumps({"ahead_seconds": ahead.total_seconds()}), encoding="utf-8")
    fresh.replace(path)
