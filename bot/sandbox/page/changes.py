"""What the page has to read again: the sections of its state that changed, and passing events."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

from bot.sandbox.telegram.state import ChangeSignal

Event = dict[str, Any]
"""A message without a lasting state: an answer to a pressed button, "typing"."""
EVENTS_KEPT = 50
EVERYTHING = -1
"""The version of a page that has read nothing yet."""


class Changes:
    """Counts the changes: a version is the first one plus the number of changes so far.

    A page can hold a version of an earlier run, or of a clock that was set back. It is not among
    those of this run, and that page has read nothing yet.
    """

    def __init__(self, first: int) -> None:
        """Count from `first`, which must be above all versions of earlier runs."""
        self.version = self._first = first
        self.is_closing = False
        self._changed_at: dict[str, int] = {}
        self._events: deque[tuple[int, Event]] = deque(maxlen=EVENTS_KEPT)
        self._signal = ChangeSignal()

    def mark(self, *sections: str) -> None:
        """Mark sections that may have changed."""
        self.version += 1
        self._changed_at.update(dict.fromkeys(sections, self.version))
        self._signal.notify()

    def send_event(self, event: Event) -> None:
        """Add an event; only the last 50 are kept."""
        self.version += 1
        self._events.append((self.version, event))
        self._signal.notify()

    def has_changed(self, section: str, since: int) -> bool:
        """Return whether a section may have changed after a version."""
        return not self._is_of_this_run(since) or self._changed_at.get(section, since) > since

    def events(self, since: int) -> list[Event]:
        """Return the events after a version: none for a page that has read nothing yet."""
        return [one for at, one in self._events if at > since and self._is_of_this_run(since)]

    def _is_of_this_run(self, version: int) -> bool:
        return self._first <= version <= self.version

    async def wait(self, since: int, seconds: float) -> None:
        """Wait until something changes after a version, the page closes, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.version == since and not self.is_closing:
                    await self._signal.wait()

    def close(self) -> None:
        """End all waiting."""
        self.is_closing = True
        self._signal.notify()
