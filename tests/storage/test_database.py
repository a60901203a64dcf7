"""The transaction: whole or not at all, whatever is raised and whatever fails."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DuplicateError, NotFoundError, StoreUnavailableError
from bot.ports.store import Transaction
from storage.database import write_whole
from storage.store import SqlStore
from tests.storage.samples import ANNI, furnish, unexpected


def put(tx: Transaction, value: str) -> str:
    tx.facts.put("fact", value)
    return value


async def fact(store: SqlStore) -> str | None:
    return await store.read(lambda tx: tx.facts.get("fact"))


class Failing(sqlite3.Connection):
    """A connection on which one statement fails as the disk would make it fail."""

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


async def test_what_was_written_is_read(store: SqlStore) -> None:
    """By any read that begins after the write returned, which returns what the function did."""
    assert await fact(store) is None
    assert await store.write(put, "one") == "one"
    assert await fact(store) == "one"


async def test_keyword_arguments_reach_the_function(store: SqlStore) -> None:
    """As positional ones do."""
    assert await store.write(put, value="two") == "two"
    assert await store.read(lambda tx, name: tx.facts.get(name), name="fact") == "two"


@pytest.mark.parametrize("error", [NotFoundError(), ValueError("a bug"), KeyboardInterrupt()])
async def test_whatever_is_raised_rolls_back(store: SqlStore, error: BaseException) -> None:
    """And is raised to the caller as it is."""
    await store.write(put, "before")

    def fail(tx: Transaction) -> None:
        put(tx, "after")
        raise error

    with pytest.raises(type(error)) as caught:
        await store.write(fail)
    assert caught.value is error
    assert await fact(store) == "before"
    assert await store.write(put, "next") == "next"


async def test_a_transaction_that_raises_stop_iteration_is_a_bug_not_a_hang(
    store: SqlStore,
) -> None:
    """A future refuses it: whoever waits would wait for ever."""
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.write(lambda _: next(iter(())))
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.read(lambda _: next(iter(())))


async def test_a_refused_key_leaves_the_transaction_usable(store: SqlStore) -> None:
    """The function may go on; what it wrote before stays."""

    def add_twice(tx: Transaction) -> bool:
        furnish(tx)
        put(tx, "kept")
        with pytest.raises(DuplicateError):
            tx.ledger.record(tx.ledger.transfers_of(f"wallet:{ANNI}", 1, 0)[0])  # type: ignore[arg-type]
        return True

    assert await store.write(add_twice)
    assert await fact(store) == "kept"


async def test_a_read_writes_nothing(store: SqlStore) -> None:
    """Its connection cannot."""
    with pytest.raises(StoreUnavailableError, match="readonly"):
        await store.read(put, "sly")
    assert await fact(store) is None


async def test_a_read_sees_one_moment(store: SqlStore) -> None:
    """Also when a write is committed in the middle of it."""
    await store.write(put, "before")
    loop = asyncio.get_running_loop()

    def read_twice(tx: Transaction) -> tuple[str | None, str | None]:
        first = tx.facts.get("fact")
        asyncio.run_coroutine_threadsafe(store.write(put, "after"), loop).result(10)
        return first, tx.facts.get("fact")

    assert await store.read(read_twice) == ("before", "before")
    assert await fact(store) == "after"


async def test_many_tasks_write_one_after_the_other(store: SqlStore) -> None:
    """None is lost, and none sees half of another."""

    def increment(tx: Transaction) -> int:
        value = int(tx.facts.get("fact") or 0) + 1
        tx.facts.put("fact", str(value))
        return value

    answers = await asyncio.gather(*(store.write(increment) for _ in range(200)))
    assert sorted(answers) == list(range(1, 201))
    assert await fact(store) == "200"


async def test_a_task_that_is_cancelled_leaves_nothing_half_done(store: SqlStore) -> None:
    """The function that has begun runs whole; the next finds the thread free."""
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()
    steps: list[str] = []

    def slow(tx: Transaction) -> None:
        put(tx, "first half")
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result(10)
        steps.append("second half")
        put(tx, "whole")

    task = asyncio.create_task(store.write(slow))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.write(lambda tx: tx.facts.get("fact")) == "whole"
    assert steps == ["second half"]


async def test_a_full_disk_is_said_and_nothing_happened(store: SqlStore) -> None:
    """SQLite's own limit of pages answers as a full disk does; with room again it goes on."""
    await store.write(put, "before")
    assert store._writer is not None
    writer = store._writer
    limit = "pragma max_page_count = {}"
    await writer.run(lambda: writer.sqlite.execute(limit.format(1)))

    def fill(tx: Transaction) -> None:
        put(tx, "after")
        tx.facts.put("much", "x" * 100_000)

    with pytest.raises(StoreUnavailableError, match="full"):
        await store.write(fill)
    assert await fact(store) == "before"
    await writer.run(lambda: writer.sqlite.execute(limit.format(1_000_000)))
    await store.write(fill)
    assert await fact(store) == "after"


