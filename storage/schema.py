"""Migrations: numbered .sql files that update any older database; there is no downgrade."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from bot.domain.errors import StoreUnavailableError, StoreVersionError
from storage.connection import Connection, write_whole

FOLDER = Path(__file__).parent / "migrations"
POSTGRES_FOLDER = Path(__file__).parent / "postgres" / "migrations"
_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.sql", re.ASCII)

_HAS_NAMESPACE = "select 1 where to_regnamespace('konter') is not null"
_MAKE_NAMESPACE = "create schema konter"
"""It needs the right to create, also as `create schema if not exists` of one that exists."""


@dataclass(frozen=True, slots=True)
class _Versions:
    """The statements about the table of versions, in the words of one database."""

    exist: str
    make: str
    add: str


_VERSIONS = {
    "sqlite3": _Versions(
        "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'",
        "create table schema_migrations (version integer primary key, name text not null) strict",
        "insert into schema_migrations (version, name) values (:version, :name)",
    ),
    "psycopg": _Versions(
        "select 1 where to_regclass('konter.schema_migrations') is not null",
        "create table schema_migrations"
        ' (version bigint primary key, name text collate "C" not null)',
        "insert into schema_migrations (version, name) values (%(version)s, %(name)s)",
    ),
}


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration; versions count without gaps."""

    version: int
    name: str
    sql: str


@cache
def load_migrations(folder: Path = FOLDER) -> Sequence[Migration]:
    """Return the migrations in order; the first may make a whole schema of a later version than 1.

    Raises `ValueError` for a wrong file name, or a version that is missing or used twice.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"not named like 0001_orders.sql: {path.name}")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    numbers = [step.version for step in found]
    if not numbers or numbers != list(range(numbers[0], numbers[-1] + 1)):
        raise ValueError("the migrations are not numbered one after the other")
    return tuple(found)


def newest_version(steps: Sequence[Migration]) -> int:
    """Return the version of a database after all these migrations."""
    return steps[-1].version


def version_of(connection: Connection) -> int:
    """Return the version of a database; 0 if it has no migrations."""
    if connection.execute(_VERSIONS[connection.adapter].exist).fetchone() is None:
        return 0
    (version,) = connection.execute("select max(version) from schema_migrations").fetchone()
    return int(version or 0)


def migrate(connection: Connection, steps: Sequence[Migration], die: Callable[[], object]) -> None:
    """Apply the missing migrations, each in one transaction that also records its version.

    Raises `StoreVersionError` if the database is newer than the last migration. `die` is that of
    `write_whole`.
    """
    found, newest = version_of(connection), newest_version(steps)
    if found > newest:
        raise StoreVersionError(found, newest)
    for step in steps:
        if step.version > found:
            write_whole(connection, partial(apply, connection, step), die)


def apply(connection: Connection, step: Migration) -> None:
    """Apply a migration in the current transaction, and record its version."""
    versions = _VERSIONS[connection.adapter]
    is_sqlite = connection.adapter == "sqlite3"
    if connection.execute(versions.exist).fetchone() is None:
        if not is_sqlite and connection.execute(_HAS_NAMESPACE).fetchone() is None:
            connection.execute(_MAKE_NAMESPACE)
        connection.execute(versions.make)
    # PostgreSQL executes a whole script at once.
    for statement in statements_of(step.sql) if is_sqlite else [step.sql]:
        connection.execute(statement)
    connection.execute(versions.add, {"version": step.version, "name": step.name})


def statements_of(script: str) -> Iterator[str]:
    """Yield the statements of a script, because `executescript` would commit before them.

    Raises `ValueError` if the last statement is not complete.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"no complete statement: {statement.strip()[:40]!r}")


def report_version(
    connection: Connection, steps: Sequence[Migration], before_migrating: Callable[[int], object]
) -> None:
    """Call `before_migrating` with the version of a database that is older than the last step."""
    found = version_of(connection)
    if 0 < found < newest_version(steps):
        before_migrating(found)


def require_version(connection: Connection, steps: Sequence[Migration]) -> None:
    """Raise `StoreVersionError` unless a database has the version of the last migration.

    Raises `StoreUnavailableError` for a file that is not a database of the bot.
    """
    found = version_of(connection)
    if found == 0:
        raise StoreUnavailableError("it is not a database of Konter")
    if found != newest_version(steps):
        raise StoreVersionError(found, newest_version(steps))
