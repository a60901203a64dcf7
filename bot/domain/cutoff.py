"""Cutoffs: the daily time window, in the supplier's time zone, in which a product is not sold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{1,2})(?::[0-9]{1,2})?", re.ASCII)
MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class CutoffWindow:
    """The product is closed from `start` (inclusive) to `end` (exclusive).

    Both are minutes after local midnight, 0 to 1439. `end` before `start` crosses midnight. Equal
    values raise `ValueError`: the supplier writes them for "never closed", which is represented
    by None instead of a window.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        """Reject minutes outside 0 to 1439 and an empty window."""
        if not (0 <= self.start < MINUTES_PER_DAY and 0 <= self.end < MINUTES_PER_DAY):
            raise ValueError(
                f"start and end must be minutes of a day, 0 to 1439: {self.start}, {self.end}"
            )
        if self.start == self.end:
            raise ValueError("window of length 0: start and end must differ")


@lru_cache(maxsize=1_024)
def parse_cutoff(start: str, end: str) -> CutoffWindow | None:
    """Parse the supplier's clock times, such as "23:29", "0:15" or "23:0".

    Returns None when one of them is empty or malformed, or when both are equal
    (docs/supplier-api.md, "2.9 Cutoff").
    """
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
    """Return the instant at which a product that is closed at `local` opens; None if it is open.

    `local` and the result are aware and in the supplier's time zone (SUPPLIER_TIMEZONE).
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
