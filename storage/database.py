"""Connections with a thread each, and transactions as plain functions on that thread."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import quote

import aiosqlite
import structlog
from typing_extensions import override

from bot.domain.errors import StoreUnavailableError
from storage.connection import Faults, failures_translated, without_stop_iteration
from storage.failures import FAULTS, STATEMENT_ERRORS, surely_not_committed

T = TypeVar("T")

log = structlog.get_logger(__name__)

BUSY_TIMEOUT_SECONDS = 5.0
"""How long to wait for a lock that another program holds on the file."""
STATEMENTS_KEPT = 512
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


class SqliteConnection(sqlite3.Connection):
    """Implements `Connection`."""

    adapter: ClassVar[str] = "sqlite3"
    faults: ClassVar[Faults] = FAULTS

    @property
    def can_commit(self) -> bool:
        return self.in_transaction

    def execute_soon(self, command: str) -> None:
        self.execute(command)

    def settle(self) -> None:
        """Do nothing: no statement waits."""

    def roll_back_to(self, savepoint: str) -> None:
        self.execute(f"rollback to {savepoint}")

    def begin_writing(self) -> None:
        # A deferred transaction would fail at once, without waiting for the timeout, if another
        # connection has written since it began (SQLITE_BUSY_SNAPSHOT).
        self.execute("begin immediate")

    def begin_reading(self) -> None:
        self.execute("begin")

    def refusable(self) -> AbstractContextManager[None]:
        return nullcontext()

    def commit_surely(self, die: Callable[[], object]) -> None:
        if not self.in_transaction:
            # A full disk may have ended the transaction in the middle of the function.
            raise StoreUnavailableError("the database ended the transaction")
        try:
            # The driver's own `commit` succeeds without an error if there is no transaction.
            self.execute("commit")
        except STATEMENT_ERRORS as error:
            if not surely_not_committed(error):
                log.critical("commit_outcome_unknown", cause=str(error))
                die()
            self.roll_back(die)
            raise

    def roll_back(self, die: Callable[[], object]) -> None:
        if not self.in_transaction:
            return
        try:
            self.execute("rollback")
        except STATEMENT_ERRORS as error:
            log.critical("rollback_failed", cause=str(error))
            die()


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
        whole = partial(without_stop_iteration, function)
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
    def connection(self) -> SqliteConnection:
        """The connection itself, for functions that run on the thread."""
        return cast("SqliteConnection", self._conn)


async def connect(path: Path, *, is_writer: bool) -> ThreadConnection:
    """Open a database file; only a writer creates a missing file and may write.

    Raises `StoreUnavailableError`.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailableError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 is needed")
    connector = partial(open_file, path, mode="rwc" if is_writer else "rw")
    connection = ThreadConnection(connector, ITER_CHUNK_SIZE)
    with failures_translated(FAULTS):
        await connection.opened()
    try:
        with failures_translated(FAULTS):
            await connection.run(partial(prepare, connection.connection, is_writer=is_writer))
    except BaseException:
        await connection.close()
        raise
    return connection


def open_file(path: Path, *, mode: str) -> SqliteConnection:
    """Connect to a file; `mode` is "rw", or "rwc" to create a missing one (sqlite.org/uri.html)."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
        cached_statements=STATEMENTS_KEPT,
        factory=SqliteConnection,
    )


def configure(connection: sqlite3.Connection) -> None:
    """Apply the settings that every connection needs."""
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def wipe(connection: sqlite3.Connection, most_bytes: int | None) -> bool:
    """Rewrite a database file and empty its write-ahead log, as `Store.wipe` says."""
    (pages,) = connection.execute("pragma page_count").fetchone()
    (page_bytes,) = connection.execute("pragma page_size").fetchone()
    if most_bytes is not None and pages * page_bytes > most_bytes:
        return False
    (path,) = (row[2] for row in connection.execute("pragma database_list") if row[1] == "main")
    folder = str(Path(path).parent).replace("'", "''")
    # The new file is made beside the old one: the folder of temporary files may be in memory.
    connection.execute(f"pragma temp_store_directory = '{folder}'")
    try:
        connection.execute("vacuum")
    finally:
        connection.execute("pragma temp_store_directory = ''")
    # Whoever reads an older state needs the log. They are not waited for: a backup reads for long.
    connection.execute("pragma busy_timeout = 0")
    try:
        (is_busy, _, _) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    finally:
        connection.execute(f"pragma busy_timeout = {int(BUSY_TIMEOUT_SECONDS * 1000)}")
    return not is_busy


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
