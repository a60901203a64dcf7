"""The machine that the shop runs on: room on its disk, its clock, the webhook's certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST_ROOM_BYTES = 500_000_000
DATABASES_OF_ROOM = 3
"""A backup, the change to a new version and the test of a backup each need a database's size."""
CLOCK_TOLERANCE = timedelta(seconds=30)
"""A larger error affects the search for lost orders and the cutoff times."""
DAYS_BEFORE_END = (14, 7, 3, 1)
"""So many days before its end a certificate is reported; it is renewed 30 days before it."""
_PART_OF_LIFE = 3
"""A certificate that lives for days only is renewed when a third of its time is left."""


@dataclass(frozen=True, slots=True)
class Room:
    """The free space on the disk of the database and its backups, and the database's size."""

    free_bytes: int
    database_bytes: int

    @property
    def wanted_bytes(self) -> int:
        """The free space below which the owner is warned, which leaves them time to act."""
        return max(LEAST_ROOM_BYTES, DATABASES_OF_ROOM * self.database_bytes)

    @property
    def shortage(self) -> int:
        """How bad it is: 0 for enough, then 1, 2 and 3 for each half less; 4: no room to copy."""
        if self.free_bytes < LEAST_ROOM_BYTES // 10 + self.database_bytes:
            return 4
        halves = (self.wanted_bytes, self.wanted_bytes // 2, self.wanted_bytes // 4)
        return sum(self.free_bytes < limit for limit in halves)

    @property
    def is_ample(self) -> bool:
        """Whether a warning is over: a quarter above the limit, so that it does not alternate."""
        return self.free_bytes * 4 >= self.wanted_bytes * 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the public address of the webhook shows."""

    host: str
    begins_at: datetime
    ends_at: datetime

    def stage(self, now: datetime) -> int:
        """How near its end is: 0 for far, then one more at each of `DAYS_BEFORE_END`; 5: over."""
        left = self.ends_at - now
        if left <= timedelta(0):
            return len(DAYS_BEFORE_END) + 1
        if left * _PART_OF_LIFE > self.ends_at - self.begins_at:
            return 0
        return sum(left <= timedelta(days=days) for days in DAYS_BEFORE_END)


def clock_stage(error: timedelta) -> int:
    """How wrong a clock is: 0 for right, 1 for seconds, 2 from 5 minutes on, 3 from an hour on."""
    limits = (CLOCK_TOLERANCE, timedelta(minutes=5), timedelta(hours=1))
    return sum(abs(error) > limit for limit in limits)


def is_clock_right(error: timedelta) -> bool:
    """Whether a warning is over: half the limit, so that it does not alternate."""
    return abs(error) * 2 <= CLOCK_TOLERANCE
