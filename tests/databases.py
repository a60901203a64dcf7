"""New databases for the tests: copies of one that each process migrates once; and their orders."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import Order
from bot.ports.store import Transaction
from storage.orders import ORDERS, SqlOrders
from storage.store import SqlStore
from tests.storage.samples import create_database


async def open_store(path: Path) -> SqlStore:
    """Open the store on a new file, for tests in which the machine does not lose its power.

    The file is a copy, because migrating takes 40 ms, and commits do not wait for the disk.
    """
    create_database(path)
    store = await SqlStore.open(path)
    writer = store._writer
    assert writer is not None
    await writer.run(lambda: writer.sqlite.execute("pragma synchronous = off"))
    return store


def all_orders(tx: Transaction, account: str) -> list[Order]:
    """Return all orders of a supplier account, oldest first. No service reads them all."""
    assert isinstance(tx.orders, SqlOrders)
    every = "select * from orders where account = ? order by order_id"
    return ORDERS.records(tx.orders._connection.execute(every, [account]))
