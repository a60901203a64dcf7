"""Medians of repeated runs, printed: these machines are shared, so single times mean little."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def report(what: str, seconds: list[float], *, per: int = 1) -> None:
    """Print the least, median and greatest time of one run, or of one of `per` things in it."""
    scaled = sorted(second / per * 1_000 for second in seconds)
    median = statistics.median(scaled)
    print(f"\n{what}: {scaled[0]:.3f} / {median:.3f} / {scaled[-1]:.3f} ms", end="")


def timed(act: Callable[[], object], runs: int = 7) -> list[float]:
    """Return how long each run took, after one that does not count."""
    act()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken
