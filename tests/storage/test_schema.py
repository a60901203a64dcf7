"""Migrations run in order, once each, and never backwards."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailableError, StoreVersionError
from storage.database import SqliteConnection
from storage.schema import (
    Migration,
    load_migrations,
    migrate,
    require_version,
    statements_of,
    version_of,
)
from tests.storage.samples import fail_if_called, memory_connection

STEPS = [
    Migration(1, "0001_catalogue", "create table catalogue_cache (name text) strict;"),
    Migration(
        2,
        "0002_fill",
        "insert into catalogue_cache values ('a');\ninsert into catalogue_cache values ('b');",
    ),
]


@pytest.fixture
def empty() -> Iterator[SqliteConnection]:
    connection = memory_connection()
    yield connection
    connection.close()


def catalogue_cache(connection: SqliteConnection) -> list[str]:
    return [
        name for (name,) in connection.execute("select name from catalogue_cache order by name")
    ]


def test_a_new_database_gets_every_step(empty: SqliteConnection) -> None:
    assert version_of(empty) == 0
    migrate(empty, STEPS, fail_if_called)
    assert (version_of(empty), catalogue_cache(empty)) == (2, ["a", "b"])
    steps = empty.execute("select version, name from schema_migrations order by version")
    assert steps.fetchall() == [(1, "0001_catalogue"), (2, "0002_fill")]


def test_an_older_database_gets_the_missing_steps(empty: SqliteConnection) -> None:
    migrate(empty, STEPS[:1], fail_if_called)
    empty.execute("insert into catalogue_cache values ('mine')")
    migrate(empty, STEPS, fail_if_called)
    migrate(empty, STEPS, fail_if_called)
    assert catalogue_cache(empty) == ["a", "b", "mine"]


def test_a_newer_database_is_refused(empty: SqliteConnection) -> None:
    migrate(empty, STEPS, fail_if_called)
    with pytest.raises(StoreVersionError) as caught:
        migrate(empty, STEPS[:1], fail_if_called)
    assert (caught.value.found, caught.value.wanted) == (2, 1)
    assert "update Konter" in str(caught.value)


def test_a_step_that_fails_leaves_nothing_behind(empty: SqliteConnection) -> None:
    broken = Migration(2, "0002_odd", "create table odd (name text) strict;\nselect nonsense;")
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        migrate(empty, [STEPS[0], broken], fail_if_called)
    assert version_of(empty) == 1
    assert catalogue_cache(empty) == []
    assert empty.execute("select * from sqlite_schema where name = 'odd'").fetchall() == []


def test_a_read_only_store_requires_the_current_version(empty: SqliteConnection) -> None:
    with pytest.raises(StoreUnavailableError):
        require_version(empty, STEPS)
    migrate(empty, STEPS[:1], fail_if_called)
    with pytest.raises(StoreVersionError, match="start Konter once"):
        require_version(empty, STEPS)
    migrate(empty, STEPS, fail_if_called)
    require_version(empty, STEPS)


def test_a_script_is_split_into_statements() -> None:
    """Semicolons inside a trigger end no statement."""
    script = (
        "create table a (b) strict;\n\n-- a comment; with a semicolon\n"
        "create trigger t after insert on a\nbegin\n    select 1;\n    select 2;\nend;\n"
    )
    table, trigger = statements_of(script)
    assert table.strip() == "create table a (b) strict;"
    assert trigger.strip().endswith("end;")


def test_an_incomplete_statement_is_refused() -> None:
    """It would be skipped silently."""
    with pytest.raises(ValueError, match="no complete statement"):
        list(statements_of("select 1;\nselect 2"))


@pytest.mark.parametrize(
    "names", [["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"], ["1_a.sql"], ["x.sql"]]
)
def test_files_are_numbered_without_a_gap(tmp_path: Path, names: list[str]) -> None:
    """Two branches that add the same number must be noticed."""
    for name in names:
        (tmp_path / name).write_text("select 1;", encoding="utf-8")
    with pytest.raises(ValueError, match=r"0001|numbered"):
        load_migrations(tmp_path)


@pytest.mark.parametrize("connection", ["SQLite"], indirect=True)
def test_every_table_is_strict(connection: SqliteConnection) -> None:
    tables = connection.execute("pragma table_list").fetchall()
    ours = [table for table in tables if not table["name"].startswith("sqlite_")]
    assert len(ours) > 15
    assert [table["name"] for table in ours if not table["strict"]] == []
