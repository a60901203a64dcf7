"""The store: one database, used by one process, with transactions as plain functions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Listener, Topics, Transaction
from storage.connection import Connection, ConnectionThread, failures_translated, read_whole
from storage.database import SqliteConnection, connect, end_process, wipe
from storage.failures import FAULTS
from storage.group_commit import GroupWriter
from storage.permissions import make_private_file, make_private_folder, tighten_database
from storage.policy import KeptPolicy
from storage.process_lock import ProcessLock
from storage.schema import load_migrations, migrate, report_version, require_version
from storage.transaction import SqlTransaction

P = ParamSpec("P")
T = TypeVar("T")


class SqlStore:
    """Implements `Store` with one connection for writing and one for reading."""

    def __init__(
        self,
        writer: ConnectionThread[Connection] | None,
        reader: ConnectionThread[Connection],
        resources: AsyncExitStack,
        die: Callable[[], object],
    ) -> None:
        """Use `open` or `open_readonly` instead."""
        self._writer = writer
        self._reader = reader
        self._resources = resources
        self._die = die
        self._is_closed = False
        self._groups = None if writer is None else GroupWriter(writer, die)
        policy = KeptPolicy()
        self._writing = None if writer is None else SqlTransaction(writer.connection, policy)
        self._reading = SqlTransaction(reader.connection, policy, is_reader=True)

    @classmethod
    async def open(
        cls,
        path: Path | str,
        *,
        die: Callable[[], object] = end_process,
        before_migrating: Callable[[int], object] | None = None,
    ) -> SqlStore:
        """Open a database, which is created if it does not exist, and apply the missing migrations.

        `die` is called if the outcome of a commit is unknown, and must end the process.
        `before_migrating` is called with the version of an older database, on the database's
        thread. Raises `StoreInUseError`, `StoreVersionError` for a database newer than the code,
        and `StoreUnavailableError`.
        """
        path = Path(path)
        async with AsyncExitStack() as stack:
            lock = _lock(path)
            stack.callback(lock.release)
            writer = await connect(path, is_writer=True)
            stack.push_async_callback(writer.close)
            sqlite, steps = writer.connection, load_migrations()
            with failures_translated(FAULTS):
                if before_migrating is not None:
                    await writer.run(partial(report_version, sqlite, steps, before_migrating))
                await writer.run(partial(migrate, sqlite, steps, die))
            reader = await connect(path, is_writer=False)
            stack.push_async_callback(reader.close)
            return cls(writer, reader, stack.pop_all(), die)

    @classmethod
    async def open_readonly(cls, path: Path | str) -> SqlStore:
        """Open a database for reading only, whether a bot runs on it or not.

        Raises `StoreVersionError` unless the database has the newest version, and
        `StoreUnavailableError`. Every `write` raises `StoreUnavailableError`.
        """
        async with AsyncExitStack() as stack:
            reader = await connect(Path(path), is_writer=False)
            stack.push_async_callback(reader.close)
            with failures_translated(FAULTS):
                await reader.run(partial(require_version, reader.connection, load_migrations()))
            return cls(None, reader, stack.pop_all(), end_process)

    @classmethod
    async def open_beside(cls, path: Path | str) -> SqlStore:
        """Open a database for a command that writes, whether a bot runs on it or not.

        The transactions of both wait for each other. The command may change only what the bot
        reads anew in each transaction, such as the rights of staff. Raises `StoreVersionError`
        unless the database has the newest version, and `StoreUnavailableError`.
        """
        async with AsyncExitStack() as stack:
            writer = await connect(Path(path), is_writer=True)
            stack.push_async_callback(writer.close)
            with failures_translated(FAULTS):
                await writer.run(partial(require_version, writer.connection, load_migrations()))
            reader = await connect(Path(path), is_writer=False)
            stack.push_async_callback(reader.close)
            return cls(writer, reader, stack.pop_all(), end_process)

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        groups, transaction = self._open_writer()
        whole = partial(use_case, transaction, *args, **kwargs)
        return await groups.write(partial(_noting, transaction, whole))

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        groups, transaction = self._open_writer()
        whole = partial(use_case, transaction, *args, **kwargs)
        groups.write_soon(partial(_noting, transaction, whole))

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._require_open()
        whole = partial(query, self._reading, *args, **kwargs)
        connection = self._reader.connection
        try:
            return await self._reader.run(partial(read_whole, connection, whole, self._die))
        except connection.faults.errors as error:
            if self._writer is not None:
                raise  # A bug.
            # A program that looks into a database finds there what others have done to it.
            text = str(error).partition("\n")[0]
            raise StoreUnavailableError(f"somebody has changed its tables ({text})") from error

    async def wipe(self, most_bytes: int | None) -> bool:
        self._open_writer()
        assert self._writer is not None  # noqa: S101 - for the type checker
        connection = self._writer.connection
        if not isinstance(connection, SqliteConnection):
            return True
        with failures_translated(FAULTS):
            return await self._writer.run(partial(wipe, connection, most_bytes))

    def on_commit(self, listener: Listener) -> None:
        if self._groups is not None:
            self._groups.on_commit(listener)

    async def close(self) -> None:
        """Finish all transactions, also those that were put off; close the file, free its lock."""
        self._is_closed = True
        if self._groups is not None:
            await self._groups.finish()
        await self._resources.aclose()

    def _open_writer(self) -> tuple[GroupWriter, SqlTransaction]:
        self._require_open()
        if self._groups is None or self._writing is None:
            raise StoreUnavailableError("the database is open for reading only")
        return self._groups, self._writing

    def _require_open(self) -> None:
        if self._is_closed:
            raise StoreUnavailableError("the database is closed")


def _noting(transaction: SqlTransaction, function: Callable[[], T]) -> tuple[T, Topics]:
    """Run a writing function; return its result, and what it touched."""
    transaction.touched.clear()
    result = function()
    transaction.settle()
    return result, frozenset(transaction.touched)


def _lock(path: Path) -> ProcessLock:
    try:
        make_private_folder(path.parent)
        with suppress(FileExistsError):
            make_private_file(path)
        tighten_database(path)
        return ProcessLock(path)
    except OSError as error:
        raise StoreUnavailableError(str(error)) from error
