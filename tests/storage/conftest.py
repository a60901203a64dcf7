"""Databases for the tests: repositories on a database in memory, and the store on a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports.store import Transaction
from storage.connection import Connection
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.postgres.shared import restored_shop
from tests.storage.samples import add_sample_data, create_database, in_memory


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to the sample database, for SQL without the repositories.

    That of PostgreSQL is in a transaction, so that everything can be undone.
    """
    if request.param == "PostgreSQL":
        with restored_shop(add_sample_data) as on_server:
            yield on_server
    else:
        with in_memory() as in_file:
            add_sample_data(SqlTransaction(in_file))
            yield in_file


@pytest.fixture
def tx(connection: Connection) -> Transaction:
    """The repositories on that database.

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
