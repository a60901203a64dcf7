"""What Konter asks of a PostgreSQL server: checked when a shop opens, and by the doctor.

Each problem is a sentence without its final point, and says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from psycopg.rows import class_row

from bot.domain.errors import StoreUnavailableError

log = structlog.get_logger(__name__)

OLDEST_SERVER = 15
SCHEMA = "konter"
"""The schema of Konter's tables."""
BEHIND_PROXY = (
    "a proxy such as PgBouncer stands in between: write the address of PostgreSQL itself into "
    "DATABASE_URL, because a proxy may give the locks of one Konter to another program"
)
STANDBY = (
    "the server is a standby, which cannot be written: write the address of the primary server "
    "into DATABASE_URL"
)
MAY_LOSE_COMMITS = (
    "a power cut may damage the database or lose money that was booked: set fsync = on and "
    "full_page_writes = on in the server's postgresql.conf, and restart the server"
)

_ASK = """
select
    version() as version,
    current_setting('server_version_num')::int as version_number,
    current_setting('server_encoding') as encoding,
    pg_is_in_recovery() as is_standby,
    current_setting('default_transaction_read_only') = 'on' as is_read_only,
    current_setting('session_replication_role') = 'replica' as ignores_triggers,
    pg_backend_pid() as process_id,
    current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as is_durable,
    current_database()::text as database,
    current_user::text as role,
    has_database_privilege(current_database(), 'create') as may_create_schemas,
    (
        select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = %(schema)s
    ) as owns_schema,
    (
        select count(*) from pg_class as one
        join pg_namespace as place on place.oid = one.relnamespace
        where place.nspname = %(schema)s and one.relkind in ('r', 'p')
            and not pg_has_role(one.relowner, 'usage')
    ) as foreign_tables,
    clock_timestamp() as now
"""

_ASK_IDENTITY = """
select
    (select system_identifier from pg_control_system())::text || '/'
        || ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
"""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server says of itself and of the role that is connected."""

    version: str
    version_number: int
    """150004 is version 15.4."""
    encoding: str
    is_standby: bool
    is_read_only: bool
    ignores_triggers: bool
    process_id: int
    """The server's process of this connection, as its SQL says."""
    is_durable: bool
    """Whether what is committed survives a power cut, as far as the server's settings say."""
    database: str
    role: str
    may_create_schemas: bool
    owns_schema: bool | None
    """None if Konter's schema does not exist."""
    foreign_tables: int
    """How many tables in Konter's schema belong to a role whose rights this one does not have."""
    now: datetime
    """In UTC."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", self.now.astimezone(UTC))

    @property
    def short_version(self) -> str:
        """Such as "15.4"."""
        return f"{self.version_number // 10_000}.{self.version_number % 10_000}"


def ask(connection: psycopg.Connection[Any]) -> ServerFacts:
    """Ask a server; raises `psycopg.Error`."""
    with connection.cursor(row_factory=class_row(ServerFacts)) as cursor:
        facts = cursor.execute(_ASK, {"schema": SCHEMA}).fetchone()
    assert facts is not None  # noqa: S101 - a select without a condition has one row
    return facts


def problem_of_server(facts: ServerFacts, connection_process_id: int) -> str | None:
    """Return why Konter cannot use this server at all, also for reading.

    `connection_process_id` is the process id that the connection was told when it began.
    """
    if not facts.version.startswith("PostgreSQL "):
        name = facts.version.split(" ")[0]
        return f"the server is {name} and not PostgreSQL: its locks may not be what Konter needs"
    if facts.version_number < OLDEST_SERVER * 10_000:
        return (
            f"the server is PostgreSQL {facts.short_version}, and Konter needs {OLDEST_SERVER} or "
            "newer: upgrade the server"
        )
    if facts.process_id != connection_process_id:
        return BEHIND_PROXY
    if facts.encoding != "UTF8":
        return (
            f"the encoding of the database is {facts.encoding}, and Konter needs UTF8: "
            f"create database {facts.database} encoding 'UTF8' template template0"
        )
    return None


def problem_of_writing(facts: ServerFacts) -> str | None:
    """Return why Konter cannot write to this database."""
    if facts.is_standby:
        return STANDBY
    if facts.is_read_only:
        return (
            "the server allows only reading (default_transaction_read_only is on): look why, for "
            "example a full disk, and set it to off"
        )
    if facts.ignores_triggers:
        return (
            "the server ignores the triggers that keep the books (session_replication_role is "
            f"replica): alter role {facts.role} reset session_replication_role, or the same for "
            f"the database {facts.database}"
        )
    if facts.owns_schema is None and not facts.may_create_schemas:
        return (
            f"the user {facts.role} may not create Konter's tables: "
            f"grant create on database {facts.database} to {facts.role}"
        )
    if facts.owns_schema is False or facts.foreign_tables:
        return (
            f"Konter's tables (schema {SCHEMA}) belong to another user of the server than "
            f"{facts.role}: write the user who owns them into DATABASE_URL"
        )
    return None


def require_suitable(connection: psycopg.Connection[Any], *, is_writer: bool = True) -> None:
    """Raise `StoreUnavailableError` if Konter cannot use a server.

    A connection that only reads may be to a standby. Raises `psycopg.Error` too.
    """
    facts = ask(connection)
    problem = problem_of_server(facts, connection.info.backend_pid)
    if problem is None and is_writer:
        problem = problem_of_writing(facts)
    if problem is not None:
        raise StoreUnavailableError(problem)


def warn_of_settings(connection: psycopg.Connection[Any]) -> None:
    """Log settings of the server that endanger money; raises `psycopg.Error`."""
    if not ask(connection).is_durable:
        log.warning("server_may_lose_commits", hint=MAY_LOSE_COMMITS)


def commit_durably(connection: psycopg.Connection[Any]) -> None:
    """Let commits of this connection wait for the disk, whatever the server's default is.

    A stronger setting, which also waits for standbys, is kept. Raises `psycopg.Error`.
    """
    connection.execute(
        "select set_config('synchronous_commit', 'on', false) "
        "where current_setting('synchronous_commit') = 'off'"
    )


def server_identity(connection: psycopg.Connection[Any]) -> str:
    """Return what names a primary server and its history, such as "7713985098544699429/1".

    The first number was drawn when the server's data was made; the second, the timeline, counts up
    when a standby takes over or when the server is recovered to an earlier time. Either change
    may mean that the newest commits are missing. A restart or a crash changes neither. Returns ""
    where a hosted server does not tell it. Raises `psycopg.Error`.
    """
    try:
        row = connection.execute(_ASK_IDENTITY).fetchone()
    except (
        psycopg.ProgrammingError,  # No such function, or no right to use it.
        psycopg.NotSupportedError,
        psycopg.InternalError,
        psycopg.errors.ObjectNotInPrerequisiteState,  # A standby.
    ):
        return ""
    return "" if row is None else str(row[0])
