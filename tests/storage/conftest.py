"""Databases for the tests: repositories on a database in memory, and the store on a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports.store import Transaction
from storage.connection import Connection
from storage.postgres.store import open_on_server
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.postgres.shared import empty_database, restored_shop
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test the store on both databases, unless it is about the file or says which."""
    given = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "store" in metafunc.fixturenames and "store" not in given:
        is_about_file = "path" in metafunc.fixturenames
        databases = ["SQLite"] if is_about_file else ["SQLite", "PostgreSQL"]
        metafunc.parametrize("store", databases, indirect=True)


@pytest.fixture
async def store(request: pytest.FixtureRequest) -> AsyncIterator[SqlStore]:
    """The store on a new database."""
    if request.param == "PostgreSQL":
        with empty_database() as url:
            store = await open_on_server(url)
            yield store
            await store.close()
        return
    path = request.getfixturevalue("path")
    create_database(path)
    store = await SqlStore.open(path)
    yield store
    await store.close()
