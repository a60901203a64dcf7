"""A worker's heartbeat: when it last began or ended a step, and for how long it may be silent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_STEP_SECONDS = 600.0
"""A step that takes longer is taken for stuck. Reads of the supplier may take 45 s each."""
LATE_SECONDS = 60.0
"""How much later than planned a step may begin, on a machine that has much to do."""


class Heartbeat:
    """The steps of one worker, by the event loop's clock."""

    def __init__(
        self, longest_pause_seconds: float, longest_step_seconds: float = LONGEST_STEP_SECONDS
    ) -> None:
        """Take the longest planned pause between two steps, and the longest step."""
        self._longest_pause_seconds = longest_pause_seconds
        self._longest_step_seconds = longest_step_seconds
        self._beat_at: float | None = None
        self._is_in_step = False

    @contextmanager
    def step(self) -> Iterator[None]:
        """Note the beginning and the end of a step."""
        self._beat(is_in_step=True)
        try:
            yield
        finally:
            self._beat(is_in_step=False)

    @property
    def age_seconds(self) -> float | None:
        """The seconds since a step began or ended; None before the first step."""
        return None if self._beat_at is None else asyncio.get_running_loop().time() - self._beat_at

    @property
    def is_stuck(self) -> bool:
        """Whether the running step takes too long, or the next one should have begun."""
        age_seconds = self.age_seconds
        if age_seconds is None:
            return False
        if self._is_in_step:
            return age_seconds > self._longest_step_seconds
        return age_seconds > self._longest_pause_seconds + LATE_SECONDS

    def _beat(self, *, is_in_step: bool) -> None:
        self._beat_at = asyncio.get_running_loop().time()
        self._is_in_step = is_in_step
