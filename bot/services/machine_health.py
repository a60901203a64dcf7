"""Machine health: what was last seen of the machine, and whether its clock is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bot.domain.machine import Certificate, Room, clock_stage, is_clock_right
from bot.ports.backups import KeptBackup
from bot.ports.clock import Clock

SAMPLE_EVERY = timedelta(seconds=20)
"""Of the answers in between the date is not read: it costs a tenth of a small answer's time."""
OFF_FOR = timedelta(minutes=3)
"""A clock counts as wrong after this long: one answer may have been held up on its way."""
_HALF_A_SECOND = timedelta(seconds=0.5)


class TimeSource(StrEnum):
    """Who says what time it is."""

    TELEGRAM = "telegram"
    SUPPLIER = "supplier"


@dataclass(slots=True)
class _Comparison:
    """Our clock against another one."""

    at: datetime
    error: timedelta
    off_since: datetime | None
    """The first of the last comparisons that all found it off."""


class ClockComparison:
    """Compares our clock with the `Date` of answers that arrive anyway.

    The supplier's counts only while none of Telegram came, since a panel's own clock may be wrong.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: dict[TimeSource, _Comparison] = {}

    def heard(self, source: TimeSource, date: str) -> None:
        """Take the `Date` header of an answer that has just begun to arrive."""
        now, last = self._clock.now(), self._found.get(source)
        if last is not None and abs(now - last.at) < SAMPLE_EVERY:
            return
        try:
            theirs = parsedate_to_datetime(date)
            error = now - theirs - _HALF_A_SECOND  # The header has whole seconds.
        except (ValueError, TypeError, OverflowError):
            return  # No date, or one without a time zone.
        off_since = None
        if clock_stage(error):
            earlier = None if last is None else last.off_since
            off_since = now if earlier is None or earlier > now else earlier
        self._found[source] = _Comparison(now, error, off_since)

    @property
    def source(self) -> TimeSource | None:
        """Whose time counts; None before any answer."""
        return next((one for one in TimeSource if one in self._found), None)

    @property
    def error(self) -> timedelta | None:
        """Our clock minus theirs, as last seen; None before any answer."""
        return None if self.source is None else self._found[self.source].error

    @property
    def is_off(self) -> bool | None:
        """Whether our clock has been wrong for minutes; None while that is not clear."""
        if self.source is None:
            return None
        found = self._found[self.source]
        if found.off_since is None:
            return False if is_clock_right(found.error) else None
        return True if found.at - found.off_since >= OFF_FOR else None


@dataclass(slots=True)
class MachineHealth:
    """What was last seen of the machine; lost at a restart."""

    clock: ClockComparison
    makes_backups: bool = True
    """Whether the bot makes a backup each day by itself."""
    has_webhook: bool = False
    room: Room | None = None
    newest_backup: KeptBackup | None = None
    backups_seen_at: datetime | None = None
    certificate: Certificate | None = None
    test_prevented: str = ""
    """Why the newest backup could not be tested, if that was so at the last attempt."""
