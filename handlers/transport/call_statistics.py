"""Counts the calls to the Bot API, and those that failed, by their codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

TIMED_OUT, NO_CONNECTION = "timeout", "network"
_COMMON = ("401", "403", "409", "429", TIMED_OUT, NO_CONNECTION)
"""Counted from 0 on, so that the first one after a start is seen as a rise."""


class TelegramCalls:
    """The calls since the start."""

    def __init__(self) -> None:
        self.made = 0
        self.failed = Counter(dict.fromkeys(_COMMON, 0))
        """By "429" and other codes, which are HTTP's (Bot API, "Making requests"), or by one of
        the words above where no answer came."""
        self.on_date: Callable[[str], object] = lambda _date: None
        """Called with the `Date` header of each answer, once that begins to arrive."""

    def answered(self, status: int) -> None:
        """Count an answered call by its HTTP status."""
        self.made += 1
        if status != 200:
            self.failed[str(status)] += 1

    def unanswered(self, cause: str) -> None:
        """Count a call without an answer."""
        self.made += 1
        self.failed[cause] += 1
