"""Virtual time, which advances when no task is ready: hours of a shop take seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")

OPENING = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Jakarta; every simulation starts then."""

TURN_SECONDS = 1e-6
"""Every turn of the loop takes a moment, so that waiting for a rounded instant ends."""


class StandstillError(RuntimeError):
    """All tasks wait and no timer is set: the run would hang."""


class _NoWaiting(selectors.SelectSelector):
    """A selector that never waits, and advances the clock by the timeout instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StandstillError
        self.now += max(timeout, TURN_SECONDS)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose sleeps take no real time and whose order of execution is fixed."""

    def __init__(self) -> None:
        self._waiting = _NoWaiting()
        super().__init__(self._waiting)

    def time(self) -> float:
        return self._waiting.now

    @override
    def run_in_executor(  # type: ignore[override]
        self, _executor: object, function: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run a function at once: a thread would end at another moment in each run."""
        done = self.create_future()
        try:
            done.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - it is raised where the function is awaited
            done.set_exception(error)
        return done


class VirtualClock:
    """The shop's clock: `OPENING` plus the loop's seconds, plus `ahead` seconds."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, ahead: Callable[[float], float] = lambda _now: 0.0
    ) -> None:
        """`ahead` returns how many seconds the clock is fast at an instant of the loop."""
        self._loop = loop
        self._ahead = ahead

    def now(self) -> datetime:
        now = self._loop.time()
        return OPENING + timedelta(seconds=now + self._ahead(now))
