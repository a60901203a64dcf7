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
from tests.faults.storage.disks import NoDiskError, fill, make_room, read_only_view
from tests.faults.storage.order_life import AttackedStore, OrderLife
from tests.lacking import skip_for
from tests.services.shop import ANNI, PRICE, SENDING_LIMIT, Shop

Attack = tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]
Arm = Callable[[SqlStore, Path], Attack]
FAILURES = 2
"""Each write is refused, and refused again when it is tried again."""
LEAST_WRITES = 8
"""Confirm, start, record, the end, and four messages: the tests see that none is left out."""


@asynccontextmanager
async def attacked_shop(path: Path) -> AsyncIterator[tuple[Shop, AttackedStore, SqlStore]]:
    """An open shop whose next writes may be attacked; its books are right whatever happens."""
    store = await SqlStore.open(path)
    try:
        attacked = AttackedStore(store)
        shop = Shop(attacked)
        await shop.open()
        attacked.writes = 0
        yield shop, attacked, store
        await attacked.relieve()
        now = shop.clock.now()
        assert await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT)) == []
    finally:
        await store.close()


async def lives_through(path: Path, arm: Arm) -> tuple[int, int]:
    """Live once for every write, attacked there; return how many lives and how many failures."""
    number, failed = 0, 0
    while True:
        number += 1
        place = path.with_name(f"life-{number}.db")
        async with attacked_shop(place) as (shop, attacked, store):
            attacked.attack_at, attacked.failures_left = number, FAILURES
            attacked.begin, attacked.end = arm(store, place)
            life = OrderLife(shop)
            try:
                order = await life.live()
            except StoreUnavailableError:
                assert number == 1, "only the confirm screen may fail before there is a life"
                assert shop.supplier.calls == []
                continue
            assert order.state is OrderState.SUCCEEDED
            assert len(shop.supplier.calls) == 1
            assert (await shop.wallet(ANNI)).posted == 100_000 - PRICE
            assert (await shop.wallet(ANNI)).held == 0
            assert order.order_id in life.outcomes
            failed += len(attacked.failed)
        place.unlink()
        if not attacked.failed and number > attacked.writes:
            return number - 2, failed  # All but the confirm screen, and the one without attack.


def full(store: SqlStore, path: Path) -> Attack:
    """Fill the disk that the database is on."""

    async def begin() -> None:
        fill(path.parent)

    async def end() -> None:
        make_room(path.parent)

    return begin, end


def read_only(store: SqlStore, path: Path) -> Attack:
    """Let the database refuse to be written, as when the system took the disk's rights away."""
    assert store._writer is not None
    writer = store._writer

    def switch(is_on: bool) -> None:
        writer.sqlite.execute(f"pragma query_only = {int(is_on)}")

    return (
        lambda: writer.run(partial(switch, True)),
        lambda: writer.run(partial(switch, False)),
    )


def locked(store: SqlStore, path: Path) -> Attack:
    """Hold the write lock with another program's connection."""
    assert store._writer is not None
    writer = store._writer
    others: list[sqlite3.Connection] = []

    async def begin() -> None:
        await writer.run(lambda: writer.sqlite.execute("pragma busy_timeout = 20"))
        other = sqlite3.connect(path, isolation_level=None, timeout=5)
        other.execute("begin immediate")
        others.append(other)

    async def end() -> None:
        others.pop().close()

    return begin, end


async def test_a_full_disk_at_each_commit(disk: Path) -> None:
    """Nothing is taken or sent while it is full; once there is room, all goes on."""
    lives, failed = await lives_through(disk / "life.db", full)
    assert lives >= LEAST_WRITES
    assert failed == lives * FAILURES


async def test_a_database_that_may_not_be_written_at_each_commit(tmp_path: Path) -> None:
    """The same."""
    lives, failed = await lives_through(tmp_path / "life.db", read_only)
    assert lives >= LEAST_WRITES
    assert failed == lives * FAILURES


async def test_a_locked_database_at_each_commit(tmp_path: Path) -> None:
    """The same: somebody who looks into the file with another program forgot to leave."""
    lives, failed = await lives_through(tmp_path / "life.db", locked)
    assert lives >= LEAST_WRITES
    assert failed == lives * FAILURES


async def test_while_the_disk_is_full_no_order_is_taken_and_nothing_is_sent(disk: Path) -> None:
    """However often it is tried; browsing and looking at one's orders go on."""
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


async def test_a_place_where_nobody_may_write_is_said_at_the_start(tmp_path: Path) -> None:
    """In a sentence, and not at the first order."""
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
