"""Fill the table of docs/performance.md: python -m tests.bench [--rounds 5] [--only help,order]."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path

from tests.bench import (
    bursts,
    large_catalogue,
    million_orders,
    postgres,
    price_screens,
    store_writes,
    waits,
)
from tests.bench.floors import measure_floors
from tests.bench.plan import Bench
from tests.bench.results import Row, page, put_between_markers
from tests.bench.sides import LOAD_CORE, ROOT, SideError

PAGE = ROOT / "docs" / "performance.md"
ROWS = {
    **bursts.BURST_ROWS,
    **bursts.LARGE_ROWS,
    **bursts.OTHER_ROWS,
    **bursts.ORDER_ROWS,
    **waits.LOAD_ROWS,
    **waits.IDLE_ROWS,
    **waits.NOTICE_ROWS,
    **waits.FLOOD_ROWS,
    **large_catalogue.REFRESH_ROWS,
    **large_catalogue.START_ROWS,
    **price_screens.PRICE_ROWS,
    **bursts.MEMORY_ROWS,
    **bursts.FSYNC_ROWS,
    **store_writes.WRITE_ROWS,
    **postgres.ORDER_ROWS,
}
PARTS = (
    bursts.measure_bursts,
    bursts.measure_large,
    bursts.measure_others,
    bursts.measure_order_in_chats,
    waits.measure_under_load,
    waits.measure_idle,
    waits.measure_beside_notices,
    waits.measure_beside_a_flood,
    large_catalogue.measure_refresh,
    large_catalogue.measure_start,
    price_screens.measure_prices,
    bursts.measure_memory,
    bursts.measure_slow_disk,
    store_writes.measure_writes,
    postgres.measure_orders,
    million_orders.measure_million,
)


def main() -> int:
    """Measure, print the table, and write it into the page on demand."""
    parser = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="medians of so many rounds")
    parser.add_argument("--updates", type=int, default=5_000, help="updates of a burst")
    parser.add_argument("--seconds", type=float, default=6, help="of each latency measurement")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(ROWS)}")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    given = parser.parse_args()
    only = frozenset(filter(None, given.only.split(",")))
    names = [*ROWS, *million_orders.MILLION_ROWS]
    if unknown := only - set(names):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    began = time.monotonic()

    def report(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    # As after Ctrl-C, the processes under test are ended first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory(prefix="konter-bench-") as folder:
        bench = Bench(Path(folder), given.rounds, given.updates, given.seconds, only, report)
        try:
            floors, is_whole = asyncio.run(measure(bench))
        except KeyboardInterrupt:
            return 130
    # The acts of the million orders are known when they were measured.
    wanted = [row for key, row in ROWS.items() if not only or key in only]
    acts = million_orders.MILLION_ROWS.values() if not only or "million" in only else ()
    rows = [*wanted, *acts]
    table = page(rows, floors, given.rounds)
    print(f"\n{table}")
    if given.write:
        PAGE.write_text(put_between_markers(PAGE.read_text(), table))
    return 0 if is_whole else 1


async def measure(bench: Bench) -> tuple[list[Row], bool]:
    """Fill the wanted rows, one part after the other.

    Returns the machine's floors, and False when a side failed: the rows of that part then lack
    figures, and the other parts are measured all the same.
    """
    floors, is_whole = await measure_floors(bench.folder), True
    for part in PARTS:
        try:
            await part(bench)
        except SideError as error:
            bench.report(f"{part.__name__} failed: {error}")
            is_whole = False
    return floors, is_whole


if __name__ == "__main__":
    sys.exit(main())
