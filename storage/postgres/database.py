"""A shop's database that is a schema on a PostgreSQL server: copied, locked and replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from bot.domain.errors import BackupError, CopyOutcomeUnknownError, StoreUnavailableError
from bot.domain.order import IDS_PER_EPOCH
from storage.copying import Source, Target, compare_books, copy_rows
from storage.database import end_process
from storage.permissions import make_private_file
from storage.postgres.connection import PostgresConnection
from storage.postgres.copying import PostgresEnd
from storage.postgres.requirements import SCHEMA
from storage.postgres.session_lock import SessionLock
from storage.schema import POSTGRES_FOLDER, apply, load_migrations, newest_version, version_of
from storage.sqlite_copying import new_file, snapshot_of
from storage.sqlite_files import STAMP, backup_errors, readable, sync

STEM = "konter"
"""The beginning of the names of backups."""
_REPLACED = re.compile(rf"{SCHEMA}_replaced_by_k([0-9]{{1,9}})_", re.ASCII)
_RELATIONS = "select 1 from pg_class where relnamespace = to_regnamespace(%s) limit 1"
_SIZE = """
select coalesce(sum(pg_table_size(oid)), 0)::bigint
from pg_class
where relnamespace = to_regnamespace(%s) and relkind = 'r'
"""
_IDENTITY = """
select pg_postmaster_start_time()::text, oid::bigint
from pg_database
where datname = current_database()
"""


class PostgresDatabase:
    """Implements `ShopDatabase`."""

    stem = STEM

    def __init__(self, url: str, name: str, folder: Path) -> None:
        """Take the address, its name without a password, and the folder of the backups."""
        self._url = url
        self.name = name
        self.working_copy = folder / f"{STEM}.db.restoring"

    def identity(self) -> object:
        return self._asked(_IDENTITY)

    def exists(self) -> bool:
        with self._connected() as connection:
            return _has_tables(connection)

    def version(self) -> int:
        with self._connected() as connection:
            return version_of(connection)

    def size(self) -> int:
        return int(self._asked(_SIZE, SCHEMA)[0])

    def copy_into(self, part: Path) -> None:
        self.copy_at_once(part)

    def copy_at_once(self, part: Path) -> None:
        make_private_file(part)
        with self.snapshot() as source, new_file(part, source.version()) as target:
            copy_rows(source, target)
        sync(part)

    @contextmanager
    def locked(self) -> Iterator[None]:
        lock = SessionLock(self._url, end_process)
        try:
            yield
        finally:
            lock.release()

    def next_epoch(self, epoch: int) -> int:
        with self._connected() as connection:
            names = connection.execute("select nspname::text from pg_namespace").fetchall()
            replaced = [_REPLACED.match(name) for (name,) in names]
            newest_id = max(PostgresEnd(connection).counters().values(), default=0)
        epochs = [int(found[1]) - 1 for found in replaced if found is not None]
        return 1 + max([epoch, newest_id // IDS_PER_EPOCH, *epochs])

    def put_in_place(self, prepared: Path, reason: str, at: datetime) -> str | None:
        """Rename the current schema, and fill a new one, in one transaction."""
        aside = None
        with backup_errors(), snapshot_of(prepared) as source, self._writing() as connection:
            if _has_tables(connection):
                stamp = at.astimezone(UTC).strftime(STAMP).lower()
                aside = f"{SCHEMA}_{reason.replace('-', '_').lower()}_{stamp}"
                rename = SQL("alter schema {} rename to {}")
                connection.raw.execute(rename.format(Identifier(SCHEMA), Identifier(aside)))
            target = _new_schema(connection, newest_version(load_migrations(POSTGRES_FOLDER)))
            compare_books(source, target, at, copy_rows(source, target))
        if aside is None:
            return None
        return f"the schema {aside} on the server (drop schema {aside} cascade deletes it)"

    @contextmanager
    def snapshot(self) -> Iterator[Source]:
        with self.in_any_version() as source:
            readable(source.version())
            yield source

    @contextmanager
    def in_any_version(self) -> Iterator[Source]:
        with self._connected() as connection:
            connection.begin_reading()
            yield PostgresEnd(connection)
            connection.roll_back(end_process)

    @contextmanager
    def made(self, version: int, size: int) -> Iterator[Target]:  # noqa: ARG002 - of the protocol
        """Whether the server has room for `size` bytes shows when it is filled."""
        with self.locked(), self._writing() as connection:
            if _has_tables(connection):
                raise BackupError(
                    f"{self.name} has tables of Konter already (schema {SCHEMA}), and no copy is "
                    "written over them"
                )
            yield _new_schema(connection, version)

    def _asked(self, statement: str, *parameters: object) -> tuple[Any, ...]:
        with self._connected() as connection:
            row = connection.raw.execute(statement, parameters).fetchone()
        assert row is not None  # noqa: S101 - these selects have one row
        return row

    @contextmanager
    def _writing(self) -> Iterator[PostgresConnection]:
        """Yield a connection in a transaction, which is committed if no error is raised."""
        with self._connected(is_writer=True) as connection:
            connection.begin_writing()
            try:
                yield connection
            except BaseException:
                connection.roll_back(end_process)
                raise
            connection.commit_surely(_outcome_unknown)

    @contextmanager
    def _connected(self, *, is_writer: bool = False) -> Iterator[PostgresConnection]:
        try:
            connection = PostgresConnection(self._url, is_writer=is_writer, has_limits=False)
            with closing(connection):
                yield connection
        except (psycopg.Error, StoreUnavailableError) as error:
            raise BackupError(str(error).partition("\n")[0]) from error


def _outcome_unknown() -> None:
    raise CopyOutcomeUnknownError("the connection to the server was lost in the last moment")


def _has_tables(connection: PostgresConnection) -> bool:
    return connection.raw.execute(_RELATIONS, (SCHEMA,)).fetchone() is not None


def _new_schema(connection: PostgresConnection, version: int) -> PostgresEnd:
    """Make Konter's tables of a version in the current transaction."""
    for step in load_migrations(POSTGRES_FOLDER):
        if step.version <= version:
            apply(connection, step)
    return PostgresEnd(connection)
