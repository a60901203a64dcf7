"""A store on a server that fails: nothing is lost, nothing happens twice, nobody waits for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

import storage.postgres.connection
from bot.commands.maintenance import back_up_now, restore_backup
from bot.config import load_settings
from bot.domain.errors import StoreInUseError, StoreUnavailableError
from bot.ports.store import Transaction
from storage.opening import open_store, open_store_readonly
from storage.postgres import session_lock
from storage.postgres.connection import (
    LOCKS,
    TRANSACTION_LOCK,
    PostgresConnection,
)
from storage.postgres.identity import accept_server
from storage.store import SqlStore
from tests.config.test_settings import REQUIRED
from tests.postgres.server import running_server
from tests.postgres.shared import create_database, drop_database
from tests.postgres.trouble import Proxy, mount, pgbouncer, small_disk, standby_of, wait_until


@pytest.fixture
def url() -> Iterator[str]:
    name = f"trouble_{os.getpid()}"
    yield create_database(name)
    drop_database(name)


@pytest.fixture
def deaths() -> list[str]:
    """What has asked for the end of the process, which would be the end of the test."""
    return []


@asynccontextmanager
async def opened(
    url: str, deaths: list[str], died: threading.Event | None = None
) -> AsyncIterator[SqlStore]:
    """Yield a store; the name of each thread that asks for the end of the process is noted."""

    def die() -> None:
        deaths.append(threading.current_thread().name)
        if died is not None:
            died.set()

    store = await open_store(url, die=die)
    try:
        yield store
    finally:
        with suppress(StoreUnavailableError):
            await store.close()


def add(tx: Transaction, name: str, times: list[str] | None = None) -> str:
    """Add a fact that may be added once only, and note that the function ran."""
    if times is not None:
        times.append(name)
    assert tx.facts.get(name) is None
    tx.facts.put(name, "here")
    return f"added {name}"


def names(tx: Transaction) -> list[str]:
    return [name for name in ("first", "second", "third") if tx.facts.get(name) is not None]


def run(url: str, statement: str) -> None:
    options = "-c default_transaction_read_only=off"
    with psycopg.connect(url, autocommit=True, options=options) as connection:
        connection.execute(statement.encode())


def alter(url: str, change: str) -> None:
    """Change a default of the sessions that begin from now on."""
    run(url, f"alter database {urlsplit(url).path.removeprefix('/')} {change}")


async def accepting(url: str) -> None:
    """Accept another server, as a function that waits."""
    await asyncio.to_thread(accept_server, url)


LOCK_HOLDER = (
    "select pid from pg_locks where locktype = 'advisory' and objid = 1 and objsubid = 2 "
    "and database = (select oid from pg_database where datname = current_database())"
)
"""Selects the process id of the connection that holds a bot's lock; other tests have theirs."""
END_BOTH = (
    "select pg_terminate_backend(pid) from pg_stat_activity "  # noqa: S608 - all of it is ours
    "where application_name = 'konter' and datname = current_database() "
    f"and pid not in ({LOCK_HOLDER})"
)
"""Ends the connections of a bot that write and read, and leaves the one with its lock."""


# --- commits ---


@pytest.mark.parametrize("cut", ["answer", "commit"])
async def test_a_connection_that_is_cut_during_a_commit_loses_and_doubles_nothing(
    url: str, deaths: list[str], cut: Literal["answer", "commit"]
) -> None:
    """With a lost answer the transaction is stored; with a lost commit it runs again."""
    proxy, times = Proxy(url), list[str]()
    async with opened(proxy.url, deaths) as store:
        await store.write(add, "first")
        proxy.cut = cut
        assert await store.write(add, "second", times) == "added second"
        assert times == ["second"] * (1 if cut == "answer" else 2)
        await store.write(add, "third")
        assert await store.read(names) == ["first", "second", "third"]
    proxy.close()
    assert (proxy.cuts, deaths) == (1, [])


