"""Functions that wait share one commit; whatever breaks, each is done whole or not at all."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import NotFoundError, StoreUnavailableError
from bot.ports.store import Topics, Transaction
from storage import group_commit
from storage.database import SqliteConnection, ThreadConnection
from storage.group_commit import MAX_GROUP, GroupWriter, Write, write_group
from storage.store import SqlStore
from tests.databases import thread_of
from tests.storage.samples import create_database, fail_if_called, put_fact

FULL = sqlite3.SQLITE_FULL
UNKNOWN = sqlite3.SQLITE_IOERR_FSYNC


class Breaking(SqliteConnection):
    """A connection on which one statement fails, from a given occurrence on or just once."""

    breaking = ""
    code = FULL
    error: BaseException | None = None
    """Raised instead of an error with `code`."""
    at = 1
    """The occurrence of the statement that fails."""
    times = 1
    ends_the_transaction = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: list[str] = []

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        self.statements.append(sql)
        if sql == self.breaking:
            occurrence = self.statements.count(sql)
            if self.at <= occurrence < self.at + self.times:
                if self.ends_the_transaction:
                    super().execute("rollback")
                if self.error is not None:
                    raise self.error
                error = sqlite3.OperationalError("injected")
                error.sqlite_errorcode = self.code
                raise error
        return super().execute(sql, *parameters)


@pytest.fixture
def connection() -> Iterator[Breaking]:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=Breaking)
    connection.execute("create table t (a integer primary key) strict")
    yield connection
    connection.close()


def insert(number: int) -> str:
    return f"insert into t values ({number})"  # noqa: S608 - a number


def inserting(connection: Breaking, number: int) -> tuple[int, Topics]:
    connection.execute(insert(number))
    return number, frozenset({"t"})


def writes(connection: Breaking, *numbers: int) -> list[Write]:
    return [Write(partial(inserting, connection, number), None) for number in numbers]


def stored(connection: sqlite3.Connection) -> list[int]:
    return [row[0] for row in connection.execute("select a from t order by a")]


def results(group: Sequence[Write]) -> list[int | None]:
    return [None if write.outcome is None else write.outcome[0] for write in group]


def commits(connection: Breaking) -> int:
    return connection.statements.count("commit")


def run(connection: Breaking, group: Sequence[Write]) -> None:
    write_group(connection, group, fail_if_called)
    assert not connection.in_transaction


def test_a_group_has_one_commit(connection: Breaking) -> None:
    group = writes(connection, 1, 2, 3)
    run(connection, group)
    assert results(group) == stored(connection) == [1, 2, 3]
    assert commits(connection) == 1


def test_a_function_alone_needs_no_savepoint(connection: Breaking) -> None:
    run(connection, writes(connection, 1))
    assert not any("savepoint" in one for one in connection.statements)
    assert stored(connection) == [1]


@pytest.mark.parametrize("error", [NotFoundError(), ValueError("a bug"), KeyboardInterrupt()])
def test_an_error_undoes_only_what_its_function_did(
    connection: Breaking, error: BaseException
) -> None:
    def fail() -> tuple[None, Topics]:
        inserting(connection, 9)
        raise error

    group = [*writes(connection, 1), Write(fail, None), *writes(connection, 2)]
    run(connection, group)
    assert stored(connection) == [1, 2]
    assert [write.error for write in group] == [None, error, None]
    assert commits(connection) == 1


def test_stop_iteration_becomes_a_runtime_error(connection: Breaking) -> None:
    group = [*writes(connection, 1), Write(lambda: next(iter(())), None)]
    run(connection, group)
    assert stored(connection) == [1]
    assert isinstance(group[1].error, RuntimeError)


def test_an_error_of_the_disk_in_one_function_is_translated(connection: Breaking) -> None:
    """SQLite undid only the statement: the transaction goes on."""
    group = writes(connection, 1, 2, 3)
    connection.breaking = insert(2)
    run(connection, group)
    assert stored(connection) == [1, 3]
    assert isinstance(group[1].error, StoreUnavailableError)


@pytest.mark.parametrize("culprit", [1, 2, 3])
def test_when_the_database_ends_the_transaction_each_runs_again_alone(
    connection: Breaking, culprit: int
) -> None:
    """A full disk ends the whole transaction; a later savepoint would commit by itself."""
    group = writes(connection, 1, 2, 3)
    connection.breaking = insert(culprit)
    connection.ends_the_transaction = True
    run(connection, group)
    assert results(group) == stored(connection) == [1, 2, 3]
    assert commits(connection) == 3


@pytest.mark.parametrize("culprit", [1, 2, 3])
def test_a_function_that_always_ends_the_transaction_fails_alone(
    connection: Breaking, culprit: int
) -> None:
    group = writes(connection, 1, 2, 3)
    connection.breaking, connection.times = insert(culprit), 9
    connection.ends_the_transaction = True
    run(connection, group)
    assert stored(connection) == [number for number in (1, 2, 3) if number != culprit]
    failed = [write for write in group if write.error is not None]
    assert failed == [group[culprit - 1]]
    assert isinstance(failed[0].error, StoreUnavailableError)


def test_a_function_that_hides_the_end_of_the_transaction_fails(connection: Breaking) -> None:
    """Its next statement would be committed by itself, and its answer be wrong."""

    def swallow() -> tuple[int, Topics]:
        connection.execute(insert(7))
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("select 7")
        return 7, frozenset()

    connection.breaking, connection.times = "select 7", 9
    connection.ends_the_transaction = True
    group = [*writes(connection, 1), Write(swallow, None), *writes(connection, 2)]
    run(connection, group)
    assert stored(connection) == [1, 2]
    assert isinstance(group[1].error, StoreUnavailableError)


@pytest.mark.parametrize("statement", ["savepoint one", "release one", "rollback to one"])
@pytest.mark.parametrize("ends", [True, False])
def test_a_savepoint_that_fails_breaks_the_group(
    connection: Breaking, statement: str, ends: bool
) -> None:
    def fail() -> tuple[None, Topics]:
        raise NotFoundError

    connection.breaking, connection.ends_the_transaction = statement, ends
    group = [*writes(connection, 1), Write(fail, None), *writes(connection, 2)]
    run(connection, group)
    assert results(group) == [1, None, 2]
    assert isinstance(group[1].error, NotFoundError)
    assert stored(connection) == [1, 2]


@pytest.mark.parametrize("code", [FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CONSTRAINT])
def test_after_a_commit_that_surely_failed_each_runs_again_alone(
    connection: Breaking, code: int
) -> None:
    """One function may violate a deferred constraint; the others must not fail with it."""
    connection.breaking, connection.code = "commit", code
    group = writes(connection, 1, 2, 3)
    run(connection, group)
    assert results(group) == stored(connection) == [1, 2, 3]


def test_only_the_culprit_of_a_deferred_constraint_fails(connection: Breaking) -> None:
    connection.execute("pragma foreign_keys = on")
    connection.execute(
        "create table child (a integer references t (a) deferrable initially deferred) strict"
    )

    def orphan() -> tuple[None, Topics]:
        connection.execute("insert into child values (99)")
        return None, frozenset()

    group = [*writes(connection, 1), Write(orphan, None), *writes(connection, 2)]
    run(connection, group)
    assert stored(connection) == [1, 2]
    assert isinstance(group[1].error, sqlite3.IntegrityError)


def test_a_commit_whose_outcome_is_unknown_ends_the_process_before_any_answer(
    connection: Breaking,
) -> None:
    connection.breaking, connection.code = "commit", UNKNOWN
    group = writes(connection, 1, 2)
    answered_at_the_end: list[list[int | None]] = []
    write_group(connection, group, lambda: answered_at_the_end.append(results(group)))
    # In the bot, the process is over here. No function ran again, and nobody is told a success.
    assert len(answered_at_the_end) == 1
    assert all(isinstance(write.error, StoreUnavailableError) for write in group)
    assert sum(one.startswith("insert") for one in connection.statements) == 2


def test_a_rollback_that_fails_ends_the_process(connection: Breaking) -> None:
    """The next transaction would begin inside this one."""
    ends: list[str] = []
    group = writes(connection, 1, 2)

    def break_rollback() -> tuple[None, Topics]:
        connection.breaking, connection.times = "rollback", 1
        error = sqlite3.OperationalError("full")
        error.sqlite_errorcode = FULL
        raise error

    group.insert(1, Write(break_rollback, None))
    real = connection.execute

    def execute(sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == "rollback to one":
            raise sqlite3.OperationalError("the savepoint is gone")
        return real(sql, *parameters)

    connection.execute = execute  # type: ignore[method-assign]
    write_group(connection, group, lambda: ends.append("ended"))
    assert ends[:1] == ["ended"]


def test_a_locked_database_is_waited_for_once(connection: Breaking) -> None:
    """64 functions would wait for the lock one after the other, each for five seconds."""
    connection.breaking, connection.times = "begin immediate", 9
    connection.code = sqlite3.SQLITE_BUSY
    group = writes(connection, 1, 2, 3)
    run(connection, group)
    assert all(isinstance(write.error, StoreUnavailableError) for write in group)
    assert connection.statements.count("begin immediate") == 1
    assert stored(connection) == []


# --- the store ---


@pytest.fixture
async def plain_store(path: Path) -> AsyncIterator[SqlStore]:
    create_database(path)
    store = await SqlStore.open(path)
    yield store
    await store.close()


@pytest.fixture
async def commits_of(plain_store: SqlStore) -> Callable[[], int]:
    """Counts the commits of the store from now on."""
    seen: list[str] = []
    writer = writer_of(plain_store)
    await writer.run(lambda: writer.connection.set_trace_callback(seen.append))
    return lambda: sum(one.lower() == "commit" for one in seen)


def writer_of(store: SqlStore) -> ThreadConnection:
    return thread_of(store._writer)


async def test_writes_that_wait_share_commits_in_their_order(
    plain_store: SqlStore, commits_of: Callable[[], int]
) -> None:
    count = 3 * MAX_GROUP + 1

    def add(tx: Transaction, number: int) -> int:
        known = tx.facts.get("numbers") or ""
        tx.facts.put("numbers", f"{known} {number}")
        return number

    answers = await asyncio.gather(*(plain_store.write(add, number) for number in range(count)))
    assert answers == list(range(count))
    known = await plain_store.read(lambda tx: tx.facts.get("numbers"))
    assert known is not None
    assert known.split() == [str(number) for number in range(count)]
    assert commits_of() == 4


async def test_an_answer_comes_after_the_commit(plain_store: SqlStore) -> None:
    """Another connection sees the write as soon as its caller does."""

    async def write_and_look(number: int) -> None:
        name = f"fact {number}"
        await plain_store.write(lambda tx: tx.facts.put(name, "there"))
        assert await plain_store.read(lambda tx: tx.facts.get(name)) == "there"

    await asyncio.gather(*(write_and_look(number) for number in range(200)))


async def test_a_write_that_nobody_waits_for_rides_with_the_next(
    plain_store: SqlStore, commits_of: Callable[[], int]
) -> None:
    plain_store.write_soon(lambda tx: tx.facts.put("soon", "there"))
    await plain_store.write(put_fact, "now")
    assert await plain_store.read(lambda tx: tx.facts.get("soon")) == "there"
    assert commits_of() == 1


async def test_a_write_that_nobody_waits_for_is_done_without_another(
    plain_store: SqlStore,
) -> None:
    committed = asyncio.Event()
    plain_store.on_commit(lambda _: committed.set())
    plain_store.write_soon(put_fact, "soon")
    async with asyncio.timeout(30):
        await committed.wait()
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) == "soon"


def put_off_meanwhile(store: SqlStore) -> Callable[[Transaction], None]:
    """Return a write during which another is put off."""
    loop, is_put_off = asyncio.get_running_loop(), threading.Event()

    def put_off() -> None:
        store.write_soon(put_fact, "soon")
        is_put_off.set()

    def write(_tx: Transaction) -> None:
        loop.call_soon_threadsafe(put_off)
        assert is_put_off.wait(10)

    return write


async def test_a_write_put_off_during_a_commit_rides_with_the_next(
    plain_store: SqlStore, commits_of: Callable[[], int]
) -> None:
    """With a commit of its own, the next caller would wait for two."""
    await plain_store.write(put_off_meanwhile(plain_store))
    await plain_store.write(lambda tx: tx.facts.put("now", "there"))
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) == "soon"
    assert commits_of() == 2


async def test_a_write_put_off_during_a_commit_is_done_without_another(
    plain_store: SqlStore,
) -> None:
    await plain_store.write(put_off_meanwhile(plain_store))
    committed = asyncio.Event()
    plain_store.on_commit(lambda _: committed.set())
    async with asyncio.timeout(30):
        await committed.wait()
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) == "soon"


async def test_closing_does_what_was_put_off(path: Path) -> None:
    create_database(path)
    store = await SqlStore.open(path)
    store.write_soon(put_fact, "soon")
    await store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.write_soon(put_fact, "late")
    again = await SqlStore.open(path)
    assert await again.read(lambda tx: tx.facts.get("fact")) == "soon"
    await again.close()


async def test_a_write_that_nobody_waits_for_is_tried_again_after_an_error_of_the_database(
    plain_store: SqlStore,
) -> None:
    """Else the marks of handled updates would be lost, and the next start would replay them."""
    stored = asyncio.Event()
    plain_store.on_commit(lambda _: stored.set())
    writer = writer_of(plain_store)
    await writer.run(partial(writer.connection.execute, "pragma query_only = on"))
    plain_store.write_soon(put_fact, "soon")
    with pytest.raises(StoreUnavailableError):
        await plain_store.write(put_fact, "refused")
    await writer.run(partial(writer.connection.execute, "pragma query_only = off"))
    async with asyncio.timeout(30):
        await stored.wait()
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) == "soon"


async def test_closing_tries_what_has_failed_once_more(path: Path) -> None:
    create_database(path)
    for is_writable in (True, False):
        store = await SqlStore.open(path)
        writer = writer_of(store)
        await writer.run(partial(writer.connection.execute, "pragma query_only = on"))
        store.write_soon(put_fact, f"writable: {is_writable}")
        with pytest.raises(StoreUnavailableError):
            await store.write(put_fact, "refused")
        if is_writable:
            await writer.run(partial(writer.connection.execute, "pragma query_only = off"))
        await store.close()
    again = await SqlStore.open(path)
    assert await again.read(lambda tx: tx.facts.get("fact")) == "writable: True"
    await again.close()


@pytest.mark.parametrize("statement", ["savepoint one", "release one", "begin immediate"])
def test_no_memory_for_a_statement_leaves_no_transaction_open(
    connection: Breaking, statement: str
) -> None:
    """Python raises `MemoryError` for SQLite's error "out of memory"."""
    group = writes(connection, 1, 2)
    connection.breaking = statement
    connection.error = MemoryError()
    run(connection, group)
    run(connection, writes(connection, 3, 4))
    assert [number for number in stored(connection) if number > 2] == [3, 4]
    assert [write.error is None for write in group] == [statement != "begin immediate"] * 2


