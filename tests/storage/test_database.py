"""Transactions are atomic, whatever is raised and whatever fails."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DuplicateError, NotFoundError, StoreUnavailableError
from bot.ports.store import Transaction
from storage.connection import write_whole
from storage.database import SqliteConnection, ThreadConnection
from storage.store import SqlStore
from tests.databases import thread_of
from tests.storage.samples import ANNI, add_sample_data, fact_in, fail_if_called, put_fact


class Failing(SqliteConnection):
    """A connection on which one statement fails with an injected SQLite error."""

    failing = ""
    code = sqlite3.SQLITE_IOERR_WRITE
    ends_the_transaction = False

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == self.failing:
            if self.ends_the_transaction:
                super().execute("rollback")
            error = sqlite3.OperationalError("injected")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql, *parameters)


@pytest.fixture
def failing() -> Iterator[Failing]:
    connection = Failing(":memory:", isolation_level=None)
    connection.execute("create table t (a integer) strict")
    yield connection
    connection.close()


def insert(connection: sqlite3.Connection) -> str:
    connection.execute("insert into t values (1)")
    return "done"


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("select count(*) from t").fetchone()[0])


async def test_a_read_sees_the_writes_that_returned_before_it(store: SqlStore) -> None:
    assert await fact_in(store) is None
    assert await store.write(put_fact, "one") == "one"
    assert await fact_in(store) == "one"
    assert await store.write(put_fact, value="two") == "two"
    assert await store.read(lambda tx, name: tx.facts.get(name), name="fact") == "two"


@pytest.mark.parametrize("error", [NotFoundError(), ValueError("a bug"), KeyboardInterrupt()])
async def test_any_exception_rolls_back_and_reaches_the_caller(
    store: SqlStore, error: BaseException
) -> None:
    await store.write(put_fact, "before")

    def fail(tx: Transaction) -> None:
        put_fact(tx, "after")
        raise error

    with pytest.raises(type(error)) as caught:
        await store.write(fail)
    assert caught.value is error
    assert await fact_in(store) == "before"
    assert await store.write(put_fact, "next") == "next"


async def test_stop_iteration_in_a_transaction_becomes_a_runtime_error(store: SqlStore) -> None:
    """A future cannot hold StopIteration: the caller would wait for ever."""
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.write(lambda _: next(iter(())))
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.read(lambda _: next(iter(())))


async def test_a_duplicate_key_leaves_the_transaction_usable(store: SqlStore) -> None:
    def add_twice(tx: Transaction) -> bool:
        add_sample_data(tx)
        put_fact(tx, "kept")
        with pytest.raises(DuplicateError):
            tx.ledger.record(tx.ledger.transfers_of(f"wallet:{ANNI}", 1, 0)[0])  # type: ignore[arg-type]
        return True

    assert await store.write(add_twice)
    assert await fact_in(store) == "kept"


async def test_a_read_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreUnavailableError, match=r"readonly|read-only"):
        await store.read(put_fact, "sly")
    assert await fact_in(store) is None


async def test_a_read_sees_one_snapshot(store: SqlStore) -> None:
    await store.write(put_fact, "before")
    loop = asyncio.get_running_loop()

    def read_twice(tx: Transaction) -> tuple[str | None, str | None]:
        first = tx.facts.get("fact")
        asyncio.run_coroutine_threadsafe(store.write(put_fact, "after"), loop).result(10)
        return first, tx.facts.get("fact")

    assert await store.read(read_twice) == ("before", "before")
    assert await fact_in(store) == "after"


async def test_concurrent_writes_are_serialised(store: SqlStore) -> None:
    def increment(tx: Transaction) -> int:
        value = int(tx.facts.get("fact") or 0) + 1
        tx.facts.put("fact", str(value))
        return value

    answers = await asyncio.gather(*(store.write(increment) for _ in range(200)))
    assert sorted(answers) == list(range(1, 201))
    assert await fact_in(store) == "200"


async def test_cancelling_a_task_does_not_interrupt_its_transaction(store: SqlStore) -> None:
    loop = asyncio.get_running_loop()
    begun, cancelled = asyncio.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        put_fact(tx, "first half")
        loop.call_soon_threadsafe(begun.set)
        assert cancelled.wait(10)
        put_fact(tx, "whole")

    task = asyncio.create_task(store.write(slow))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    cancelled.set()
    assert await store.write(lambda tx: tx.facts.get("fact")) == "whole"


@pytest.fixture
def writer(store: SqlStore) -> ThreadConnection:
    """The connection of the store that writes."""
    return thread_of(store._writer)


@pytest.mark.parametrize("store", ["SQLite"], indirect=True)
async def test_a_full_disk_is_an_error_and_changes_nothing(
    store: SqlStore, writer: ThreadConnection
) -> None:
    """SQLite's limit of pages gives the same error as a full disk."""
    await store.write(put_fact, "before")
    limit = "pragma max_page_count = {}"
    await writer.run(lambda: writer.connection.execute(limit.format(1)))

    def fill(tx: Transaction) -> None:
        put_fact(tx, "after")
        tx.facts.put("much", "x" * 100_000)

    with pytest.raises(StoreUnavailableError, match="full"):
        await store.write(fill)
    assert await fact_in(store) == "before"
    await writer.run(lambda: writer.connection.execute(limit.format(1_000_000)))
    await store.write(fill)
    assert await fact_in(store) == "after"


