"""New databases for the tests: copies of one that each process migrates once; and their orders.

They are files of SQLite. With KONTER_TEST_DATABASE=postgres they are databases on a PostgreSQL
server; each has a path all the same, by which a test finds it again.
"""

from __future__ import annotations

import os
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
from storage.postgres.store import open_on_server
from storage.postgres.thread import PostgresThread
from storage.store import SqlStore
from tests.postgres.shared import (
    Contents,
    contents_of,
    database_for,
    forget_database,
    statements_to_restore,
)
from tests.storage.samples import create_database

DATABASE = "KONTER_TEST_DATABASE"
"""The environment variable that says where new databases are: "postgres", or else on SQLite."""

P = ParamSpec("P")
T = TypeVar("T")


class StoreForTests(SqlStore):
    """A store whose whole database can be copied and replaced."""

    @property
    def is_on_server(self) -> bool:
        return isinstance(self._writer, PostgresThread)

    async def dump(self) -> sqlite3.Connection | Contents:
        """Return a copy of the whole database."""
        if isinstance(self._writer, PostgresThread):
            raw = self._writer.connection.raw
            return await self._writer.run(partial(contents_of, raw))
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        writer = thread_of(self._writer)
        await writer.run(partial(writer.connection.backup, copy))
        return copy

    async def load(self, copy: sqlite3.Connection | Contents) -> None:
        """Replace the whole database by a copy of one of the same kind."""
        if isinstance(copy, sqlite3.Connection):
            writer = thread_of(self._writer)
            await writer.run(partial(copy.backup, writer.connection))
        else:
            assert isinstance(self._writer, PostgresThread)
            script = statements_to_restore(copy)
            await self._writer.run(partial(self._writer.connection.raw.execute, script))


class RehearsingStore(StoreForTests):
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
        if connection.adapter != "sqlite3":
            # PostgreSQL does not give again the ids of the first run, and tests name them.
            return function(tx)
        connection.execute("savepoint rehearsal")
        with suppress(Exception):
            function(tx)
        if connection.in_transaction:
            connection.execute("rollback to rehearsal")
            connection.execute("release rehearsal")
        self._writing.touched.clear()
        return function(tx)


def thread_of(connection: object) -> ThreadConnection:
    """Return a connection of a store as what it is on SQLite."""
    assert isinstance(connection, ThreadConnection)
    return connection


def is_on_server() -> bool:
    """Return whether new databases are on a PostgreSQL server."""
    return os.environ.get(DATABASE) == "postgres"


def address_of(path: Path) -> str:
    """Return the address of a test's database, as for `DATABASE_URL`."""
    return database_for(path) if is_on_server() else f"sqlite:///{path}"


def drop_database(path: Path) -> None:
    """Drop a test's database on the server, if it has one; other tests clean up by themselves."""
    if is_on_server():
        forget_database(path)


async def open_store(path: Path, kind: type[StoreForTests] = StoreForTests) -> SqlStore:
    """Open a store on a new file, for tests in which the machine does not lose its power.

    The file is a copy, because migrating takes 40 ms, and commits do not wait for the disk.
    """
    if is_on_server():
        opened = await open_on_server(database_for(path))
        return kind(opened._writer, opened._reader, opened._resources, opened._die)
    create_database(path)
    return await reopen_store(path, kind)


async def reopen_store(path: Path, kind: type[StoreForTests] = StoreForTests) -> SqlStore:
    """Open a store on a file that exists; else as `open_store` does."""
    store = await kind.open(path)
    writer = thread_of(store._writer)
    await writer.run(lambda: writer.connection.execute("pragma synchronous = off"))
    return store


def all_orders(tx: Transaction, account: str) -> list[Order]:
    """Return all orders of a supplier account, oldest first. No service reads them all."""
    assert isinstance(tx.orders, SqlOrders)
    rows = tx.orders._connection.execute("select * from orders order by order_id")
    return [order for order in ORDERS.records(rows) if order.account == account]
