"""A worker's loop: a step, then sleep until it is due again, something changed, or the end."""

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
"""Does what is due and returns the seconds until more is (None: until something changes)."""

IDLE_SECONDS = 60.0
"""A loop looks again after this long even when nothing woke it."""
FAILURE_PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)

_running: ContextVar[Loop | None] = ContextVar("running_loop", default=None)


class Loop:
    """Runs one step again and again; `wake` makes it look at once."""

    def __init__(self, name: str, step: Step) -> None:
        """Name it for the logs."""
        self.name = name
        self.failures = 0
        """How many steps in a row have failed."""
        self._step = step
        self._woken = asyncio.Event()
        self._stopping = False
        self._is_recovering = False

    def wake(self) -> None:
        """Look again at once; a loop is not woken by what its own step wrote.

        Nor is one whose step has just failed: a busy shop would have it fail at every write.
        """
        if _running.get() is not self and not self._is_recovering:
            self._woken.set()

    def look_again(self) -> None:
        """Look again at once, whoever says so: a task that its own step began has ended."""
        self._woken.set()

    def stop(self) -> None:
        """Let the running step end, and begin no other."""
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
        except Exception:  # One failed step must not end the worker: it tries again, later.
            log.exception("worker step failed", worker=self.name, failures=self.failures + 1)
            pause = FAILURE_PAUSES_SECONDS[min(self.failures, len(FAILURE_PAUSES_SECONDS) - 1)]
            self.failures += 1
            self._is_recovering = True
            if not self._stopping:
                self._woken.clear()  # Also what changed during the step waits.
            return pause
        self.failures = 0
        return seconds


def outside_any_loop() -> None:
    """Say that the present task is no loop's step, so that its writes wake every loop."""
    _running.set(None)


class WakingStore:
    """A store that wakes the workers after every write, so that no step has to be told."""

    def __init__(self, store: Store) -> None:
        """Wrap a store; loops are added once they exist."""
        self._store = store
        self._loops: Sequence[Loop] = ()

    def set_loops(self, loops: Sequence[Loop]) -> None:
        """Wake these loops from now on."""
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
        """Read."""
        return await self._store.read(query, *args, **kwargs)
