"""Databases for the tests: repositories on a database in memory, and the store on a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports.store import Transaction
from storage.database import SqliteConnection
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.storage.samples import add_sample_data, create_database, in_memory


@pytest.fixture
def connection() -> Iterator[SqliteConnection]:
    """A connection to the sample database, for SQL without the repositories."""
    with in_memory() as connection:
        add_sample_data(SqlTransaction(connection))
        yield connection


@pytest.fixture
def tx(connection: SqliteConnection) -> Transaction:
    """The repositories on that database; each statement is a transaction of its own.

    A test that uses this fixture alone knows nothing but the port, and so holds for every store.
    """
    return SqlTransaction(connection)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a database to create, in a folder that does not exist yet."""
    return tmp_path / "data" / "konter.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    """The store on a new file."""
    create_database(path)
    store = await SqlStore.open(path)
    yield store
    await store.close()
