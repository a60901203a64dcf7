"""PostgreSQL's schema is SQLite's: the same columns, constraints, indexes, triggers and rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from storage.schema import POSTGRES_FOLDER, load_migrations, newest_version
from tests.postgres.schema_lines import SqliteSchema, lines_of, messages_of
from tests.postgres.shared import connect_raw, contents_of, empty_database
from tests.storage.samples import in_memory


@pytest.fixture(scope="module")
def built() -> Iterator[SqliteSchema]:
    with in_memory() as connection:
        yield SqliteSchema(connection)


@pytest.fixture(scope="module")
def both(built: SqliteSchema) -> Iterator[psycopg.Connection]:
    """A database with both schemas, in a transaction that is undone."""
    with (
        empty_database() as url,
        closing(connect_raw(url)) as connection,
        connection.transaction(force_rollback=True),
    ):
        built.build(connection, "sqlite")
        connection.execute("set local search_path = konter")
        yield connection


def differences(connection: psycopg.Connection, built: SqliteSchema) -> list[str]:
    """Return what only one of the two schemas has, in the words of PostgreSQL."""
    of_sqlite = lines_of(connection, "sqlite", built)
    of_postgres = lines_of(connection, "konter", built)
    # A trigger or index names no table in another schema, and this table is made by `migrate`.
    of_postgres.pop("schema_migrations")
    return [
        f"only on {database}: {line}"
        for table in sorted(of_sqlite.keys() | of_postgres.keys())
        for database, these, others in (
            ("SQLite", of_sqlite, of_postgres),
            ("PostgreSQL", of_postgres, of_sqlite),
        )
        for line in sorted(these.get(table, set()) - others.get(table, set()))
    ]


def test_both_databases_have_the_same_version() -> None:
    steps, on_server = load_migrations(), load_migrations(POSTGRES_FOLDER)
    assert newest_version(steps) == newest_version(on_server)
    # The first one has made everything that SQLite's have made up to its number.
    assert {step.name for step in on_server[1:]} <= {step.name for step in steps}


def test_both_schemas_are_the_same(both: psycopg.Connection, built: SqliteSchema) -> None:
    assert len(built.tables) > 25
    assert len(built.triggers) > 25
    assert "\n".join(differences(both, built)) == ""


@pytest.mark.parametrize(
    "change",
    [
        "alter table orders add column extra bigint",
        "create table extra (extra_id bigint)",
        "alter table orders alter column voucher drop not null",
        "alter table orders alter column zone set default '-'",
        "alter table orders alter column lookups type integer",
        'alter table products alter column code type text collate "default"',
        "alter table orders alter column order_id drop identity",
        "alter table orders drop constraint orders_price_check",
        "alter table accounts rename constraint wallet_is_above_its_limit to other",
        "alter table orders alter constraint orders_product_id_fkey not deferrable",
        "alter table transfers drop constraint transfers_hold_id_key",
        "alter table inbox drop constraint inbox_pkey",
        "drop index orders_one_unresolved",
        (
            "drop index orders_queue_by_age;"
            " create index orders_queue_by_age on orders (account, created_at)"
        ),
        (
            "drop index orders_claim_once; create index orders_claim_once"
            " on orders (ref_id, account) where ref_id is not null"
        ),
        "drop trigger orders_stay on orders",
        "alter table transfers disable trigger transfers_stay",
        (
            "drop trigger sales_are_counted on orders; create trigger sales_are_counted"
            " after update on orders for each row execute function count_sales()"
        ),
        (
            "drop trigger outbox_keeps_chats on outbox; create trigger outbox_keeps_chats"
            " before update of chat_id on outbox for each row"
            " when (old.chat_id <> new.chat_id or old.urgency <> new.urgency)"
            " execute function refuse('a notice keeps its chat and its urgency')"
        ),
    ],
)
def test_each_difference_is_found(
    both: psycopg.Connection, built: SqliteSchema, change: str
) -> None:
    with both.transaction(force_rollback=True):
        both.execute(change)
        assert differences(both, built) != []


def test_what_forbids_says_the_same(both: psycopg.Connection, built: SqliteSchema) -> None:
    sources = messages_of(both, "konter")
    assert len(built.messages) > 10
    assert [name for name, said in built.messages.items() if said not in sources[name]] == []


def test_new_databases_have_the_same_rows(both: psycopg.Connection) -> None:
    rows, counters = contents_of(both)
    assert set(counters.values()) == {None}
    with in_memory() as connection:
        connection.row_factory = None
        for table, found in rows.items():
            if table != "schema_migrations":
                expected = connection.execute(f"select * from {table}").fetchall()  # noqa: S608
                assert sorted(found) == sorted(expected), table
