"""A shop with a million orders, against one with a thousand."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench import million
from tests.bench.plan import Bench
from tests.bench.results import Bound, Row, at_most

MILLION_ROWS = {"million": Row("a million orders, against a thousand: every act", "ms")}
"""Replaced by one row for each act when they are measured."""

SEARCH_BOUND = Bound(300, is_of_ratio=False)
"""A search looks at every customer, of whom there are 50,000."""


async def measure_million(bench: Bench) -> None:
    """Make both shops, which takes a minute, and time the everyday acts on them."""
    if not bench.wanted(MILLION_ROWS):
        return
    found = await asyncio.to_thread(_measure, bench.folder)
    MILLION_ROWS.clear()
    for one in found:
        bound = SEARCH_BOUND if one.name in million.SEARCHES else at_most(1.5)
        row = Row(f"a million orders: {one.name}", "ms", bound)
        row.add(one.large, one.small)
        MILLION_ROWS[one.name] = row


def _measure(folder: Path) -> list[million.Row]:
    paths = folder / "thousand.db", folder / "million.db"
    for path, orders in zip(paths, (million.SMALL, million.LARGE), strict=True):
        million.fill(path, orders)
    try:
        return million.measure(*paths)
    finally:
        for path in paths:
            path.unlink()
