"""What a run of the bench measures: which rows, how often, how long."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.results import Report, Row
from tests.bench.rig import Rig
from tests.bench.traffic import Screen


@dataclass
class Bench:
    """One run; every rig gets a folder of its own in `folder`."""

    folder: Path
    rounds: int
    updates: int
    """Of a burst."""
    seconds: float
    """Of a measurement of waiting times."""
    only: frozenset[str]
    """The names of the rows to fill; empty: all."""
    report: Report
    screens: dict[int, tuple[list[Screen], int]] = field(default_factory=dict)
    """By size of the service list: the screens to press on, and a product to buy."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def seed(self) -> int:
        """The seed of a side's updates: both sides of a comparison may use it."""
        return next(self._numbers)

    def next_series(self) -> int:
        """Return a number that no orders had yet."""
        return next(self._numbers) % 1_000

    def wanted(self, rows: Mapping[str, Row]) -> dict[str, Row]:
        """Return those of `rows` that this run fills."""
        return {key: row for key, row in rows.items() if not self.only or key in self.only}

    @asynccontextmanager
    async def rig(self) -> AsyncIterator[Rig]:
        """Serve a Bot API and a panel for one side."""
        folder = self.folder / f"rig{next(self._numbers):03}"
        folder.mkdir()
        rig = Rig(folder)
        await rig.open()
        try:
            yield rig
        finally:
            await rig.close()
