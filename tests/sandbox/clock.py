"""A clock that a test can move, so that hours pass without waiting for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


class MovableClock:
    """The machine's clock, ahead by as much as the test wants; it never stands still."""

    def __init__(self) -> None:
        """Begin with the machine's own time."""
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def time(self) -> float:
        """Return the same instant in seconds since the epoch."""
        return self.now().timestamp()

    def local(self) -> datetime:
        """Return the same instant as the supplier's clocks show it."""
        return self.now().astimezone(WIB)

    def move(self, by: timedelta) -> None:
        """Let time pass at once."""
        self._ahead += by

    def move_to(self, hour: int, minute: int = 0) -> None:
        """Let it be this local time, today or, when that is over, tomorrow."""
        local = self.local()
        wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if wanted < local:
            wanted += timedelta(days=1)
        self.move(wanted - local)
