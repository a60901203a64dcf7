"""The real store without threads: all functions run on the event loop, in a repeatable order."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import TypeVar, cast

from storage.database import ThreadConnection, configure
from storage.schema import load_migrations, migrate
from storage.store import SqlStore

T = TypeVar("T")


class InlineConnection:
    """Runs functions at once, where `ThreadConnection` runs them on a thread."""

    def __init__(self, path: Path, *, is_writer: bool) -> None:
        self.sqlite = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        configure(self.sqlite)
        self.sqlite.execute("pragma journal_mode = wal")
        # Killing a process loses no committed data, with or without waiting for the disk.
        self.sqlite.execute("pragma synchronous = off")
        self.sqlite.execute(f"pragma query_only = {int(not is_writer)}")

    async def run(self, function: Callable[[], T]) -> T:
        return function()

    async def close(self) -> None:
        self.sqlite.close()


def never_dies() -> None:
    """Fail the run: commits with an unknown outcome are not simulated."""
    raise AssertionError("a commit had no outcome")


async def open_store(path: Path) -> SqlStore:
    """Open the database and migrate it, as a new process does."""
    writer = InlineConnection(path, is_writer=True)
    migrate(writer.sqlite, load_migrations(), never_dies)
    reader = InlineConnection(path, is_writer=False)
    resources = AsyncExitStack()
    resources.push_async_callback(writer.close)
    resources.push_async_callback(reader.close)
    return SqlStore(
        cast("ThreadConnection", writer),
        cast("ThreadConnection", reader),
        resources,
        never_dies,
    )


def drop_index(path: Path, name: str) -> None:
    """Drop a unique index, which switches off the guard that it enforces."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"drop index if exists {name}")
    connection.close()


def back_up(path: Path, copy: Path) -> None:
    """Write the committed state of the database to `copy`."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def put_back(copy: Path, path: Path) -> None:
    """Replace a database, which no process has open, by its copy."""
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    shutil.copyfile(copy, path)
