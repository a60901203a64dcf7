"""Staff hours: when somebody of the shop answers, in the shop's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.shop_settings import ShopSettings

_HOURS = re.compile(
    r"([0-9]{1,2})(?:[.:]([0-9]{2}))?\s*(?:-|\u2013|s/d|sampai|to)\s*([0-9]{1,2})(?:[.:]([0-9]{2}))?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StaffHours:
    """From when to when somebody answers, each day; `closes` before `opens` is past midnight."""

    opens: time
    closes: time

    def __str__(self) -> str:
        """Return the hours as they are stored: "08:00-21:00"."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def includes(self, local: datetime) -> bool:
        """Return whether somebody answers at a time of the shop's time zone."""
        at = local.time().replace(tzinfo=None)
        if self.opens <= self.closes:
            return self.opens <= at <= self.closes
        return at >= self.opens or at <= self.closes

    def next_opening(self, local: datetime) -> datetime:
        """Return the first opening after a time of the shop's time zone."""
        today = datetime.combine(local.date(), self.opens, local.tzinfo)
        return today if local < today else today + timedelta(days=1)


DEFAULT_HOURS = StaffHours(time(8), time(22))
"""What is promised while the owner has set nothing: at night shops are closed."""


def parse_hours(text: str) -> StaffHours | None:
    """Read hours as people type them: "8-21", "08.00 - 21.30", "08:00 sampai 21:00".

    Returns None for any other text, and where both times are the same.
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    try:
        opens = time(int(found[1]), int(found[2] or 0))
        # "24:00" is how people write midnight; a later time is none.
        is_midnight = int(found[3]) == 24 and not int(found[4] or 0)
        closes = time(0) if is_midnight else time(int(found[3]), int(found[4] or 0))
    except ValueError:
        return None
    return None if opens == closes else StaffHours(opens, closes)


def closed_until(settings: ShopSettings, now: datetime) -> datetime | None:
    """Return when a shop that closes by the clock opens, in its time zone; None while it is open.

    A shop that does not close by the clock is always open.
    """
    if not settings.closes_by_clock:
        return None
    local, hours = now.astimezone(ZoneInfo(settings.timezone)), hours_in(settings.staff_hours)
    return None if hours.includes(local) else hours.next_opening(local)


def hours_in(stored: str) -> StaffHours:
    """Return stored hours; the default for none."""
    return parse_hours(stored) or DEFAULT_HOURS
