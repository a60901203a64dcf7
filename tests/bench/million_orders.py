"""A shop with a million orders, against one with a thousand."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from tests.bench.plan import Bench
from tests.bench.results import Row, at_most

MILLION_ROWS = {"million": Row("a million orders, against a thousand: every act", "ms")}
"""One row for each act is added when they are measured."""
MODULE = "tests.bench.million"


class Measured(Protocol):
    """The times of one act, in milliseconds."""

    name: str
    small: float
    large: float


class Million(Protocol):
    """What tests.bench.million has."""

    SMALL: int
    LARGE: int

    def fill(self, path: Path, orders: int) -> float: ...

    def measure(self, small: Path, large: Path) -> Sequence[Measured]: ...


async def measure_million(bench: Bench) -> None:
    """Make both shops, which takes minutes, and time the everyday acts on them."""
    wanted = bench.wanted(MILLION_ROWS)
    if not wanted:
        return
    if importlib.util.find_spec(MODULE) is None:
        wanted["million"].note = "not measured: there is no generator"
        return
    found = await asyncio.to_thread(_measure, bench.folder)
    for one in found:
        row = Row(f"a million orders: {one.name}", "ms", at_most(1.5))
        row.add(one.large, one.small)
        MILLION_ROWS[f"million {one.name}"] = row
    del MILLION_ROWS["million"]


def _measure(folder: Path) -> Sequence[Measured]:
    million = cast("Million", importlib.import_module(MODULE))
    paths = folder / "thousand.db", folder / "million.db"
    for path, orders in zip(paths, (million.SMALL, million.LARGE), strict=True):
        million.fill(path, orders)
    try:
        return million.measure(*paths)
    finally:
        for path in paths:
            path.unlink()
