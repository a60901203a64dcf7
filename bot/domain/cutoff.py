"""The nightly closing of a product: when it may not be sold, in the supplier's local time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{1,2})(?::[0-9]{1,2})?", re.ASCII)
MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class CutoffWindow:
    """Closed from `start` (inclusive) to `end` (exclusive), in minutes after local midnight.

    Each is 0 to 1439, and they differ: the supplier writes equal ones for "never closed",
    which is no window at all. `end` before `start` crosses midnight.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse minutes outside a day and a window of no length."""
        if not (0 <= self.start < MINUTES_PER_DAY and 0 <= self.end < MINUTES_PER_DAY):
            raise ValueError(f"minutes outside a day: {self.start}, {self.end}")
        if self.start == self.end:
            raise ValueError("a window needs a length")


def parse_cutoff(start: str, end: str) -> CutoffWindow | None:
    """Read the supplier's "23:29", "0:15" or "23:0"; None when unreadable, empty or equal."""
    start_minute, end_minute = _minute_of_day(start), _minute_of_day(end)
    if start_minute is None or end_minute is None or start_minute == end_minute:
        return None
    return CutoffWindow(start_minute, end_minute)


def _minute_of_day(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if hour == 24 and minute == 0:
        hour = 0
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def closed_until(window: CutoffWindow | None, local: datetime) -> datetime | None:
    """Say when a product that is closed at `local` opens again; None while it is open.

    `local` is aware and in the supplier's time zone (SUPPLIER_TIMEZONE), as is the answer.
    """
    if window is None:
        return None
    now = local.hour * 60 + local.minute
    if window.start < window.end:
        closed = window.start <= now < window.end
    else:
        closed = now >= window.start or now < window.end
    if not closed:
        return None
    opening = local.replace(hour=window.end // 60, minute=window.end % 60, second=0, microsecond=0)
    return opening if now < window.end else opening + timedelta(days=1)
