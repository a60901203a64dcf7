"""The bot with what a measurement adds to it: python -m tests.bench.bot_with_hooks run.

BENCH_HOOKS names the additions; nothing else differs from `python -m bot run`.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import sqlite3
import time
from typing import Any

from typing_extensions import override

from bot.__main__ import konter
from bot.services.catalogue.refresh import RefreshCatalogue
from storage import database
from storage.database import SqliteConnection

FSYNC_SECONDS = 0.002
TICK_SECONDS = 0.001
SETTLE_SECONDS = 0.5
"""How long after a refresh a stall of the loop is still counted as its own."""
REFRESHED = "bench_refreshed"
"""Begins the line that is printed after each refresh."""


class SlowConnection(SqliteConnection):
    """A connection to a disk whose fsync takes 2 ms more."""

    @override
    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        # One commit of the write-ahead log is one fsync (pragma synchronous = full).
        if sql[:6].lower() == "commit":
            time.sleep(FSYNC_SECONDS)
        return super().execute(sql, *args)


def slow_fsync() -> None:
    """Add 2 ms to every commit, on the database's thread."""
    vars(database)["SqliteConnection"] = SlowConnection


class Ticker:
    """Wakes every millisecond, and keeps the longest delay: how long the loop was blocked.

    A delay counts as far as this process used the processor in it, with any of its threads. So
    neither another program on the core nor a disk that is waited for is taken for the bot.
    """

    def __init__(self) -> None:
        self.longest_seconds = 0.0

    async def run(self) -> None:
        while True:
            began, cpu = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK_SECONDS)
            delay = time.perf_counter() - began - TICK_SECONDS
            blocked = min(delay, time.process_time() - cpu)
            self.longest_seconds = max(self.longest_seconds, blocked)


def measure_refresh() -> None:
    """Print the time of each refresh of the catalogue, and the longest stall of the loop."""
    plain = RefreshCatalogue.refresh
    reports: list[asyncio.Task[None]] = []

    async def refresh(self: RefreshCatalogue) -> bool:
        ticker = Ticker()
        ticking = asyncio.create_task(ticker.run())
        await asyncio.sleep(0)
        began, cpu = time.perf_counter(), time.process_time()
        try:
            return await plain(self)
        finally:
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            reports.append(asyncio.create_task(_report(ticker, ticking, seconds, cpu)))

    RefreshCatalogue.refresh = refresh  # type: ignore[method-assign]


async def _report(ticker: Ticker, ticking: asyncio.Task[None], seconds: float, cpu: float) -> None:
    await asyncio.sleep(SETTLE_SECONDS)
    ticking.cancel()
    figures = {"seconds": seconds, "cpu": cpu, "stall": ticker.longest_seconds}
    print(f"{REFRESHED} {json.dumps(figures)}", flush=True)


HOOKS = {"slow-fsync": slow_fsync, "measure-refresh": measure_refresh}


def main() -> None:
    """Run the bot; with BENCH_PROFILE its main thread's profile is written to that file."""
    for name in os.environ.get("BENCH_HOOKS", "").split():
        HOOKS[name]()
    profile = os.environ.get("BENCH_PROFILE")
    if not profile:
        konter(prog_name="python -m bot")
        return
    profiler = cProfile.Profile()
    try:
        profiler.runcall(konter, prog_name="python -m bot")
    finally:
        profiler.dump_stats(profile)


if __name__ == "__main__":
    main()
