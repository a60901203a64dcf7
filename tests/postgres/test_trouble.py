"""A store on a server that fails: nothing is lost, nothing happens twice, nobody waits for ever."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

import storage.postgres.connection
from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Transaction
from storage.opening import open_store
from storage.postgres.identity import accept_server
from storage.store import SqlStore
from tests.postgres.server import SYSTEM_USER, Server, programs, running_server
from tests.postgres.trouble import Proxy, pgbouncer, standby_of, wait_until
from tests.skipping import skip_for


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None:
        skip_for("PostgreSQL is not installed (Debian's package postgresql)")
    with running_server() as server:
        yield server


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    yield server.create("shop")
    server.drop("shop")


@pytest.fixture
def deaths() -> list[str]:
    """What has asked for the end of the process, which would be the end of the test."""
    return []


@asynccontextmanager
async def opened(url: str, deaths: list[str]) -> AsyncIterator[SqlStore]:
    """Yield a store; what asks for the end of the process is noted."""
    store = await open_store(url, die=lambda: deaths.append(threading.current_thread().name))
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
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


# --- commits ---


@pytest.mark.parametrize("cut", ["answer", "commit"])
async def test_a_connection_that_is_cut_during_a_commit_loses_and_doubles_nothing(
    server: Server, url: str, deaths: list[str], cut: str
) -> None:
    """With a lost answer the transaction is stored; with a lost commit it runs again."""
    proxy, times = Proxy(server), []
    async with opened(proxy.url("shop"), deaths) as store:
        await store.write(add, "first")
        proxy.cut = "answer" if cut == "answer" else "commit"
        assert await store.write(add, "second", times) == "added second"
        assert times == ["second"] * (1 if cut == "answer" else 2)
        await store.write(add, "third")
        assert await store.read(names) == ["first", "second", "third"]
    proxy.close()
    assert (proxy.cuts, deaths) == (1, [])


@pytest.mark.parametrize("cut", ["answer", "commit"])
async def test_a_commit_that_nobody_can_ask_about_ends_the_process(
    server: Server, url: str, deaths: list[str], cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "OUTCOME_SECONDS", 0.3)
    monkeypatch.setattr(storage.postgres.connection, "RECONNECT_SECONDS", 0.1)
    proxy = Proxy(server)
    async with opened(proxy.url("shop"), deaths) as store:
        proxy.cut, proxy.goes_down = "answer" if cut == "answer" else "commit", True
        with pytest.raises(StoreUnavailableError, match="nobody knows"):
            await store.write(add, "first")
        assert len(deaths) == 1
        proxy.close()
    async with opened(url, deaths) as store:
        assert await store.read(names) == (["first"] if cut == "answer" else [])


async def test_a_connection_that_is_lost_between_transactions_is_made_again(
    url: str, deaths: list[str]
) -> None:
    """Only the connection that holds the lock of the process may not be lost."""
    async with opened(url, deaths) as store:
        await store.write(add, "first")
        run(
            url,
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
            "'konter' and pid not in (select pid from pg_locks where objid = 1 and objsubid = 2)",
        )
        assert await store.read(names) == ["first"]
        await store.write(add, "second")
        assert await store.read(names) == ["first", "second"]
    assert deaths == []


# --- the server ends ---


async def test_a_server_that_crashes_during_a_transaction_ends_the_process_and_loses_nothing(
    deaths: list[str],
) -> None:
    """The lock is gone with the server, so the supervisor starts the bot anew."""
    with running_server(is_durable=True) as server:
        url = server.create("shop")

        def crash(tx: Transaction) -> None:
            add(tx, "second")
            server.stop(signal.SIGQUIT)
            tx.facts.put("third", "here")

        async with opened(url, deaths) as store:
            await store.write(add, "first")
            storage.postgres.connection.RECONNECT_SECONDS, before = (
                0.1,
                storage.postgres.connection.RECONNECT_SECONDS,
            )
            with pytest.raises(StoreUnavailableError):
                await store.write(crash)
            storage.postgres.connection.RECONNECT_SECONDS = before
        assert "watch_lock" in deaths
        server.start()
        async with opened(url, deaths) as store:
            assert await store.read(names) == ["first"]
            await store.write(add, "second")
            assert await store.read(names) == ["first", "second"]


async def test_a_standby_that_takes_over_is_noticed(deaths: list[str]) -> None:
    """It lacks the newest commit here, which only the server's timeline tells."""
    with running_server() as primary:
        url = primary.create("shop")
        with standby_of(primary) as standby:
            both = url.replace("/shop", f",127.0.0.1:{standby.port}/shop")
            async with opened(both, deaths) as store:
                await store.write(add, "first")
                wait_until(standby, "shop", "select exists (select from konter.facts "
                           "where name = 'first')")  # fmt: skip
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
            accept_server(both)
            async with opened(both, deaths) as store:
                assert await store.read(names) == ["first"]


# --- it goes on, but cannot write ---


@pytest.mark.parametrize(
    "statement",
    [
        "lock table konter.facts in access exclusive mode",
        "select pg_advisory_xact_lock(classid::bigint::int, 3) from pg_locks "
        "where locktype = 'advisory' limit 1",
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


async def test_a_server_that_becomes_read_only_is_told(url: str, deaths: list[str]) -> None:
    """Hosting companies do this when a disk is nearly full."""
    run(url, "create role careful")
    async with opened(url, deaths) as store:
        await store.write(add, "first")
        run(url, "alter database shop set default_transaction_read_only = on")
        run(url, "select pg_terminate_backend(pid) from pg_stat_activity where "
                 "application_name = 'konter' and query ilike '%commit%'")  # fmt: skip
        with pytest.raises(StoreUnavailableError, match="default_transaction_read_only is on"):
            await store.write(add, "second")
        assert await store.read(names) == ["first"]
        run(url, "alter database shop reset default_transaction_read_only")
        await store.write(add, "second")
        assert await store.read(names) == ["first", "second"]
    assert deaths == []


@contextmanager
def small_disk() -> Iterator[Path]:
    """Yield a folder on a disk of 24 MB that belongs to the server."""
    folder = Path(tempfile.mkdtemp(prefix="konter-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        shutil.chown(folder, SYSTEM_USER)
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        folder.rmdir()


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
            run(server.url("shop"), "vacuum full konter.facts")
            await store.write(add, "second")
            assert await store.read(names) == ["first", "second"]
        server.stop(signal.SIGQUIT)
    assert deaths == []


@pytest.mark.parametrize("pool_mode", ["transaction", "session"])
async def test_no_shop_opens_behind_a_proxy(server: Server, url: str, pool_mode: str) -> None:
    with pgbouncer(server, pool_mode) as address:
        with pytest.raises(StoreUnavailableError, match="a proxy such as PgBouncer"):
            await open_store(address % "shop")
