"""A condition that holds now: something wrong, or the shop being paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds until it is cleared: a pause, an open breaker, an alert's cause."""

    name: str
    detail: str
    raised_at: datetime
    notified_at: datetime | None
