"""The port to the wall clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock; it may be set back or forward while the bot runs."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...
