"""The command line on a PostgreSQL server: doctor, audit and run, with a password."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from psycopg import sql

from bot.commands.maintenance import accept_other_server, audit_books
from bot.config import load_settings
from storage.opening import open_store
from tests.commands.test_doctor import line, report
from tests.config.test_settings import REQUIRED
from tests.postgres.server import Server, programs, running_server
from tests.postgres.shared import empty_database
from tests.postgres.trouble import PASSWORD, PASSWORD_IN_URL, follower_of, require_passwords
from tests.sandbox.shop_environment import ShopEnvironment, open_environment
from tests.skipping import skip_for
from tests.test_command_line import konter


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that waits for the disk, as one in a shop does."""
    if programs() is None:
        skip_for("PostgreSQL is not installed (Debian's package postgresql)")
    with running_server(is_durable=True) as server:
        require_passwords(server, "shop")
        yield server


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """A database whose owner needs a password, and is not the server's superuser."""
    server.execute(sql.SQL("create database shop template template0 owner shop"))
    yield f"postgresql://shop:{PASSWORD_IN_URL}@127.0.0.1:{server.port}/shop"
    server.drop("shop")


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """The embedded servers of Telegram and the supplier, without a running bot."""
    async with open_environment(tmp_path) as environment:
        yield environment


def run(server: Server, database: str, statement: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        connection.execute(statement.encode())


# --- the doctor ---


async def test_the_doctor_finds_a_new_database_ready_then_a_running_bot_then_its_books(
    environment: ShopEnvironment, server: Server, url: str
) -> None:
    shown = f"postgresql://shop@127.0.0.1:{server.port}/shop"
    code, text = await report(environment, DATABASE_URL=url)
    assert code == 0, text
    assert line(text, "server").startswith("OK       server: PostgreSQL 1")
    assert line(text, "server clock") == "OK       server clock: agrees with this machine's"
    assert line(text, "database") == (
        f"OK       database: {shown} is empty: the tables will be made at the first start"
    )
    store = await open_store(url)
    _, text = await report(environment, DATABASE_URL=url)
    assert "OK       database: a bot is running on it" in text
    await store.close()
    code, text = await report(environment, DATABASE_URL=url)
    assert code == 0, text
    assert line(text, "database") == (
        f"OK       database: {shown} is readable and its books are right"
    )
    assert "running" not in line(text, "database")
    assert "s3cret" not in text


async def test_the_doctor_explains_what_keeps_a_shop_from_running(
    environment: ShopEnvironment, server: Server, url: str
) -> None:
    for wrong, told in {
        url.replace(PASSWORD_IN_URL, "s3cret"): "the server refuses the user or the password",
        f"{url[: -len('shop')]}nothing": "the server has no database of this name",
        f"postgresql://nobody@127.0.0.1:{server.port}/shop": "the server does not know the user",
    }.items():
        code, text = await report(environment, DATABASE_URL=wrong)
        assert (code, text.count("FAILURE")) == (1, 1), text
        assert line(text, "database").startswith("FAILURE")
        assert told in line(text, "database")
        assert line(text, "translations").startswith("OK")
        assert "s3cret" not in text
    run(server, "postgres", "alter database shop set default_transaction_read_only = on")
    _, text = await report(environment, DATABASE_URL=url)
    assert "the server allows only reading" in line(text, "database")


async def test_the_doctor_counts_the_connections_that_are_left(
    environment: ShopEnvironment, server: Server, url: str
) -> None:
    run(server, "postgres", "alter role shop connection limit 4")
    code, text = await report(environment, DATABASE_URL=url)
    run(server, "postgres", "alter role shop connection limit 5")
    assert code == 1
    assert "FAILURE  server: 4 connections are left, and Konter needs 5" in text
    code, text = await report(environment, DATABASE_URL=url)
    run(server, "postgres", "alter role shop connection limit -1")
    assert code == 0, text


@pytest.mark.thorough
async def test_the_doctor_notices_another_server_a_lagging_standby_and_a_wrong_clock(
    environment: ShopEnvironment, server: Server, url: str
) -> None:
    await (await open_store(url)).close()
    run(server, "shop", "grant pg_monitor to shop")
    run(server, "shop", "update konter.facts set value = '1/1' where name = 'server_identity'")
    ahead = datetime.now(UTC) + timedelta(seconds=50)
    with follower_of(server), time_machine.travel(ahead):
        code, text = await report(environment, DATABASE_URL=url)
    assert code == 1
    assert "this is not the server of the last start" in line(text, "database")
    assert "WARNING  server: a standby follows a little later" in text
    assert line(text, "server clock").startswith("WARNING")
    assert "s off; switch on time synchronisation there" in line(text, "server clock")


async def test_the_doctor_fails_for_a_server_that_does_not_wait_for_the_disk(
    environment: ShopEnvironment,
) -> None:
    """The server of the other tests is one."""
    with empty_database() as url:
        code, text = await report(environment, DATABASE_URL=url)
    assert code == 1
    assert "FAILURE  server: a power cut may damage the database" in text


# --- the process ---


def test_a_wrong_password_is_told_without_a_traceback(url: str, tmp_path: Path) -> None:
    wrong = url.replace(PASSWORD_IN_URL, "s3cret")
    result = konter("audit", folder=tmp_path, DATABASE_URL=wrong)
    output = result.stdout + result.stderr
    assert result.returncode == 1, output
    assert "the server refuses the user or the password" in output
    assert "s3cret" not in output
    assert "Traceback" not in output


async def test_a_bot_does_not_start_on_another_server_before_the_owner_accepts_it(
    server: Server, url: str, tmp_path: Path
) -> None:
    said: list[str] = []
    settings = load_settings(REQUIRED | {"DATABASE_URL": url}, env_file=None)
    assert await audit_books(settings, datetime.now(UTC), said.append) == 1
    assert said.pop().endswith("/shop cannot be read: it is not a database of Konter")
    assert accept_other_server(settings, said.append) == 1
    assert said.pop().endswith("/shop: it is not a database of Konter.")
    await (await open_store(url)).close()
    run(server, "shop", "update konter.facts set value = '1/1' where name = 'server_identity'")
    result = konter("run", folder=tmp_path, DATABASE_URL=url, **REQUIRED)
    assert result.returncode == 1
    assert "this is not the server of the last start" in result.stderr
    assert PASSWORD not in result.stderr
    assert PASSWORD_IN_URL not in result.stderr
    assert accept_other_server(settings, said.append) == 0
    assert said.pop().endswith("/shop is accepted as it is now. The bot can start.")
    await (await open_store(url)).close()
    assert await audit_books(settings, datetime.now(UTC), said.append) == 0
    assert said == ["The books are right."]
