"""What a customer or an admin does every day costs the same in a shop of any size.

Counted are SQLite's steps, not seconds: they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.monitoring.measurements import stored_figures
from bot.services.retention import CHORES
from storage.database import ThreadConnection
from storage.store import SqlStore
from tests.bench.million import BigShop, fill
from tests.databases import thread_of

FEW, MANY = 400, 8_000
COUNTED_BY = 20
"""The steps between two calls of the counter."""
MOST = 1.5
"""The steps in the large shop may be this many times those in the small one."""
ROUNDS = 3
GROWS = {
    "best-sellers": "30 days by brand: a small shop does not sell every brand every day",
    "delete old updates": "up to 200 rows: the small shop has fewer",
    "delete old quotes": "the same",
    "delete old customer_days": "the same",
    "search of customers by name": "reads the words of all customers: 4 ms of 50,000",
    "search of customers by the end of a number": "reads the words too",
}


@dataclass
class Steps:
    """Counts the steps of a connection's statements."""

    count: int = 0

    def add(self) -> int:
        """Count one call; 0 tells SQLite to go on."""
        self.count += 1
        return 0

    async def follow(self, connection: ThreadConnection) -> None:
        """Count the steps of this connection too."""
        sqlite = connection.connection
        await connection.run(lambda: sqlite.set_progress_handler(self.add, COUNTED_BY))


class CountedShop:
    """A filled shop whose steps are counted."""

    def __init__(self, store: SqlStore) -> None:
        self.steps = Steps()
        self.big = BigShop(store)
        self.store = store

    async def open(self) -> None:
        await self.big.open()
        for connection in map(thread_of, (self.store._writer, self.store._reader)):
            await self.steps.follow(connection)

    async def taken(self) -> dict[str, int]:
        """Return the steps of every act, of the last of some rounds."""
        taken = {}
        for _ in range(ROUNDS):
            for name, act in self.big.acts().items():
                before = self.steps.count
                await act()
                taken[name] = self.steps.count - before
        now = self.big.shop.clock.now()
        before = self.steps.count
        await self.store.read(stored_figures, now)
        taken["metrics"] = self.steps.count - before
        for name, chore in CHORES.items():
            before = self.steps.count
            await self.store.write(chore, now)
            taken[f"delete old {name}"] = self.steps.count - before
        return taken


@pytest.fixture
async def shops(tmp_path: Path) -> AsyncIterator[list[CountedShop]]:
    """A small and a large shop."""
    async with AsyncExitStack() as stack:
        found = []
        for orders in (FEW, MANY):
            path = tmp_path / f"{orders}.db"
            fill(path, orders)
            store = await SqlStore.open(path)
            stack.push_async_callback(store.close)
            shop = CountedShop(store)
            await shop.open()
            found.append(shop)
        yield found


async def test_every_act_takes_as_many_steps_in_a_large_shop(shops: list[CountedShop]) -> None:
    small, large = [await shop.taken() for shop in shops]
    grown = {
        name: (small[name], large[name])
        for name in small
        if large[name] > MOST * small[name] + 5 and name not in GROWS
    }
    assert grown == {}


async def test_the_generated_books_are_right(shops: list[CountedShop]) -> None:
    for shop in shops:
        await shop.taken()
        now = shop.big.shop.clock.now()
        limit = now - shop.big.shop.opened_at
        found = await shop.store.read(lambda tx, *of: tx.audit.findings(*of), now, limit)
        assert found == []
