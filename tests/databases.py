"""New databases for the tests: copies of one that each process migrates once; and their orders."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from typing_extensions import override

from bot.domain.order import Order
from bot.ports.store import Transaction
from storage.database import ThreadConnection
from storage.orders import ORDERS, SqlOrders
from storage.store import SqlStore
from tests.storage.samples import create_database

P = ParamSpec("P")
T = TypeVar("T")


class RehearsingStore(SqlStore):
    """Runs every writing function twice, and undoes the first run.

    That happens in the shop when a group of functions that share a commit breaks: a function that
    changes more than the database, or that cannot run again, fails its tests here.
    """

    @override
    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        whole: Callable[[Transaction], T] = lambda tx: use_case(tx, *args, **kwargs)  # noqa: E731
        return await super().write(partial(self._twice, whole))

    def _twice(self, function: Callable[[Transaction], T], tx: Transaction) -> T:
        assert self._writer is not None
        assert self._writing is not None
        connection = self._writer.connection
        connection.execute("savepoint rehearsal")
        with suppress(Exception):
            function(tx)
        if connection.in_transaction:
            connection.execute("rollback to rehearsal")
            connection.execute("release rehearsal")
        self._writing.touched.clear()
        return function(tx)

    async def dump(self) -> sqlite3.Connection:
        """Return a copy of the database in memory."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        writer = thread_of(self._writer)
        await writer.run(partial(writer.connection.backup, copy))
        return copy

    async def load(self, copy: sqlite3.Connection) -> None:
        """Replace the whole database by a copy."""
        writer = thread_of(self._writer)
        await writer.run(partial(copy.backup, writer.connection))


def thread_of(connection: object) -> ThreadConnection:
    """Return a connection of a store as what it is on SQLite."""
    assert isinstance(connection, ThreadConnection)
    return connection


async def open_store(path: Path) -> SqlStore:
    """Open the store on a new file, for tests in which the machine does not lose its power.

    The file is a copy, because migrating takes 40 ms, and commits do not wait for the disk. Every
    writing function runs twice (`RehearsingStore`).
    """
    create_database(path)
    store = await RehearsingStore.open(path)
    writer = thread_of(store._writer)
    await writer.run(lambda: writer.connection.execute("pragma synchronous = off"))
    return store


def all_orders(tx: Transaction, account: str) -> list[Order]:
    """Return all orders of a supplier account, oldest first. No service reads them all."""
    assert isinstance(tx.orders, SqlOrders)
    every = "select * from orders where account = ? order by order_id"
    return ORDERS.records(tx.orders._connection.execute(every, [account]))
