"""Conditions: states that hold until they are cleared, such as a pause or an open breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Condition:
    """A state that holds until it is cleared: a pause, an open breaker, the cause of an alert.

    `notified_at` is when the admins were last notified of it.
    """

    name: str
    detail: str
    raised_at: datetime
    notified_at: datetime | None

    def was_notified_within(self, span: timedelta, now: datetime) -> bool:
        """Whether the admins were notified less than a span ago.

        A notification dated later than `now` does not count: the clock was set back since.
        """
        return self.notified_at is not None and timedelta(0) <= now - self.notified_at < span
