"""A worker's loop: runs a step, then sleeps until the next is due, its data changes, or `stop`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar

import structlog

from bot.ports.store import Listener, Topics
from bot.workers.heartbeat import LONGEST_STEP_SECONDS, Heartbeat

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[float | None]]
"""Does the due work and returns the seconds until more is due (None: until its data changes)."""

IDLE_SECONDS = 60.0
"""A loop runs its step after this long even when nothing woke it."""
FAILURE_PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)

_running: ContextVar[Loop | None] = ContextVar("running_loop", default=None)


class Loop:
    """Runs one step repeatedly; `wake` ends the sleep between two runs."""

    def __init__(
        self,
        name: str,
        step: Step,
        topics: Topics = frozenset(),
        longest_step_seconds: float = LONGEST_STEP_SECONDS,
    ) -> None:
        """Set the step to run, and the topics of the writes that wake it.

        `name` is for the logs and metrics. A step that takes longer than `longest_step_seconds`
        is reported as stuck; it goes on nevertheless.
        """
        self.name = name
        self.topics = topics
        self.failures = 0
        """How many steps in a row have failed."""
        self.heartbeat = Heartbeat(IDLE_SECONDS, longest_step_seconds)
        self._step = step
        self._woken = asyncio.Event()
        self._stopping = False
        self._is_recovering = False

    def wake(self) -> None:
        """Run the step at once, unless this is called from the loop's own step.

        A loop whose step has just failed is not woken either: in a busy shop it would fail again
        at every change.
        """
        if _running.get() is not self and not self._is_recovering:
            self._woken.set()

    def wake_always(self) -> None:
        """Run the step at once, also when called from the loop's own step or a task of it."""
        self._woken.set()

    def stop(self) -> None:
        """Start no further step; a running one ends normally."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Run until `stop`."""
        _running.set(self)
        while not self._stopping:
            self._woken.clear()
            self._is_recovering = False
            seconds = await self._attempt()
            if seconds is not None and seconds <= 0:
                continue
            try:
                async with asyncio.timeout(min(seconds or IDLE_SECONDS, IDLE_SECONDS)):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _attempt(self) -> float | None:
        try:
            with self.heartbeat.step():
                seconds = await self._step()
        except Exception:  # One failed step must not end the worker: it is retried later.
            log.exception("worker_step_failed", worker=self.name, failures=self.failures + 1)
            pause = FAILURE_PAUSES_SECONDS[min(self.failures, len(FAILURE_PAUSES_SECONDS) - 1)]
            self.failures += 1
            self._is_recovering = True
            if not self._stopping:
                self._woken.clear()  # Changes during the step wait for the pause, too.
            return pause
        self.failures = 0
        return seconds


def outside_any_loop() -> None:
    """Mark the current task as not part of a loop's step, so that its writes wake that loop too."""
    _running.set(None)


def waking(loops: Sequence[Loop]) -> Listener:
    """Return a listener of the store that wakes the loops that wait for what a write touched."""

    def wake(touched: Topics) -> None:
        for loop in loops:
            if not loop.topics.isdisjoint(touched):
                loop.wake()

    return wake
