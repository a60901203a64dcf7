"""The real store without threads: all functions run on the event loop, in a repeatable order.

Writes that arrive while another is committed wait, and share the next commit.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any, TypeVar

from psycopg import sql
from typing_extensions import override

from storage.connection import Connection
from storage.database import SqliteConnection, configure
from storage.postgres.connection import PostgresConnection
from storage.schema import load_migrations, migrate
from storage.store import SqlStore
from tests.databases import is_on_server
from tests.postgres.shared import (
    connect_raw,
    contents_of,
    database_for,
    statements_to_restore,
)
from tests.storage.samples import create_database

T = TypeVar("T")


COMMIT_SECONDS = 0.25
"""A slow disk, so that the few writes of a simulated day meet."""


class BreakingConnection(SqliteConnection):
    """A connection whose shared transactions may be ended by the database, as by a full disk."""

    breaks: Callable[[], bool]
    """Decides whether that happens now."""

    @override
    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == "release one" and self.breaks():
            super().execute("rollback")
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return super().execute(sql, *parameters)


class InlineConnection:
    """Runs functions on the event loop, where the store's connections run them on a thread."""

    def __init__(self, connection: Connection, *, is_writer: bool) -> None:
        self.connection = connection
        self._is_writer = is_writer

    async def run(self, function: Callable[[], T]) -> T:
        if self._is_writer:
            await asyncio.sleep(COMMIT_SECONDS)
        return function()

    async def close(self) -> None:
        self.connection.close()


def connect(path: Path, *, breaks: Callable[[], bool] | None) -> Connection:
    """Connect to a test's database, for writing if there is `breaks`, else for reading."""
    if is_on_server():
        return PostgresConnection(database_for(path), is_writer=breaks is not None)
    connection = sqlite3.connect(
        path, isolation_level=None, cached_statements=256, factory=BreakingConnection
    )
    connection.breaks = breaks or never
    configure(connection)
    connection.execute("pragma journal_mode = wal")
    # Killing a process loses no committed data, with or without waiting for the disk.
    connection.execute("pragma synchronous = off")
    connection.execute(f"pragma query_only = {int(breaks is None)}")
    return connection


def never() -> bool:
    """No transaction is ended by the database."""
    return False


def never_dies() -> None:
    """Fail the run: commits with an unknown outcome are not simulated."""
    raise AssertionError("a commit had no outcome")


async def open_store(path: Path, breaks: Callable[[], bool] = never) -> SqlStore:
    """Open the database and migrate it, as a new process does.

    `breaks` decides at each function of a shared transaction whether the database ends it.
    """
    _create_unless_there(path)
    connection = connect(path, breaks=breaks)
    if not is_on_server():
        migrate(connection, load_migrations(), never_dies)
    writer = InlineConnection(connection, is_writer=True)
    reader = InlineConnection(connect(path, breaks=None), is_writer=False)
    resources = AsyncExitStack()
    resources.push_async_callback(writer.close)
    resources.push_async_callback(reader.close)
    return SqlStore(writer, reader, resources, never_dies)


def _create_unless_there(path: Path) -> None:
    """Copy a migrated database, which a server's new one is as well: migrating takes longer."""
    if not (is_on_server() or path.exists()):
        create_database(path)


def drop_index(path: Path, name: str) -> None:
    """Drop a unique index, which switches off the guard that it enforces."""
    if is_on_server():
        with connect_raw(database_for(path)) as raw:
            raw.execute(sql.SQL("drop index if exists {}").format(sql.Identifier(name)))
        return
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"drop index if exists {name}")
    connection.close()


def back_up(path: Path, copy: Path) -> None:
    """Write the committed state of the database to `copy`."""
    if is_on_server():
        with connect_raw(database_for(path)) as raw:
            script = statements_to_restore(contents_of(raw)).as_string(raw)
        copy.write_text(script, encoding="utf-8")
        return
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def put_back(copy: Path, path: Path) -> None:
    """Replace a database, which no process has open, by its copy."""
    if is_on_server():
        with connect_raw(database_for(path)) as raw:
            raw.execute(copy.read_bytes())
        return
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    shutil.copyfile(copy, path)
