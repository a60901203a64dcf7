"""Conditions: states that hold until they are cleared, such as a pause or an open breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """A state that holds until it is cleared: a pause, an open breaker, the cause of an alert.

    `notified_at` is when the admins were last notified of it.
    """

    name: str
    detail: str
    raised_at: datetime
    notified_at: datetime | None
