"""Transactions that the server interrupts: they run again, or end in an error, and never hang."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest

import storage.postgres.connection
from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Transaction
from storage.facts import SqlFacts
from storage.opening import open_store
from storage.postgres.connection import PostgresConnection
from storage.store import SqlStore
from tests.postgres.shared import create_database, drop_database
from tests.storage.samples import fail_if_called

INTERRUPT_ONCE = b"""
create sequence konter.times;
create function konter.interrupt() returns trigger language plpgsql as $$
begin
    if nextval('konter.times') = 1 then
        raise exception using errcode = 'serialization_failure', message = 'once';
    end if;
    return new;
end;
$$;
create trigger interrupts before insert on konter.facts
for each row when (new.name = 'second') execute function konter.interrupt();
"""
WAITS_FOR_A_ROW = b"""
select exists (
    select from pg_stat_activity
    where datname = current_database() and application_name = 'other' and wait_event_type = 'Lock'
)
"""
HAS_SESSION = b"select exists (select from pg_stat_activity where pid = %s)"


@pytest.fixture
def url() -> Iterator[str]:
    name = f"interruptions_{os.getpid()}"
    yield create_database(name)
    drop_database(name)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = await open_store(url, die=fail_if_called)
    try:
        yield store
    finally:
        await store.close()


def connection_of(tx: Transaction) -> PostgresConnection:
    assert isinstance(tx.facts, SqlFacts)
    assert isinstance(tx.facts._connection, PostgresConnection)
    return tx.facts._connection


def wait_until(url: str, condition: bytes, wanted: bool, *parameters: object) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(condition, parameters).fetchone() != (wanted,):
            pass


async def write_beside_others(store: SqlStore, name: str, runs: list[str]) -> None:
    """Write a fact, in one group with two others."""

    def add(tx: Transaction, one: str) -> None:
        runs.append(one)
        tx.facts.put(one, "here")

    await asyncio.gather(*(store.write(add, one) for one in ("first", name, "third")))


def stored(tx: Transaction) -> list[str]:
    return [one for one in ("first", "second", "third") if tx.facts.get(one) is not None]


async def test_a_serialization_failure_runs_the_function_again(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(INTERRUPT_ONCE)
    runs: list[str] = []
    async with opened(url) as store:
        await write_beside_others(store, "second", runs)
        assert runs.count("second") == 2
        assert await store.read(stored) == ["first", "second", "third"]


async def test_a_deadlock_runs_the_function_again(url: str) -> None:
    """Another program and the shop wait for each other; the server interrupts the shop."""
    runs: list[str] = []
    other = psycopg.connect(url, application_name="other")
    other.execute("set deadlock_timeout = '1min'")
    other.execute("lock table konter.conditions in access exclusive mode")

    def use_the_row_of_the_shop() -> None:
        other.execute("insert into konter.facts (name, value) values ('second', 'of another')")
        other.rollback()

    thread = threading.Thread(target=use_the_row_of_the_shop)

    def lock_both(tx: Transaction) -> None:
        runs.append("second")
        tx.facts.put("second", "here")
        if len(runs) == 1:
            tx.facts.get("second")
            thread.start()
            wait_until(url, WAITS_FOR_A_ROW, True)
        tx.conditions.all()

    async with opened(url) as store:
        await asyncio.gather(
            store.write(lambda tx: tx.facts.put("first", "here")),
            store.write(lock_both),
            store.write(lambda tx: tx.facts.put("third", "here")),
        )
        # The shop may take the row again before the other program has got it.
        assert len(runs) >= 2
        assert await store.read(stored) == ["first", "second", "third"]
    thread.join()
    other.close()


@pytest.mark.thorough
async def test_a_statement_that_takes_too_long_is_an_error_and_changes_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "STATEMENT_SECONDS", 1)

    def dawdle(tx: Transaction) -> None:
        tx.facts.put("second", "here")
        connection_of(tx).execute("select pg_sleep(60)", {})

    async with opened(url) as store:
        with pytest.raises(StoreUnavailableError, match="statement timeout"):
            await store.write(dawdle)
        assert await store.read(stored) == []
        await store.write(lambda tx: tx.facts.put("first", "here"))
        assert await store.read(stored) == ["first"]


@pytest.mark.thorough
async def test_a_transaction_that_stands_still_is_ended_and_runs_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres.connection, "IDLE_SECONDS", 1)
    runs: list[str] = []

    def stand_still(tx: Transaction) -> None:
        runs.append("second")
        tx.facts.put("second", "here")
        tx.facts.get("second")
        if len(runs) == 1:
            wait_until(url, HAS_SESSION, False, connection_of(tx).raw.info.backend_pid)
        tx.facts.put("third", "here")

    async with opened(url) as store:
        await store.write(stand_still)
        assert runs == ["second"] * 2
        assert await store.read(stored) == ["second", "third"]
