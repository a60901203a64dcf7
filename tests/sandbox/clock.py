"""A clock that a test can move forward, so that hours pass without waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


class MovableClock:
    """The machine's clock plus an offset that a test can increase."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def time(self) -> float:
        """Return the current instant in seconds since the epoch."""
        return self.now().timestamp()

    def local(self) -> datetime:
        """Return the current instant in Jakarta time, as the supplier uses it."""
        return self.now().astimezone(WIB)

    def move(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._ahead += by

    def move_to(self, hour: int, minute: int = 0) -> None:
        """Move to this time in Jakarta, today or, if it is past, tomorrow."""
        local = self.local()
        wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if wanted < local:
            wanted += timedelta(days=1)
        self.move(wanted - local)
