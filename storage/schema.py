"""Migrations: numbered .sql files that update any older database; there is no downgrade."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.errors import StoreUnavailableError, StoreVersionError
from storage.connection import Connection, write_whole

FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.sql", re.ASCII)

_MAKE_TABLE = """
create table if not exists schema_migrations (
    version integer primary key,
    name text not null
) strict
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration; versions count from 1 without gaps."""

    version: int
    name: str
    sql: str


def load_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations in order.

    Raises `ValueError` for a wrong file name, or a version that is missing or used twice.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"not named like 0001_orders.sql: {path.name}")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    if [step.version for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("the migrations are not numbered 1, 2, 3 …")
    return found


def version_of(connection: Connection) -> int:
    """Return the version of a database; 0 if it has no migrations."""
    table = "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'"
    if connection.execute(table).fetchone() is None:
        return 0
    (version,) = connection.execute("select max(version) from schema_migrations").fetchone()
    return int(version or 0)


def migrate(connection: Connection, steps: Sequence[Migration], die: Callable[[], object]) -> None:
    """Apply the missing migrations, each in one transaction that also records its version.

    Raises `StoreVersionError` if the database is newer than the last migration. `die` is that of
    `write_whole`.
    """
    found = version_of(connection)
    if found > len(steps):
        raise StoreVersionError(found, len(steps))
    for step in steps[found:]:
        write_whole(connection, partial(_apply, connection, step), die)


def _apply(connection: Connection, step: Migration) -> None:
    connection.execute(_MAKE_TABLE)
    for statement in statements_of(step.sql):
        connection.execute(statement)
    connection.execute(
        "insert into schema_migrations (version, name) values (:version, :name)",
        {"version": step.version, "name": step.name},
    )


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


def require_version(connection: Connection, steps: Sequence[Migration]) -> None:
    """Raise `StoreVersionError` unless a database has the version of the last migration.

    Raises `StoreUnavailableError` for a file that is not a database of the bot.
    """
    found = version_of(connection)
    if found == 0:
        raise StoreUnavailableError("it is not a database of Konter")
    if found != len(steps):
        raise StoreVersionError(found, len(steps))
