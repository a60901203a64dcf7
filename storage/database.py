"""Connections on threads of their own, and the transaction: a plain function, run whole."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import aiosqlite
import structlog
from typing_extensions import override

from bot.domain.errors import StoreUnavailableError
from storage.failures import surely_not_committed, unavailable_translated

T = TypeVar("T")

log = structlog.get_logger(__name__)

BUSY_TIMEOUT_SECONDS = 5.0
"""How long to wait for somebody who looks into the file with another program."""
STATEMENTS_KEPT = 256
ITER_CHUNK_SIZE = 64
OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""
OUTCOME_UNKNOWN = 70
"""The exit code after which the supervisor starts the bot again (sysexits: EX_SOFTWARE)."""

_PRAGMAS = (
    "pragma foreign_keys = on",
    # `replace` deletes: only so do the triggers that forbid it see that.
    "pragma recursive_triggers = on",
    # A commit is on disk when it returns.
    "pragma synchronous = full",
)


def end_process() -> None:
    """End the process at once: nobody is answered, and the next start reads what is on disk."""
    os._exit(OUTCOME_UNKNOWN)


class ThreadConnection(aiosqlite.Connection):
    """A connection of aiosqlite that runs whole functions on the library's thread.

    It takes two protected names of the library, `_execute` and `_conn`, so the version is
    pinned and a test guards them.
    """

    _stopped: asyncio.Future[Any] | None = None

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function on the thread.

        It runs to its end also when the task that awaits it is cancelled.
        """
        whole = partial(_without_stop_iteration, function)
        return cast("T", await self._execute(whole))  # type: ignore[no-untyped-call]

    @override
    def stop(self) -> asyncio.Future[Any] | None:
        self._stopped = super().stop()
        return self._stopped

    async def opened(self) -> None:
        """Connect; when that fails, the thread has ended before the error is raised."""
        try:
            _ = await self
        except BaseException:
            if self._stopped is not None:
                await self._stopped
            raise

    @property
    def sqlite(self) -> sqlite3.Connection:
        """The connection itself, for functions that run on the thread."""
        return self._conn


def _without_stop_iteration(function: Callable[[], T]) -> T:
    """A future refuses `StopIteration`, and whoever waits for it would wait for ever."""
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("a transaction raised StopIteration") from error


async def connect(path: Path, *, is_writer: bool) -> ThreadConnection:
    """Open a database file; only a writer makes a missing one, and only a writer writes.

    Raises `StoreUnavailableError`.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailableError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 is needed")
    mode = "rwc" if is_writer else "rw"

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            cached_statements=STATEMENTS_KEPT,
        )

    connection = ThreadConnection(connector, ITER_CHUNK_SIZE)
    with unavailable_translated():
        await connection.opened()
    try:
        with unavailable_translated():
            await connection.run(partial(prepare, connection.sqlite, is_writer=is_writer))
    except BaseException:
        await connection.close()
        raise
    return connection


def configure(connection: sqlite3.Connection) -> None:
    """Switch on what every connection relies on."""
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def prepare(connection: sqlite3.Connection, *, is_writer: bool) -> None:
    """Set a connection up to write or to read, and find out whether it can."""
    configure(connection)
    if is_writer:
        # What is deleted or emptied is overwritten in the file: else it would stay readable there
        # until something else takes its place. Builds of SQLite differ in their default.
        connection.execute("pragma secure_delete = on")
        (mode,) = connection.execute("pragma journal_mode = wal").fetchone()
        if mode != "wal":
            raise StoreUnavailableError("its folder allows no write-ahead log")
        # A file that may only be read opens silently, and would fail at the first order.
        connection.execute("begin immediate")
        connection.execute("pragma user_version = 1")
        connection.execute("rollback")
    else:
        # Reading something finds out whether the file is a database.
        connection.execute("pragma query_only = on")
        connection.execute("select count(*) from sqlite_schema").fetchone()


def write_whole(
    connection: sqlite3.Connection, function: Callable[[], T], die: Callable[[], object]
) -> T:
    """Run a function in a writing transaction: what it raises rolls back and is raised here.

    A commit whose outcome is unknown ends the process by `die`: nobody may be told that
    nothing happened while the transaction may be on disk.
    """
    with unavailable_translated():
        # A deferred transaction fails at once, whatever the timeout, when it begins to write
        # after somebody else has (SQLITE_BUSY_SNAPSHOT).
        connection.execute("begin immediate")
        try:
            result = function()
        except BaseException:
            _roll_back(connection, die)
            raise
        _commit(connection, die)
        return result


def _commit(connection: sqlite3.Connection, die: Callable[[], object]) -> None:
    if not connection.in_transaction:
        # A full disk can end the transaction in the middle of the function.
        raise StoreUnavailableError("the database ended the transaction")
    try:
        # The driver's own `commit` succeeds silently when there is no transaction.
        connection.execute("commit")
    except sqlite3.Error as error:
        if not surely_not_committed(error):
            log.critical("outcome of a commit unknown: ending", cause=str(error))
            die()
        _roll_back(connection, die)
        raise


def _roll_back(connection: sqlite3.Connection, die: Callable[[], object]) -> None:
    if not connection.in_transaction:
        return
    try:
        connection.execute("rollback")
    except sqlite3.Error as error:
        log.critical("rollback failed: ending", cause=str(error))
        die()


def read_whole(connection: sqlite3.Connection, function: Callable[[], T]) -> T:
    """Run a function on one unchanging view of the database."""
    with unavailable_translated():
        connection.execute("begin")
        try:
            return function()
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