@pytest.mark.parametrize("cut", ["answer", "commit"])
async def test_writes_that_share_a_commit_are_stored_once_each(
    url: str, deaths: list[str], cut: Literal["answer", "commit"]
) -> None:
    proxy, times = Proxy(url), list[str]()
    async with opened(proxy.url, deaths) as store:
        proxy.cut = cut
        answers = await asyncio.gather(
            store.write(add, "first", times),
            store.write(add, "second", times),
            store.write(add, "third", times),
        )
        assert list(answers) == ["added first", "added second", "added third"]
        assert await store.read(names) == ["first", "second", "third"]
    proxy.close()
    assert (proxy.cuts, deaths) == (1, [])


@pytest.mark.parametrize("cut", ["answer", "commit"])
async def test_a_commit_that_nobody_can_ask_about_ends_the_process(
    url: str, deaths: list[str], cut: Literal["answer", "commit"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "OUTCOME_SECONDS", 0.3)
    monkeypatch.setattr(storage.postgres.connection, "RECONNECT_SECONDS", 0.1)
    proxy = Proxy(url)
    async with opened(proxy.url, deaths) as store:
        proxy.cut, proxy.goes_down = cut, True
        with pytest.raises(StoreUnavailableError, match="nobody knows"):
            await store.write(add, "first")
        assert len(deaths) == 1
        proxy.close()
    async with opened(url, deaths) as store:
        assert await store.read(names) == (["first"] if cut == "answer" else [])


@pytest.mark.parametrize("asks", [b"backend_start", b"pg_try_advisory_lock"])
@pytest.mark.parametrize("opening", [open_store, open_store_readonly, accepting])
async def test_a_connection_that_is_cut_while_a_shop_opens_is_told(
    url: str, opening: Callable[[str], Awaitable[object]], asks: bytes
) -> None:
    if opening is open_store_readonly:
        asks = b"backend_start"  # It takes no lock.
    proxy = Proxy(url)
    proxy.looks_for, proxy.cut = asks, "commit"
    with pytest.raises(StoreUnavailableError):
        await opening(proxy.url)
    proxy.close()
    assert proxy.cuts == 1


async def test_a_connection_that_is_lost_between_transactions_is_made_again(
    url: str, deaths: list[str]
) -> None:
    """Only the connection that holds the lock of the process may not be lost."""
    async with opened(url, deaths) as store:
        await store.write(add, "first")
        run(url, END_BOTH)
        assert await store.read(names) == ["first"]
        await store.write(add, "second")
        assert await store.read(names) == ["first", "second"]
    assert deaths == []


async def test_a_transaction_whose_connection_is_lost_runs_again_whole(
    url: str, deaths: list[str]
) -> None:
    """Also those that share its commit, and one that only reads."""
    runs: list[str] = []

    def interrupted(tx: Transaction) -> str:
        add(tx, "second", runs)
        if runs.count("second") == 1:
            run(url, END_BOTH)
        tx.facts.put("after", "here")
        return "done"

    def interrupted_reading(tx: Transaction) -> list[str]:
        runs.append("read")
        if runs.count("read") == 1:
            run(url, END_BOTH)
        return names(tx)

    async with opened(url, deaths) as store:
        answers = await asyncio.gather(
            store.write(add, "first", runs), store.write(interrupted), store.write(add, "third")
        )
        assert list(answers) == ["added first", "done", "added third"]
        assert runs.count("second") == 2
        assert await store.read(interrupted_reading) == ["first", "second", "third"]
        assert runs.count("read") == 2
    assert deaths == []


async def test_a_second_bot_is_refused_and_losing_the_lock_ends_the_first(
    url: str, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "LOCK_SECONDS", 0.2)
    died = threading.Event()
    async with opened(url, deaths, died) as store:
        with pytest.raises(StoreInUseError, match="another Konter is running"):
            await open_store(url)
        run(url, f"select pg_terminate_backend(pid) from ({LOCK_HOLDER}) as one")  # noqa: S608
        await asyncio.to_thread(died.wait, 30)
        assert await store.read(names) == []
    assert deaths == ["watch_lock"]


# --- the server ends ---


async def test_a_server_that_crashes_during_a_transaction_ends_the_process_and_loses_nothing(
    deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is gone with the server, so the supervisor starts the bot anew."""
    monkeypatch.setattr(storage.postgres.connection, "RECONNECT_SECONDS", 0.1)
    with running_server() as server:
        url = server.create("shop")

        def crash(tx: Transaction) -> None:
            add(tx, "second")
            server.stop(signal.SIGQUIT)
            tx.facts.put("third", "here")

        async with opened(url, deaths) as store:
            await store.write(add, "first")
            with pytest.raises(StoreUnavailableError):
                await store.write(crash)
        assert "watch_lock" in deaths
        server.start()
        async with opened(url, deaths) as store:
            assert await store.read(names) == ["first"]
            await store.write(add, "second")
            assert await store.read(names) == ["first", "second"]


@pytest.mark.thorough
async def test_a_standby_that_takes_over_is_noticed_and_a_restore_goes_on(
    deaths: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lacks the newest commit here, which only the server's timeline tells."""
    monkeypatch.chdir(tmp_path)
    with running_server() as primary:
        url = primary.create("shop")
        with standby_of(primary) as standby:
            both = url.replace("@", f"@127.0.0.1:{standby.port},")
            async with opened(both, deaths) as store:
                await store.write(add, "first")
                wait_until(
                    primary,
                    "shop",
                    "select bool_and(replay_lsn >= pg_current_wal_lsn()) from pg_stat_replication",
                )
                with pytest.raises(StoreUnavailableError, match="the server is a standby"):
                    await open_store(standby.url("shop"))
                reader = await open_store_readonly(standby.url("shop"))
                assert await reader.read(names) == ["first"]
                await reader.close()
                standby.stop(signal.SIGQUIT)
                await store.write(add, "second")
                primary.stop(signal.SIGQUIT)
                standby.start()
                standby.promote()
                wait_until(standby, "shop", "select not pg_is_in_recovery()")
                with pytest.raises(StoreUnavailableError, match="another server answers"):
                    await store.read(names)
                with pytest.raises(StoreUnavailableError, match="another server answers"):
                    await store.write(add, "third")
            assert len(deaths) >= 2
            with pytest.raises(StoreUnavailableError, match="not the server of the last start"):
                await open_store(both)
            await asyncio.to_thread(back_up_and_restore, both)
            async with opened(both, deaths) as store:
                assert await store.read(names) == ["first"]
                assert await store.read(lambda tx: tx.restoration.epoch()) == 1


def back_up_and_restore(url: str) -> None:
    """Do what docs/operations.md says, "When a standby takes over"."""
    settings = load_settings(REQUIRED | {"DATABASE_URL": url}, env_file=None)
    now, said = datetime.now(UTC), list[str]()
    assert back_up_now(settings, Path("after-failover.db"), now, said.append) == 0, said
    assert restore_backup(settings, Path("after-failover.db"), now, said.append) == 0, said
    assert any(line.startswith("New orders begin with K2-1") for line in said), said


def test_limits_of_the_server_do_not_end_the_connections_of_a_bot(url: str) -> None:
    """The lock's connection is idle for ever; one whose machine is gone does not keep the lock."""
    alter(url, "set idle_session_timeout = '1s'")
    alter(url, "set statement_timeout = '5s'")
    connection = PostgresConnection(url)
    names = ("idle_session_timeout", "statement_timeout", "tcp_keepalives_idle")
    settings = [connection.execute(f"show {name}").fetchone() for name in names]
    connection.close()
    assert settings == [("0",), ("1min",), ("10",)]


async def test_a_writing_transaction_sees_what_was_written_while_it_waited(
    url: str, deaths: list[str]
) -> None:
    """Also on a server whose transactions by default see the database as it was before."""
    alter(url, "set default_transaction_isolation = serializable")
    async with opened(url, deaths) as store:
        await store.write(add, "first")
        with psycopg.connect(url) as other:
            other.execute(f"select pg_advisory_xact_lock({LOCKS}, {TRANSACTION_LOCK})".encode())
            other.execute("insert into konter.facts values ('second', 'here')")
            waiting = asyncio.create_task(store.write(names))
            await asyncio.to_thread(wait_for_a_lock, url)
            other.commit()
        assert await waiting == ["first", "second"]


def wait_for_a_lock(url: str) -> None:
    """Wait until somebody waits for a lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        asked = (
            "select exists (select from pg_locks where locktype = 'advisory' and not granted "
            "and database = (select oid from pg_database where datname = current_database()))"
        )
        while connection.execute(asked).fetchone() != (True,):
            pass


async def test_a_server_that_answers_is_asked_again_and_again(
    url: str, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_lock, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(session_lock, "ANSWER_SECONDS", 2)
    asked = f"select pid, query_start from pg_stat_activity where pid in ({LOCK_HOLDER})"  # noqa: S608
    died = threading.Event()
    async with opened(url, deaths, died):
        with psycopg.connect(url, autocommit=True) as connection:
            seen: set[object] = set()
            while len(seen) < 4 and not died.is_set():
                seen.add(connection.execute(asked.encode()).fetchone())
    assert deaths == []


@pytest.mark.thorough
async def test_a_server_that_answers_nothing_ends_the_process(
    url: str, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its connections, as one does whose disk stands still."""
    monkeypatch.setattr(session_lock, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(session_lock, "ANSWER_SECONDS", 1)
    died = threading.Event()
    async with opened(url, deaths, died) as store:
        with psycopg.connect(url) as connection:
            holder = connection.execute(LOCK_HOLDER).fetchone()
        assert holder is not None
        assert deaths == []
        os.kill(holder[0], signal.SIGSTOP)
        try:
            await asyncio.to_thread(died.wait, 30)
        finally:
            os.kill(holder[0], signal.SIGCONT)
        await store.write(add, "first")
    assert deaths == ["watch_lock"]


# --- it goes on, but cannot write ---


@pytest.mark.parametrize(
    "statement",
    [
        "lock table konter.facts in access exclusive mode",
        f"select pg_advisory_xact_lock({LOCKS}, {TRANSACTION_LOCK})",
    ],
)
async def test_a_lock_of_another_program_ends_in_an_error_and_not_in_waiting(
    url: str, deaths: list[str], statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "LOCK_SECONDS", 0.2)
    async with opened(url, deaths) as store:
        with psycopg.connect(url) as other:
            other.execute(statement.encode())
            with pytest.raises(StoreUnavailableError, match="lock timeout"):
                await store.write(add, "first")
        await store.write(add, "first")
        assert await store.read(names) == ["first"]
    assert deaths == []


async def test_a_server_that_becomes_read_only_is_told(
    url: str, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hosting companies do this when a disk is nearly full."""
    monkeypatch.setattr(storage.postgres.connection, "RECONNECT_SECONDS", 0.1)
    async with opened(url, deaths) as store:
        await store.write(add, "first")
        alter(url, "set default_transaction_read_only = on")
        run(url, END_BOTH)
        with pytest.raises(StoreUnavailableError, match="default_transaction_read_only is on"):
            await store.write(add, "second")
        assert await store.read(names) == ["first"]
        alter(url, "reset default_transaction_read_only")
        await store.write(add, "second")
        assert await store.read(names) == ["first", "second"]
    assert deaths == []


@pytest.mark.thorough
async def test_a_full_disk_stops_writing_and_nothing_is_left_half(deaths: list[str]) -> None:
    def fill(tx: Transaction) -> None:
        add(tx, "second")
        for number in range(1_000):
            tx.facts.put(f"ballast {number}", os.urandom(200_000).hex())

    with small_disk() as disk, running_server() as server:
        place = sql.Literal(str(disk))
        server.execute(sql.SQL("create tablespace small location {}").format(place))
        server.execute(sql.SQL("create database shop template template0 tablespace small"))
        async with opened(server.url("shop"), deaths) as store:
            await store.write(add, "first")
            with pytest.raises(StoreUnavailableError, match="No space left on device"):
                await store.write(fill)
            assert await store.read(names) == ["first"]
            mount(disk, "remount,size=80m")
            await store.write(add, "second")
            assert await store.read(names) == ["first", "second"]
        server.stop(signal.SIGQUIT)
    assert deaths == []


@pytest.mark.parametrize("pool_mode", ["transaction", "session"])
async def test_no_shop_opens_behind_a_proxy(url: str, pool_mode: str) -> None:
    with (
        pgbouncer(url, pool_mode) as address,
        pytest.raises(StoreUnavailableError, match="a proxy such as PgBouncer"),
    ):
        await open_store(address)
