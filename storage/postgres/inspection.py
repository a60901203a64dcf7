"""What the doctor wants to know of a PostgreSQL server; changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from bot.domain.errors import StoreUnavailableError
from storage.facts import SERVER_IDENTITY
from storage.postgres.connection import LOCK_SECONDS, LOCKS, PROCESS_LOCK, connect_once
from storage.postgres.identity import OTHER_SERVER, is_other_server
from storage.postgres.refusals import cannot_connect
from storage.postgres.requirements import (
    MAY_LOSE_COMMITS,
    SCHEMA,
    ask,
    problem_of_writing,
    server_identity,
)

CONNECTIONS_NEEDED = 5
"""A bot writes, reads and holds its lock; a backup reads; a lost commit is asked for."""

_ASK = """
select
    least(
        current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true), '0')::int
            - (select sum(numbackends) from pg_stat_database),
        (
            select rolconnlimit - (
                select count(*) from pg_stat_activity where usename = current_user
            )
            from pg_roles where rolname = current_user and rolconnlimit >= 0
        ),
        (
            select datconnlimit - (
                select numbackends from pg_stat_database where datname = current_database()
            )
            from pg_database where datname = current_database() and datconnlimit >= 0
        )
    )::int + 1 as connections_left,
    exists (
        select from pg_locks
        where locktype = 'advisory' and granted and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())
            and classid = %(locks)s::bigint::oid and objid = %(process)s::bigint::oid
    ) as has_bot,
    exists (
        select from pg_class
        where relname = 'facts' and relnamespace = to_regnamespace(%(schema)s)
    ) as has_tables,
    exists (select from pg_stat_replication where sync_state = 'async')
        and not exists (select from pg_stat_replication where sync_state in ('sync', 'quorum'))
        as may_lag,
    pg_database_size(current_database())::bigint as size
"""


@dataclass(frozen=True, slots=True)
class _Answers:
    connections_left: int
    """How many more connections this role could make, the doctor's own not counted."""
    has_bot: bool
    has_tables: bool
    may_lag: bool
    """Whether standbys may lack the newest commits, as far as the role may see standbys."""
    size: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A server and its database, and what is wrong with them in sentences without a final point."""

    version: str
    size: int
    """The size of the database in bytes."""
    clock_error: timedelta
    """By how much the server's clock is ahead of ours."""
    problem: str | None
    """Why no shop can run on the database."""
    failures: list[str]
    """What endangers money, though a shop could run."""
    warnings: list[str]
    has_bot: bool
    """Whether a Konter runs on the database."""
    has_tables: bool


def inspect(url: str, now: Callable[[], datetime]) -> Inspection:
    """Look at a server and its database; raises `StoreUnavailableError`."""
    try:
        connection = connect_once(url, is_writer=False)
    except psycopg.Error as error:
        raise cannot_connect(error) from error
    try:
        with connection:
            connection.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
            return _inspect(connection, now)
    except psycopg.Error as error:
        # Also of tables that somebody has changed, or may not be read.
        raise StoreUnavailableError(str(error).partition("\n")[0]) from error


def _inspect(connection: psycopg.Connection[Any], now: Callable[[], datetime]) -> Inspection:
    before = now()
    facts = ask(connection)
    middle = before + (now() - before) / 2
    parameters = {"locks": LOCKS, "process": PROCESS_LOCK, "schema": SCHEMA}
    with connection.cursor(row_factory=class_row(_Answers)) as cursor:
        answers = cursor.execute(_ASK, parameters).fetchone()
    assert answers is not None  # noqa: S101 - a select without a condition has one row
    problem = problem_of_writing(facts)
    if problem is None and answers.has_tables:
        known = connection.execute(
            f"select value from {SCHEMA}.facts where name = %s",  # noqa: S608 - a name of ours
            [SERVER_IDENTITY],
        ).fetchone()
        if known is not None and is_other_server(known[0], server_identity(connection)):
            problem = OTHER_SERVER
    failures, warnings = [], []
    if not facts.is_durable:
        failures.append(MAY_LOSE_COMMITS)
    needed = 1 if answers.has_bot else CONNECTIONS_NEEDED
    if (left := answers.connections_left) < needed:
        failures.append(
            f"{max(left, 0)} connections are left, and Konter needs {needed}: close programs that "
            "use the server, or raise max_connections or the limit of the user or the database"
        )
    if answers.may_lag:
        warnings.append(
            "a standby follows a little later: if it takes over, the newest orders may be missing "
            '(docs/operations.md, "When a standby takes over")'
        )
    return Inspection(
        version=facts.short_version,
        size=answers.size,
        clock_error=facts.now - middle,
        problem=problem,
        failures=failures,
        warnings=warnings,
        has_bot=answers.has_bot,
        has_tables=answers.has_tables,
    )