@pytest.mark.parametrize("numbers", [(1,), (1, 2)])
def test_a_commit_without_memory_ends_the_process(
    connection: Breaking, numbers: Sequence[int]
) -> None:
    died: list[bool] = []
    group = writes(connection, *numbers)
    connection.breaking = "commit"
    connection.error = MemoryError()
    write_group(connection, group, lambda: died.append(True))
    assert died == [True]
    assert all(isinstance(write.error, MemoryError) for write in group)
    assert not connection.in_transaction


async def test_an_error_outside_all_functions_ends_the_process_and_leaves_nobody_waiting(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_database(path)
    died: list[bool] = []
    store = await SqlStore.open(path, die=lambda: died.append(True))

    def fail(*_: object) -> None:
        raise RuntimeError("a bug in the writer")

    with monkeypatch.context() as patch:
        patch.setattr(group_commit, "write_group", fail)
        async with asyncio.timeout(30):
            answers = await asyncio.gather(
                *(store.write(put_fact, "lost") for _ in range(3)), return_exceptions=True
            )
    assert died == [True]
    assert all(isinstance(answer, RuntimeError) for answer in answers)
    await store.close()


@pytest.fixture
async def locked(plain_store: SqlStore, path: Path) -> AsyncIterator[sqlite3.Connection]:
    """Lock the file of `plain_store`, for which nobody waits, until this rolls back."""
    writer = writer_of(plain_store)
    await writer.run(lambda: writer.connection.execute("pragma busy_timeout = 0"))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("begin immediate")
    yield connection
    connection.close()


async def test_a_write_that_nobody_waits_for_outlasts_a_locked_database(
    plain_store: SqlStore, locked: sqlite3.Connection
) -> None:
    """A handled update whose mark is lost would be handled again at the next start."""
    plain_store.write_soon(lambda tx: tx.facts.put("soon", "there"))
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="locked"):
            await plain_store.write(put_fact, "refused")
    committed = asyncio.Event()
    plain_store.on_commit(lambda _: committed.set())
    locked.execute("rollback")
    async with asyncio.timeout(30):
        await committed.wait()
    assert await plain_store.read(lambda tx: tx.facts.get("soon")) == "there"
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) is None


