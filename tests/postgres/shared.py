"""One PostgreSQL server for all processes of a test run, and databases on it that are used again.

The first process that needs it starts this module as a program, which starts the server, makes the
template, and ends with the test run, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from functools import cache, partial
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from bot.ports.store import Transaction
from storage.connection import write_whole
from storage.postgres.connection import PostgresConnection
from storage.schema import POSTGRES_FOLDER, load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.postgres.run import folder, owner
from tests.postgres.server import programs, running_server
from tests.skipping import skip_for

TEMPLATE = "template_shop"
"""A migrated database without rows."""
_CHECK_SECONDS = 0.3
_numbers = count(1)
_idle: list[str] = []
_by_path: dict[Path, str] = {}


def address_of(database: str) -> str:
    """Return the address of a database of the run's server, as for `DATABASE_URL`.

    Skips the test on a machine without PostgreSQL.
    """
    return f"{_server()}/{database}"


@contextmanager
def empty_database() -> Iterator[str]:
    """Yield the address of a migrated database without rows; the schema must stay as it is."""
    url = _take_empty()
    try:
        yield url
    finally:
        _idle.append(url)


def database_for(path: Path) -> str:
    """Return the address of the database that stands for a file: at first, it has no rows."""
    if path not in _by_path:
        _by_path[path] = _take_empty()
    return _by_path[path]


def forget_database(path: Path) -> None:
    """Drop the database of a path, if there is one; its sessions end."""
    if (url := _by_path.pop(path, None)) is not None:
        drop_database(url.rpartition("/")[2])


def release_databases() -> None:
    """Let other tests use the databases of all paths."""
    _idle.extend(_by_path.values())
    _by_path.clear()


def _take_empty() -> str:
    """Return a database without rows.

    One that another test has used is emptied: that takes 5 ms, creating one 40 ms.
    """
    if not _idle:
        return create_database(f"test_{os.getpid()}_{next(_numbers)}")
    url = _idle.pop()
    with closing(connect_raw(url)) as connection:
        connection.execute(statements_to_restore(_empty_contents()))
    return url


def create_database(name: str, template: str = TEMPLATE) -> str:
    """Create a database as a copy of `template`, and return its address."""
    url = address_of(name)
    _admin().execute(
        sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    return url


@contextmanager
def new_database() -> Iterator[str]:
    """Yield the address of a database without anything of Konter, which is dropped afterwards."""
    name = f"new_{os.getpid()}_{next(_numbers)}"
    url = create_database(name, "template0")
    try:
        yield url
    finally:
        drop_database(name)


def drop_database(name: str) -> None:
    """Drop a database, if there is one; its sessions end."""
    _admin().execute(
        sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    )


def connect_raw(url: str) -> psycopg.Connection:
    """Return a connection of the driver that sees Konter's tables, for a test's own statements."""
    return psycopg.connect(url, autocommit=True, options="-c search_path=konter")


Contents = tuple[dict[str, list[tuple[object, ...]]], dict[str, int | None]]
"""The rows of each table, and the last id that each sequence gave."""


def contents_of(connection: psycopg.Connection) -> Contents:
    """Return everything that a small database holds."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'konter'")
    rows = {
        table: connection.execute(
            sql.SQL("select * from {}").format(sql.Identifier(table))
        ).fetchall()
        for (table,) in tables.fetchall()
    }
    sequences = connection.execute("select sequencename, last_value from pg_sequences")
    return rows, dict(sequences.fetchall())


def statements_to_restore(contents: Contents) -> sql.Composed:
    """Return a script that makes a database hold exactly `contents`; no trigger sees it."""
    tables, sequences = contents
    steps: list[sql.Composable] = [sql.SQL("set local session_replication_role = replica")]
    steps += [sql.SQL("delete from {}").format(sql.Identifier(table)) for table in tables]
    for table, rows in tables.items():
        if rows:
            lines = [
                sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(value) for value in row))
                for row in rows
            ]
            steps.append(
                sql.SQL("insert into {} values {}").format(
                    sql.Identifier(table), sql.SQL(", ").join(lines)
                )
            )
    steps += _steps_to_set(sequences)
    return sql.SQL("begin; {}; commit").format(sql.SQL("; ").join(steps))


def _steps_to_set(sequences: dict[str, int | None]) -> list[sql.Composable]:
    return [
        sql.SQL("select setval({}, {}, {})").format(
            sql.Literal(name), sql.Literal(last or 1), sql.SQL("false" if last is None else "true")
        )
        for name, last in sequences.items()
    ]


@contextmanager
def restored_shop(fill: Callable[[Transaction], None]) -> Iterator[PostgresConnection]:
    """Yield a connection to a shop that `fill` has filled, in a transaction that is undone.

    Each process fills it once. Counters are not undone, so they are set back first.
    """
    connection, counters = _filled_shop(fill)
    connection.execute(counters.as_string())
    connection.begin_writing()
    try:
        yield connection
    finally:
        connection.roll_back(lambda: None)


@cache
def _filled_shop(
    fill: Callable[[Transaction], None],
) -> tuple[PostgresConnection, sql.Composed]:
    url = create_database(f"filled_{os.getpid()}_{next(_numbers)}")
    connection = PostgresConnection(url, is_writer=True)
    write_whole(connection, partial(fill, SqlTransaction(connection)), lambda: None)
    _, counters = contents_of(connection.raw)
    return connection, sql.SQL("; ").join(_steps_to_set(counters))


@cache
def _empty_contents() -> Contents:
    # The template itself can be copied only while nobody is connected to it.
    url = create_database(f"empty_{os.getpid()}")
    with closing(connect_raw(url)) as connection:
        contents = contents_of(connection)
    _idle.append(url)
    return contents


@cache
def _server() -> str:
    """Return the address of the run's server; the first process that asks starts it."""
    if programs() is None:
        skip_for("PostgreSQL is not installed: apt install postgresql")
    place = folder()
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    address = place / "address"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            _start(place, address)
    return address.read_text()


def _start(place: Path, address: Path) -> None:
    with (place / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - this module itself
            [sys.executable, "-m", __spec__.name, str(place), str(owner())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            text=True,
            cwd=Path(__file__).parents[2],
        )
    assert process.stdout is not None
    with process.stdout as answer:
        found = answer.readline().strip()
    assert found, log.name
    (place / "pid").write_text(str(process.pid))
    # It outlives this process, which would be warned of a child that it did not wait for.
    process.returncode = 0
    address.write_text(found)


@cache
def _admin() -> psycopg.Connection:
    return psycopg.connect(address_of("postgres"), autocommit=True)


def _serve(place: Path, first: int) -> None:
    """Run the server until the process `first` has ended, or this one gets SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with running_server() as server:
            # What is logged must not be taken for the answer.
            with redirect_stdout(sys.stderr):
                _make_template(server.create(TEMPLATE))
            sys.stdout.write(server.url("").removesuffix("/") + "\n")
            sys.stdout.flush()
            while _runs(first):
                time.sleep(_CHECK_SECONDS)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _make_template(url: str) -> None:
    with closing(PostgresConnection(url, is_writer=True)) as connection:
        migrate(connection, load_migrations(POSTGRES_FOLDER), lambda: None)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
