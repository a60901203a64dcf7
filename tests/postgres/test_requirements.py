"""What Konter asks of a server, checked on real ones: each refusal says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql

from bot.domain.errors import StoreUnavailableError
from storage.postgres import inspection
from storage.postgres.connection import PostgresConnection
from storage.postgres.inspection import inspect
from storage.postgres.refusals import cannot_connect
from storage.postgres.requirements import (
    ask,
    commit_durably,
    problem_of_server,
    require_suitable,
)
from tests.postgres.server import USER, Server, free_port, programs, running_server
from tests.postgres.trouble import (
    PASSWORD_IN_URL,
    pgbouncer,
    require_passwords,
)
from tests.skipping import skip_for


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None:
        skip_for("PostgreSQL is not installed (Debian's package postgresql)")
    with running_server() as server:
        require_passwords(server, "shop")
        server.create("konter")
        yield server


def refusal(url: str, *, is_writer: bool = True) -> str | None:
    """Return why Konter cannot use a server; None if it can."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            require_suitable(connection, is_writer=is_writer)
    except psycopg.OperationalError as error:
        return str(cannot_connect(error))
    except StoreUnavailableError as error:
        return str(error)
    return None


def run(server: Server, database: str, *statements: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_new_database_is_suitable_for_its_owner(server: Server) -> None:
    assert refusal(server.url("konter")) is None


def test_what_cannot_connect_is_told_with_what_to_do(server: Server) -> None:
    here = f"127.0.0.1:{server.port}"
    for url, sentence in {
        f"postgresql://shop:wrong@{here}/konter": "refuses the user or the password: check both",
        f"postgresql://shop@{here}/konter": "asks for a password: write it into DATABASE_URL",
        f"postgresql://nobody@{here}/konter": "does not know the user",
        f"postgresql://{USER}@{here}/nothing": "has no database of this name",
        f"postgresql://{USER}@127.0.0.1:{free_port()}/konter": "the server does not answer",
        f"postgresql://{USER}@nowhere.invalid/konter": "the server's name is not known",
        f"postgresql://{USER}@{here}/konter?sslmode=require": "server does not support SSL",
        f"postgresql://{USER}@{here}/konter?target_session_attrs=standby": "no connection",
    }.items():
        told = refusal(url)
        assert told is not None
        assert sentence in told
        assert "\n" not in told
        assert "wrong" not in told


def test_a_server_without_room_for_a_connection_is_told(server: Server) -> None:
    run(server, "konter", "create role narrow login connection limit 0")
    told = refusal(f"postgresql://narrow@127.0.0.1:{server.port}/konter")
    assert told is not None
    assert told.startswith("all connections of the server are in use")


def test_a_user_needs_the_right_to_create_tables_and_owns_them(server: Server) -> None:
    url = f"postgresql://shop:{PASSWORD_IN_URL}@127.0.0.1:{server.port}/rights"
    server.create("rights")
    assert refusal(url) == (
        "the user shop may not create Konter's tables: grant create on database rights to shop"
    )
    assert refusal(url, is_writer=False) is None
    run(server, "rights", "grant create on database rights to shop")
    assert refusal(url) is None
    run(server, "rights", "create schema konter")
    assert "belong to another user of the server than shop" in str(refusal(url))
    run(server, "rights", "alter schema konter owner to shop", "create table konter.orders ()")
    assert "belong to another user of the server than shop" in str(refusal(url))
    run(server, "rights", "alter table konter.orders owner to shop")
    assert refusal(url) is None


def test_another_encoding_than_utf_8_is_refused(server: Server) -> None:
    server.execute(sql.SQL("create database latin template template0 encoding 'LATIN1' locale 'C'"))
    assert refusal(server.url("latin")) == (
        "the encoding of the database is LATIN1, and Konter needs UTF8: "
        "create database latin encoding 'UTF8' template template0"
    )


def test_a_server_that_only_reads_is_refused_for_writing(server: Server) -> None:
    server.create("readonly")
    run(server, "konter", "alter database readonly set default_transaction_read_only = on")
    assert "default_transaction_read_only is on" in str(refusal(server.url("readonly")))
    assert refusal(server.url("readonly"), is_writer=False) is None


def test_a_user_whose_sessions_ignore_triggers_is_refused(server: Server) -> None:
    """No balance would move."""
    run(server, "konter", "create role loader superuser login")
    run(server, "konter", "alter role loader set session_replication_role = replica")
    told = str(refusal(f"postgresql://loader@127.0.0.1:{server.port}/konter"))
    assert "alter role loader reset session_replication_role" in told


def test_times_are_read_whatever_their_style_is(server: Server) -> None:
    server.create("dated")
    run(server, "konter", "alter database dated set datestyle = 'German, DMY'")
    with closing(PostgresConnection(server.url("dated"))) as connection:
        assert connection.identity
    found = inspect(server.url("dated"), lambda: datetime.now(UTC))
    assert (found.problem, found.has_tables) == (None, False)


def test_the_inspection_waits_for_no_lock_and_needs_no_rights(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "LOCK_SECONDS", 0.1)
    url = server.create("locked")
    run(
        server,
        "locked",
        "create schema konter",
        "create table konter.facts (name text, value text)",
    )
    with psycopg.connect(url) as other:
        other.execute("lock table konter.facts in access exclusive mode")
        with pytest.raises(StoreUnavailableError, match="lock timeout"):
            inspect(url, lambda: datetime.now(UTC))
    shop = f"postgresql://shop:{PASSWORD_IN_URL}@127.0.0.1:{server.port}/locked"
    problem = inspect(shop, lambda: datetime.now(UTC)).problem
    assert "belong to another user of the server than shop" in str(problem)
    run(server, "locked", "alter table konter.facts owner to shop",
        "alter schema konter owner to shop", "revoke all on schema konter from shop")  # fmt: skip
    with pytest.raises(StoreUnavailableError, match="permission denied for schema konter"):
        inspect(shop, lambda: datetime.now(UTC))


@pytest.mark.parametrize("pool_mode", ["transaction", "session"])
def test_a_proxy_is_refused(server: Server, pool_mode: str) -> None:
    """Its address leads to connections that other programs use as well, with their locks."""
    with pgbouncer(server.url("konter"), pool_mode) as url:
        told = refusal(url)
    assert told is not None
    assert told.startswith("a proxy such as PgBouncer stands in between")


def test_an_old_version_and_other_products_are_refused(server: Server) -> None:
    """The package repositories hold no server older than 15, so the answers are made up."""
    with psycopg.connect(server.url("konter")) as connection:
        facts, process = ask(connection), connection.info.backend_pid
    assert facts.version_number >= 150_000
    assert problem_of_server(facts, process) is None
    old = problem_of_server(replace(facts, version_number=140_012), process)
    assert old == (
        "the server is PostgreSQL 14.12, and Konter needs 15 or newer: upgrade the server"
    )
    other = problem_of_server(replace(facts, version="CockroachDB CCL v24.1"), process)
    assert other is not None
    assert other.startswith("the server is CockroachDB and not PostgreSQL")


def test_commits_wait_for_the_disk_whatever_the_server_says(server: Server) -> None:
    def mode_of(connection: psycopg.Connection) -> str:
        row = connection.execute("show synchronous_commit").fetchone()
        assert row is not None
        return str(row[0])

    with psycopg.connect(server.url("konter"), autocommit=True) as connection:
        assert mode_of(connection) == "off"
        commit_durably(connection)
        assert mode_of(connection) == "on"
        connection.execute("set synchronous_commit = remote_apply")
        commit_durably(connection)
        assert mode_of(connection) == "remote_apply"
