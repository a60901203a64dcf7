"""Connections with a thread each, and transactions as plain functions on that thread."""

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
from storage.failures import STATEMENT_ERRORS, surely_not_committed, unavailable_translated

T = TypeVar("T")

log = structlog.get_logger(__name__)

BUSY_TIMEOUT_SECONDS = 5.0
"""How long to wait for a lock that another program holds on the file."""
STATEMENTS_KEPT = 256
ITER_CHUNK_SIZE = 64
OLDEST_SQLITE = (3, 37)
"""The first version with STRICT tables."""
OUTCOME_UNKNOWN = 70
"""The exit code (sysexits: EX_SOFTWARE); the service supervisor starts the bot again after it."""

_PRAGMAS = (
    "pragma foreign_keys = on",
    # `replace` deletes rows; the triggers that forbid deleting fire for it only with this.
    "pragma recursive_triggers = on",
    # A commit is on disk when it returns.
    "pragma synchronous = full",
)


def end_process() -> None:
    """End the process at once, before any caller gets a result.

    The next start reads what is on disk.
    """
    os._exit(OUTCOME_UNKNOWN)


class ThreadConnection(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions on the library's thread.

    It uses two protected names of the library, `_execute` and `_conn`, so the version is pinned
    and a test checks them.
    """

    _stopped: asyncio.Future[Any] | None = None

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function on the thread and return its result.

        The function runs to its end even if the awaiting task is cancelled.
        """
        whole = partial(_without_stop_iteration, function)
        return cast("T", await self._execute(whole))  # type: ignore[no-untyped-call]

    @override
    def stop(self) -> asyncio.Future[Any] | None:
        self._stopped = super().stop()
        return self._stopped

    async def opened(self) -> None:
        """Connect; if that fails, the thread has ended when the error is raised."""
        try:
            _ = await self
        except BaseException:
            if self._stopped is not None:
                await self._stopped
            raise

    @property
    def sqlite(self) -> sqlite3.Connection:
        """The `sqlite3` connection, for functions that run on the thread."""
        return self._conn


def _without_stop_iteration(function: Callable[[], T]) -> T:
    """Run a function, with `StopIteration` turned into `RuntimeError`.

    A future does not accept `StopIteration`, so the awaiting task would wait for ever.
    """
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("a transaction raised StopIteration") from error


async def connect(path: Path, *, is_writer: bool) -> ThreadConnection:
    """Open a database file; only a writer creates a missing file and may write.

    Raises `StoreUnavailableError`.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailableError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 is needed")
    connector = partial(open_file, path, mode="rwc" if is_writer else "rw")
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


def open_file(path: Path, *, mode: str) -> sqlite3.Connection:
    """Connect to a file; `mode` is "rw", or "rwc" to create a missing one (sqlite.org/uri.html)."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
        cached_statements=STATEMENTS_KEPT,
    )


def configure(connection: sqlite3.Connection) -> None:
    """Apply the settings that every connection needs."""
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def prepare(connection: sqlite3.Connection, *, is_writer: bool) -> None:
    """Set up a connection for writing or reading, and check that it works."""
    configure(connection)
    if is_writer:
        # Deleted content is overwritten in the file; otherwise it would stay readable there until
        # the space is used again. Builds of SQLite differ in their default.
        connection.execute("pragma secure_delete = on")
        (mode,) = connection.execute("pragma journal_mode = wal").fetchone()
        if mode != "wal":
            raise StoreUnavailableError("its folder does not allow a write-ahead log")
        # A read-only file opens without an error, and the first write would fail.
        connection.execute("begin immediate")
        connection.execute("pragma user_version = 1")
        connection.execute("rollback")
    else:
        # A query fails if the file is not a database.
        connection.execute("pragma query_only = on")
        connection.execute("select count(*) from sqlite_schema").fetchone()


def write_whole(
    connection: sqlite3.Connection, function: Callable[[], T], die: Callable[[], object]
) -> T:
    """Run a function in a writing transaction; its exception rolls back and is raised here.

    If the outcome of the commit is unknown, `die` is called, which must end the process: no caller
    may be told that nothing was changed while the transaction may be on disk. Raises
    `StoreUnavailableError`.
    """
    with unavailable_translated():
        # A deferred transaction would fail at once, without waiting for the timeout, if another
        # connection has written since it began (SQLITE_BUSY_SNAPSHOT).
        connection.execute("begin immediate")
        try:
            result = function()
        except BaseException:
            roll_back(connection, die)
            raise
        commit(connection, die)
        return result


def commit(connection: sqlite3.Connection, die: Callable[[], object]) -> None:
    """Commit; if that surely failed, roll back and raise, and if its outcome is unknown, `die`."""
    if not connection.in_transaction:
        # A full disk may have ended the transaction in the middle of the function.
        raise StoreUnavailableError("the database ended the transaction")
    try:
        # The driver's own `commit` succeeds without an error if there is no transaction.
        connection.execute("commit")
    except STATEMENT_ERRORS as error:
        if not surely_not_committed(error):
            log.critical("commit_outcome_unknown", cause=str(error))
            die()
        roll_back(connection, die)
        raise


def roll_back(connection: sqlite3.Connection, die: Callable[[], object]) -> None:
    """End a transaction, if one is open; if that fails, `die`: the next would begin inside it."""
    if not connection.in_transaction:
        return
    try:
        connection.execute("rollback")
    except STATEMENT_ERRORS as error:
        log.critical("rollback_failed", cause=str(error))
        die()


def read_whole(connection: sqlite3.Connection, function: Callable[[], T]) -> T:
    """Run a function in a read transaction, which sees one snapshot of the database."""
    with unavailable_translated():
        connection.execute("begin")
        try:
            return function()
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
