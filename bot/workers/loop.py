"""A worker's loop: runs a step, then sleeps until the next is due, data changes, or `stop`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot.ports.store import Store, Transaction

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[float | None]]
"""Does the due work and returns the seconds until more is due (None: until data changes)."""

IDLE_SECONDS = 60.0
"""A loop runs its step after this long even when nothing woke it."""
FAILURE_PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)

_running: ContextVar[Loop | None] = ContextVar("running_loop", default=None)


class Loop:
    """Runs one step repeatedly; `wake` ends the sleep between two runs."""

    def __init__(self, name: str, step: Step) -> None:
        """Set the step to run; `name` is for the logs and metrics."""
        self.name = name
        self.failures = 0
        """How many steps in a row have failed."""
        self._step = step
        self._woken = asyncio.Event()
        self._stopping = False
        self._is_recovering = False

    def wake(self) -> None:
        """Run the step at once, unless this is called from the loop's own step.

        A loop whose step has just failed is not woken either: in a busy shop it would fail again
        at every write.
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
    """Mark the current task as not part of a loop's step, so that its writes wake every loop."""
    _running.set(None)


class WakingStore:
    """A store that wakes the workers after every write."""

    def __init__(self, store: Store) -> None:
        """Wrap a store; the loops are set later, because they are built from the store."""
        self._store = store
        self._loops: Sequence[Loop] = ()

    def set_loops(self, loops: Sequence[Loop]) -> None:
        """Set the loops to wake."""
        self._loops = loops

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write, then wake the loops."""
        result = await self._store.write(use_case, *args, **kwargs)
        for loop in self._loops:
            loop.wake()
        return result

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(query, *args, **kwargs)
