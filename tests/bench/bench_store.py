"""The database: a small writing transaction, alone and from 64 tasks at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.bench.stopwatch import report, timed

HOPS = 400
TASKS = 64


def put(tx: Transaction) -> None:
    tx.facts.put("bench", "1")


@contextmanager
def opened() -> Iterator[tuple[asyncio.Runner, SqlStore]]:
    """A store on a fresh file, and the loop that it runs on."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        store = runner.run(SqlStore.open(Path(folder) / "konter.db"))
        yield runner, store
        runner.run(store.close())


def bench_writing_alone() -> None:
    """One task, one transaction after the other: begin, one statement, commit, fsync."""

    async def write_all(store: SqlStore) -> None:
        for _ in range(HOPS):
            await store.write(put)

    with opened() as (runner, store):
        report("a write, alone", timed(lambda: runner.run(write_all(store))), per=HOPS)


def bench_writing_together() -> None:
    """Many tasks: they queue for the one writer."""

    async def write_all(store: SqlStore) -> None:
        for _ in range(HOPS // TASKS):
            await asyncio.gather(*(store.write(put) for _ in range(TASKS)))

    with opened() as (runner, store):
        seconds = timed(lambda: runner.run(write_all(store)))
        report(f"a write, {TASKS} at once", seconds, per=HOPS // TASKS * TASKS)
