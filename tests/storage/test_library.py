"""The undocumented parts of libraries on which the store depends."""

import inspect
import sqlite3
from functools import partial
from importlib.metadata import version

import aiosql
import aiosqlite
import pytest

from storage.database import ThreadConnection


def test_aiosqlite_is_the_version_that_was_checked() -> None:
    """Any other version may change its protected names."""
    assert version("aiosqlite") == "0.22.1"


def test_the_protected_names_are_still_there() -> None:
    assert list(inspect.signature(aiosqlite.Connection._execute).parameters) == [
        "self",
        "fn",
        "args",
        "kwargs",
    ]
    assert inspect.iscoroutinefunction(aiosqlite.Connection._execute)
    assert isinstance(vars(aiosqlite.Connection)["_conn"], property)
    ours = {name for name in vars(ThreadConnection) if not name.startswith("__")}
    assert ours & set(dir(aiosqlite.Connection)) == {"stop"}


async def test_a_function_runs_on_the_librarys_own_thread() -> None:
    connection = ThreadConnection(lambda: sqlite3.connect(":memory:"), 64)
    async with connection:
        select = partial(connection.connection.execute, "select 7")
        (answer,) = await connection.run(lambda: select().fetchone())
        assert answer == 7
        with pytest.raises(sqlite3.ProgrammingError, match="thread"):
            select()


def test_one_row_statements_return_the_row_of_returning() -> None:
    """The suffix `^` of aiosql reads `returning`; `<!` would return SQLite's last rowid."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.execute("create table t (a integer primary key, b integer) strict")
    connection.execute("insert into t values (5, 1)")
    statement = "-- name: bump(a)^\nupdate t set b = b + 1 where a = :a returning b;"
    row = aiosql.from_str(statement, "sqlite3").bump(connection, a=5)
    assert row["b"] == 2
    connection.close()
