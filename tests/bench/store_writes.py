"""Small writing transactions: from 64 tasks at once, against one after the other."""

from __future__ import annotations

import asyncio
import time

from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.bench.plan import Bench
from tests.bench.results import Row

WRITE_ROWS = {"writes": Row("small transactions, 64 at once against one by one", "/s")}
ALONE, TASKS, TURNS = 300, 64, 20


async def measure_writes(bench: Bench) -> None:
    """Compare both on the same database, in this process."""
    wanted = bench.wanted(WRITE_ROWS)
    for number in range(bench.rounds if wanted else 0):
        store = await SqlStore.open(bench.folder / f"writes{number}.db")
        began = time.perf_counter()
        for value in range(ALONE):
            await store.write(_put, value)
        alone = ALONE / (time.perf_counter() - began)
        began = time.perf_counter()
        for turn in range(TURNS):
            values = range(turn * TASKS, (turn + 1) * TASKS)
            await asyncio.gather(*(store.write(_put, -value) for value in values))
        together = TURNS * TASKS / (time.perf_counter() - began)
        await store.close()
        wanted["writes"].add(together, alone)
        bench.report(f"writes: {together:.0f}/s at once, {alone:.0f}/s one by one")


def _put(tx: Transaction, value: int) -> None:
    tx.facts.put("bench", str(value))