async def test_closing_does_not_wait_for_a_locked_database(
    plain_store: SqlStore, locked: sqlite3.Connection
) -> None:
    plain_store.write_soon(put_fact, "soon")
    async with asyncio.timeout(30):
        await plain_store.close()
    assert locked.in_transaction


class CrashingWriter:
    """A connection whose thread fails outside of the functions."""

    def __init__(self, sqlite: SqliteConnection) -> None:
        self.connection = sqlite

    async def run(self, _: Callable[[], object]) -> Any:
        raise MemoryError


async def test_a_crash_of_the_thread_ends_the_process_and_leaves_nobody_waiting(
    connection: Breaking,
) -> None:
    deaths: list[str] = []
    groups = GroupWriter(CrashingWriter(connection), lambda: deaths.append("died"))
    async with asyncio.timeout(30):
        writes = (groups.write(lambda: (None, frozenset())) for _ in range(3))
        answers = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(answer) for answer in answers] == [MemoryError] * 3
    assert deaths == ["died"]


async def test_an_error_that_nobody_waits_for_reaches_nobody_else(plain_store: SqlStore) -> None:
    def fail(tx: Transaction) -> None:
        put_fact(tx, "undone")
        raise ValueError("a bug")

    plain_store.write_soon(fail)
    assert await plain_store.write(lambda tx: tx.facts.get("fact")) is None


