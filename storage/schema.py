"""Migrations: numbered .sql files that bring any older database up to date, forward only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.errors import StoreUnavailableError, StoreVersionError
from storage.database import write_whole

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
    """One step; versions count from 1 without a gap."""

    version: int
    name: str
    sql: str


def load_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the steps in order; raises `ValueError` for a misnamed file, a gap, or a double."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"not named like 0001_orders.sql: {path.name}")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    if [step.version for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("the migrations are not numbered 1, 2, 3 …")
    return found


def version_of(connection: sqlite3.Connection) -> int:
    """Return a database's version; 0 for a new one."""
    table = "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'"
    if connection.execute(table).fetchone() is None:
        return 0
    (version,) = connection.execute("select max(version) from schema_migrations").fetchone()
    return int(version or 0)


def migrate(
    connection: sqlite3.Connection, steps: Sequence[Migration], die: Callable[[], object]
) -> None:
    """Apply what is missing, each step in a transaction with its record.

    Raises `StoreVersionError` for a database that is newer than the steps.
    """
    found = version_of(connection)
    if found > len(steps):
        raise StoreVersionError(found, len(steps))
    for step in steps[found:]:
        write_whole(connection, partial(_apply, connection, step), die)


def _apply(connection: sqlite3.Connection, step: Migration) -> None:
    connection.execute(_MAKE_TABLE)
    for statement in statements_of(step.sql):
        connection.execute(statement)
    connection.execute(
        "insert into schema_migrations (version, name) values (:version, :name)",
        {"version": step.version, "name": step.name},
    )


def statements_of(script: str) -> Iterator[str]:
    """Yield a script's statements; `executescript` would commit before and between them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"no complete statement: {statement.strip()[:40]!r}")


def require_version(connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    """Raise `StoreVersionError` unless a database is exactly up to date.

    Raises `StoreUnavailableError` for a file that is no database of the bot.
    """
    found = version_of(connection)
    if found == 0:
        raise StoreUnavailableError("it is not a database of Konter")
    if found != len(steps):
        raise StoreVersionError(found, len(steps))
