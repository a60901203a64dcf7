"""Opens the store on a PostgreSQL server: one connection writes, one reads, one holds the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from functools import partial

from bot.domain.errors import StoreUnavailableError
from storage.connection import failures_translated
from storage.database import end_process
from storage.postgres.connection import PostgresConnection
from storage.postgres.failures import FAULTS
from storage.postgres.identity import require_known_server
from storage.postgres.requirements import warn_of_settings
from storage.postgres.session_lock import SessionLock
from storage.postgres.thread import PostgresThread
from storage.schema import (
    POSTGRES_FOLDER,
    load_migrations,
    migrate,
    report_version,
    require_version,
)
from storage.store import SqlStore


async def open_on_server(
    url: str,
    *,
    die: Callable[[], object] = end_process,
    before_migrating: Callable[[int], object] | None = None,
) -> SqlStore:
    """Open a database as `open_store` does."""
    async with AsyncExitStack() as stack:
        lock = await asyncio.to_thread(SessionLock, url, die)
        stack.push_async_callback(asyncio.to_thread, lock.release)
        await asyncio.to_thread(_migrate, url, die, before_migrating)
        writer = await _open(stack, partial(PostgresConnection, url, is_writer=True, die=die))
        reader = await _open(stack, partial(PostgresConnection, url, die=die))
        if {writer.connection.identity, reader.connection.identity} != {lock.identity}:
            raise StoreUnavailableError("different servers answer at this address")
        return SqlStore(writer, reader, stack.pop_all(), die)


async def open_on_server_readonly(url: str) -> SqlStore:
    """Open a database as `open_store_readonly` does; statements may take as long as they need."""
    async with AsyncExitStack() as stack:
        reader = await _open(stack, partial(PostgresConnection, url, has_limits=False))
        with failures_translated(FAULTS):
            steps = load_migrations(POSTGRES_FOLDER)
            await reader.run(partial(require_version, reader.connection, steps))
        return SqlStore(None, reader, stack.pop_all(), end_process)


async def open_on_server_beside(url: str) -> SqlStore:
    """Open a database as `open_store_beside` does."""
    async with AsyncExitStack() as stack:
        connect = partial(PostgresConnection, url, is_writer=True, is_beside=True)
        writer = await _open(stack, connect)
        with failures_translated(FAULTS):
            steps = load_migrations(POSTGRES_FOLDER)
            await writer.run(partial(require_version, writer.connection, steps))
        reader = await _open(stack, partial(PostgresConnection, url))
        return SqlStore(writer, reader, stack.pop_all(), end_process)


async def _open(stack: AsyncExitStack, connect: Callable[[], PostgresConnection]) -> PostgresThread:
    with failures_translated(FAULTS):
        thread = await PostgresThread.open(connect)
    stack.push_async_callback(thread.close)
    return thread


def _migrate(
    url: str, die: Callable[[], object], before_migrating: Callable[[int], object] | None
) -> None:
    """Apply the missing migrations, on a connection whose statements have no time limit."""
    steps = load_migrations(POSTGRES_FOLDER)
    with failures_translated(FAULTS):
        connection = PostgresConnection(url, is_writer=True, has_limits=False, die=die)
        with closing(connection):
            if before_migrating is not None:
                report_version(connection, steps, before_migrating)
            migrate(connection, steps, die)
            require_known_server(connection, die)
            warn_of_settings(connection.raw)
