"""What is measured of the bot's process while it runs, and how growth is told from noise."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

WARM_UP_SHARE = 1 / 3
"""Of the updates of the last process: its caches fill meanwhile."""
WINDOWS = 9
FEWEST_SAMPLES = 3 * WINDOWS


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment."""

    process: int
    """The process id: after a restart, another process is measured."""
    updates: int
    """How many updates Telegram had had by then."""
    resident_megabytes: float
    files: int
    threads: int
    tasks: int


def sample_of(process: int, updates: int, tasks: int) -> Sample | None:
    """Measure a process; None if it has just ended."""
    folder = Path("/proc") / str(process)
    try:
        status = (folder / "status").read_text()
        files = sum(1 for _ in (folder / "fd").iterdir())
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in status.splitlines())
    if "VmRSS" not in facts:
        return None
    resident = int(facts["VmRSS"].split()[0]) / 1024
    return Sample(process, updates, resident, files, int(facts["Threads"]), tasks)


def of_last_process(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples of the last process, without its warm-up."""
    last = [one for one in samples if one.process == samples[-1].process]
    first, end = last[0].updates, last[-1].updates
    warm = first + (end - first) * WARM_UP_SHARE
    return [one for one in last if one.updates >= warm]


def medians(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> list[float]:
    """Return the median of a figure in each of `WINDOWS` equal parts of the samples."""
    bounds = [len(samples) * number // WINDOWS for number in range(WINDOWS + 1)]
    return [statistics.median(map(figure, samples[a:b])) for a, b in pairwise(bounds)]


def growth_per_10000(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    """Return by how much a figure grows in 10,000 updates.

    It is the median of the slopes between any two windows (Theil and Sen), each by its median: a
    peak, or a step in one window, does not count as growth.
    """
    values = medians(samples, figure)
    updates = medians(samples, lambda one: one.updates)
    slopes = [
        (values[b] - values[a]) / (updates[b] - updates[a])
        for a, b in combinations(range(WINDOWS), 2)
        if updates[b] > updates[a]
    ]
    return statistics.median(slopes) * 10_000 if slopes else 0.0