async def test_a_full_disk_in_a_group_loses_only_the_writes_that_do_not_fit(
    plain_store: SqlStore,
) -> None:
    """SQLite's limit of pages gives the same error as a full disk."""
    writer = writer_of(plain_store)

    def limit(pages: int) -> None:
        writer.connection.execute(f"pragma max_page_count = {pages}")

    (pages,) = await writer.run(lambda: writer.connection.execute("pragma page_count").fetchone())
    await writer.run(partial(limit, pages + 2))

    def much(tx: Transaction, number: int) -> None:
        tx.facts.put(f"much {number}", "x" * 100_000)

    def little(tx: Transaction, number: int) -> None:
        tx.facts.put("little", str(number))

    answers = await asyncio.gather(
        *(plain_store.write(much if number % 5 == 2 else little, number) for number in range(20)),
        return_exceptions=True,
    )
    failed = [number for number, answer in enumerate(answers) if answer is not None]
    assert failed == [2, 7, 12, 17]
    assert await plain_store.read(lambda tx: tx.facts.get("little")) == "19"
    await writer.run(partial(limit, 1_000_000))
    await plain_store.write(much, 2)


async def test_a_listener_that_fails_leaves_nobody_waiting(plain_store: SqlStore) -> None:
    def fail(_: Topics) -> None:
        raise RuntimeError("a bug in a listener")

    plain_store.on_commit(fail)
    async with asyncio.timeout(30):
        await asyncio.gather(*(plain_store.write(put_fact, str(n)) for n in range(3)))
    assert await plain_store.read(lambda tx: tx.facts.get("fact")) == "2"


async def test_a_cancelled_task_leaves_its_group_alone(plain_store: SqlStore) -> None:
    def add(tx: Transaction, number: int) -> None:
        tx.facts.put(str(number), "there")

    tasks = [asyncio.create_task(plain_store.write(add, number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, BaseException) for answer in answers] == [
        number == 2 for number in range(5)
    ]
    await plain_store.write(put_fact, "later")
    names = [str(number) for number in range(5)]
    there = await plain_store.read(lambda tx: [tx.facts.get(name) for name in names])
    assert there == ["there"] * 5
