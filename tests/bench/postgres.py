"""Whole orders on a PostgreSQL server beside whole orders on SQLite, on the same machine."""

from __future__ import annotations

from contextlib import ExitStack

from tests.bench.orders import order_burst
from tests.bench.plan import Bench
from tests.bench.results import Row, at_least
from tests.bench.rig import Burst
from tests.bench.running import RunningShop, running_shop
from tests.bench.sides import CORES, pinned_to
from tests.postgres.server import programs, running_server

CUSTOMERS = 64
BURSTS = 3
ORDER_ROWS = {
    # One and a half times as long.
    "postgres-order": Row(
        "whole order of 64 customers at once, PostgreSQL against SQLite", "/s", at_least(0.667)
    ),
}


async def measure_orders(bench: Bench) -> None:
    """Let 64 customers buy at once on either database, by turns; both commit to the same disk."""
    (row,) = bench.wanted(ORDER_ROWS).values() or (None,)
    if row is None:
        return
    if programs() is None:
        row.note = "not measured: PostgreSQL is not installed"
        return
    for number in range(bench.rounds):
        with ExitStack() as stack:
            # Unlike the two sides, the server may use all cores.
            with pinned_to(*CORES):
                server = stack.enter_context(running_server(is_durable=True))
            await _measure_round(bench, row, server.create(f"shop{number}"))


async def _measure_round(bench: Bench, row: Row, url: str) -> None:
    async with running_shop(bench) as sqlite, running_shop(bench, DATABASE_URL=url) as postgres:
        for _ in range(BURSTS):
            theirs = await _orders(bench, sqlite)
            ours = await _orders(bench, postgres)
            row.add(ours.rate, theirs.rate)
            row.our_cpu.append(ours.cpu_milliseconds)
            row.their_cpu.append(theirs.cpu_milliseconds)
            bench.report(
                f"postgres-order: {ours.rate:.0f}/s ({ours.cpu_milliseconds:.1f} ms of the bot), "
                f"{theirs.rate:.0f}/s on SQLite ({theirs.cpu_milliseconds:.1f} ms)"
            )


async def _orders(bench: Bench, one: RunningShop) -> Burst:
    series = bench.next_series()
    return await order_burst(
        one.rig, one.side, one.traffic, one.product_id, series=series, chats=CUSTOMERS
    )