async def test_a_file_that_became_read_only_is_said_and_nothing_happened(store: SqlStore) -> None:
    """Reading goes on."""
    await store.write(put, "before")
    assert store._writer is not None
    writer = store._writer
    await writer.run(lambda: writer.sqlite.execute("pragma query_only = on"))
    with pytest.raises(StoreUnavailableError, match="readonly"):
        await store.write(put, "after")
    assert await fact(store) == "before"


async def test_a_locked_file_is_said_and_nothing_happened(store: SqlStore, path: Path) -> None:
    """Somebody changes the file with another program, for longer than one waits."""
    await store.write(put, "before")
    assert store._writer is not None
    writer = store._writer
    await writer.run(lambda: writer.sqlite.execute("pragma busy_timeout = 1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreUnavailableError, match="locked"):
        await store.write(put, "after")
    other.close()
    assert await fact(store) == "before"
    await store.write(put, "after")


async def test_a_bug_in_the_sql_is_not_the_databases_fault(store: SqlStore) -> None:
    """Trying it again would not help, so it is raised as it is."""
    assert store._writer is not None
    connection = store._writer.sqlite
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await store.write(lambda _: connection.execute("select * from nowhere"))


# --- when the commit itself fails ---


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY])
def test_a_commit_that_surely_failed_is_rolled_back(failing: Failing, code: int) -> None:
    """It is never reported as success, and the process goes on."""
    failing.failing, failing.code = "commit", code
    with pytest.raises(StoreUnavailableError):
        write_whole(failing, partial(insert, failing), unexpected)
    assert not failing.in_transaction
    assert count(failing) == 0


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_NOMEM]
)
def test_a_commit_whose_outcome_is_unknown_ends_the_process(failing: Failing, code: int) -> None:
    """Before anybody is answered: after a failed fsync the transaction may be on disk."""
    failing.failing, failing.code = "commit", code
    ends: list[str] = []
    with pytest.raises(StoreUnavailableError):
        write_whole(failing, partial(insert, failing), lambda: ends.append("ended"))
    assert ends == ["ended"]


def test_a_rollback_that_fails_ends_the_process(failing: Failing) -> None:
    """The next transaction would begin inside of this one."""
    failing.failing = "rollback"
    ends: list[str] = []

    def fail() -> None:
        insert(failing)
        raise NotFoundError

    with pytest.raises(NotFoundError):
        write_whole(failing, fail, lambda: ends.append("ended"))
    assert ends == ["ended"]


def swallow(connection: sqlite3.Connection) -> None:
    """Do what no use case may: go on after the database said no."""
    insert(connection)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("select 7")


def test_a_transaction_that_the_database_ended_is_no_success(failing: Failing) -> None:
    """A full disk can end it in the middle; the driver's `commit` would then succeed silently."""
    failing.failing, failing.ends_the_transaction = "select 7", True
    with pytest.raises(StoreUnavailableError, match="ended the transaction"):
        write_whole(failing, partial(swallow, failing), unexpected)
    assert count(failing) == 0


@pytest.mark.parametrize("error", [NotFoundError, sqlite3.OperationalError])
def test_an_error_after_the_database_ended_the_transaction_is_raised(
    failing: Failing, error: Callable[[], Exception]
) -> None:
    """There is nothing left to roll back."""
    failing.failing, failing.ends_the_transaction = "select 7", True

    def fail() -> None:
        swallow(failing)
        raise error()

    with pytest.raises(type(error())):
        write_whole(failing, fail, unexpected)
    assert not failing.in_transaction
