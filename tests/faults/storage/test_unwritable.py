"""The database refuses each write of an order's life in turn: nothing is lost or done twice."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.domain.order import OrderState
from storage.store import SqlStore
from tests.databases import thread_of
from tests.faults.storage.disks import NoDiskError, fill, make_room, read_only_view
from tests.faults.storage.order_life import FaultyStore, OrderLife
from tests.services.shop import ANNI, PRICE, SENDING_LIMIT, Shop
from tests.skipping import skip_for
from tests.storage.samples import create_database

Attack = tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]
MakeAttack = Callable[[SqlStore, Path], Attack]
FAILURES = 2
"""Each write fails, and fails again at its first repetition."""
MIN_WRITES = 8
"""Confirm, start, record, the outcome, and four messages: a lower number means a gap."""


@asynccontextmanager
async def attacked_shop(path: Path) -> AsyncIterator[tuple[Shop, FaultyStore, SqlStore]]:
    """Yield an open shop whose store can be made to fail; the books are audited at the end."""
    create_database(path)
    store = await SqlStore.open(path)
    try:
        attacked = FaultyStore(store)
        shop = Shop(attacked)
        await shop.open()
        attacked.writes = 0
        yield shop, attacked, store
        await attacked.relieve()
        now = shop.clock.now()
        assert await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT)) == []
    finally:
        await store.close()


async def run_with_fault_at_each_write(path: Path, make_attack: MakeAttack) -> tuple[int, int]:
    """Run one order per write, failing there; return the number of orders and of failures."""
    number, failed = 0, 0
    while True:
        number += 1
        database = path.with_name(f"life-{number}.db")
        async with attacked_shop(database) as (shop, attacked, store):
            attacked.attack_at, attacked.failures_left = number, FAILURES
            attacked.begin, attacked.end = make_attack(store, database)
            life = OrderLife(shop)
            try:
                order = await life.live()
            except StoreUnavailableError:
                assert number == 1, "only the confirm screen may fail before an order exists"
                assert shop.supplier.calls == []
                continue
            assert order.state is OrderState.SUCCEEDED
            assert len(shop.supplier.calls) == 1
            assert (await shop.wallet(ANNI)).posted == 100_000 - PRICE
            assert (await shop.wallet(ANNI)).held == 0
            assert order.order_id in life.outcomes
            failed += len(attacked.failed)
        database.unlink()
        if not attacked.failed and number > attacked.writes:
            return number - 2, failed  # All but the confirm screen, and the run without a fault.


def full(store: SqlStore, path: Path) -> Attack:
    """Fill the disk that holds the database."""

    async def begin() -> None:
        fill(path.parent)

    async def end() -> None:
        make_room(path.parent)

    return begin, end


def read_only(store: SqlStore, path: Path) -> Attack:
    """Make the database read-only, as when the system remounts a disk without write access."""
    writer = thread_of(store._writer)

    def switch(is_on: bool) -> None:
        writer.connection.execute(f"pragma query_only = {int(is_on)}")

    return (
        lambda: writer.run(partial(switch, True)),
        lambda: writer.run(partial(switch, False)),
    )


def locked(store: SqlStore, path: Path) -> Attack:
    """Hold the write lock from another connection, as a program that an admin left open."""
    writer = thread_of(store._writer)
    others: list[sqlite3.Connection] = []

    async def begin() -> None:
        await writer.run(lambda: writer.connection.execute("pragma busy_timeout = 20"))
        other = sqlite3.connect(path, isolation_level=None, timeout=5)
        other.execute("begin immediate")
        others.append(other)

    async def end() -> None:
        others.pop().close()

    return begin, end


@pytest.mark.parametrize(
    ("folder", "attack"), [("disk", full), ("tmp_path", read_only), ("tmp_path", locked)]
)
async def test_an_order_survives_a_fault_of_the_database_at_each_commit(
    request: pytest.FixtureRequest, folder: str, attack: MakeAttack
) -> None:
    place: Path = request.getfixturevalue(folder)
    orders, failed = await run_with_fault_at_each_write(place / "life.db", attack)
    assert orders >= MIN_WRITES
    assert failed == orders * FAILURES


async def test_while_the_disk_is_full_no_order_is_taken_or_sent(disk: Path) -> None:
    async with attacked_shop(disk / "konter.db") as (shop, _, _):
        waiting = await shop.queue(number="081200000009")
        token = await shop.token()
        fill(disk)
        for _ in range(3):
            with pytest.raises(StoreUnavailableError):
                await shop.buy.confirm(ANNI, token, None)
            with pytest.raises(StoreUnavailableError):
                await shop.send.start()
        assert shop.supplier.calls == []
        assert await shop.history.open_orders(ANNI) == [waiting]
        make_room(disk)
        await shop.buy.confirm(ANNI, token, None)
        assert len(await shop.history.open_orders(ANNI)) == 2


async def test_a_read_only_folder_is_reported_when_the_store_opens(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = await SqlStore.open(folder / "konter.db")
    await store.close()
    try:
        with (
            read_only_view(folder, tmp_path / "view") as view,
            pytest.raises(StoreUnavailableError, match=r"[Rr]ead-only|readonly"),
        ):
            await SqlStore.open(view / "konter.db")
    except NoDiskError as error:
        skip_for(f"nothing can be mounted here: {error}")
