"""Time that passes when nothing is left to do: hours of a shop's life in seconds of ours."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

OPENING = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Jakarta, when every simulation begins."""

TURN_SECONDS = 1e-6
"""Even a turn without a wait takes a moment: who waits for an instant by rounding gets there."""


class StandstillError(RuntimeError):
    """Everybody waits and nothing is due: somebody was forgotten."""


class _NoWaiting(selectors.SelectSelector):
    """Tells the loop at once that its time is up, and moves the clock by as much."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StandstillError
        self.now += max(timeout, TURN_SECONDS)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose sleeps take no time; what it runs, it runs in one fixed order."""

    def __init__(self) -> None:
        self._waiting = _NoWaiting()
        super().__init__(self._waiting)

    def time(self) -> float:
        return self._waiting.now


class VirtualClock:
    """The shop's clock: the loop's seconds since the opening, unless somebody sets it."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, ahead: Callable[[float], float] = lambda _now: 0.0
    ) -> None:
        """Let `ahead` say by how many seconds the clock is fast at an instant."""
        self._loop = loop
        self._ahead = ahead

    def now(self) -> datetime:
        now = self._loop.time()
        return OPENING + timedelta(seconds=now + self._ahead(now))