async def test_a_locked_file_is_an_error_and_changes_nothing(
    store: SqlStore, path: Path, writer: ThreadConnection
) -> None:
    await store.write(put_fact, "before")
    await writer.run(lambda: writer.connection.execute("pragma busy_timeout = 1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreUnavailableError, match="locked"):
        await store.write(put_fact, "after")
    other.close()
    assert await fact_in(store) == "before"
    await store.write(put_fact, "after")


@pytest.mark.parametrize("store", ["SQLite"], indirect=True)
async def test_an_error_in_the_sql_is_raised_unchanged(
    store: SqlStore, writer: ThreadConnection
) -> None:
    connection = writer.connection
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await store.write(lambda _: connection.execute("select * from nowhere"))


# --- when the commit itself fails ---


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY])
def test_a_commit_that_surely_failed_is_rolled_back(failing: Failing, code: int) -> None:
    failing.failing, failing.code = "commit", code
    with pytest.raises(StoreUnavailableError):
        write_whole(failing, partial(insert, failing), fail_if_called)
    assert not failing.in_transaction
    assert count(failing) == 0


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_NOMEM]
)
def test_a_commit_whose_outcome_is_unknown_ends_the_process(failing: Failing, code: int) -> None:
    """After a failed fsync the transaction may be on disk, so no answer may be given."""
    failing.failing, failing.code = "commit", code
    ends: list[str] = []
    with pytest.raises(StoreUnavailableError):
        write_whole(failing, partial(insert, failing), lambda: ends.append("ended"))
    assert ends == ["ended"]


def test_a_rollback_that_fails_ends_the_process(failing: Failing) -> None:
    """The next transaction would begin inside this one."""
    failing.failing = "rollback"
    ends: list[str] = []

    def fail() -> None:
        insert(failing)
        raise NotFoundError

    with pytest.raises(NotFoundError):
        write_whole(failing, fail, lambda: ends.append("ended"))
    assert ends == ["ended"]


def swallow(connection: sqlite3.Connection) -> None:
    """Go on after an error of the database, which no use case may do."""
    insert(connection)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("select 7")


def test_a_transaction_that_the_database_ended_is_no_success(failing: Failing) -> None:
    """A full disk can end a transaction; the driver's `commit` would then succeed silently."""
    failing.failing, failing.ends_the_transaction = "select 7", True
    with pytest.raises(StoreUnavailableError, match="ended the transaction"):
        write_whole(failing, partial(swallow, failing), fail_if_called)
    assert count(failing) == 0


@pytest.mark.parametrize("error", [NotFoundError, sqlite3.OperationalError])
def test_an_error_after_the_database_ended_the_transaction_is_raised(
    failing: Failing, error: Callable[[], Exception]
) -> None:
    failing.failing, failing.ends_the_transaction = "select 7", True

    def fail() -> None:
        swallow(failing)
        raise error()

    with pytest.raises(type(error())):
        write_whole(failing, fail, fail_if_called)
    assert not failing.in_transaction
