"""A histogram: counts durations by how long they took, in so few numbers that it costs nothing."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Histogram:
    """Counts durations up to each of some bounds, and their sum."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """Take the `bounds` in seconds, in rising order."""
        self._bounds = (*bounds, math.inf)
        self._counts = [0] * len(self._bounds)
        self.sum_seconds = 0.0

    def observe(self, seconds: float) -> None:
        """Count a duration; one below 0, measured by a clock that was set back, counts as 0."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.sum_seconds += max(seconds, 0.0)

    def cumulative(self) -> list[tuple[float, int]]:
        """Return for each bound, the last of which is infinite, how many took no longer."""
        return list(zip(self._bounds, accumulate(self._counts), strict=True))
