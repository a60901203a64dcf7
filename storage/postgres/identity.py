"""Notices that a shop's database is on another server than before.

When a standby takes over, or somebody restores the server's data, the newest commits may be
missing: orders that were sent, and payments that were credited. Nothing in the tables shows it. So
the server's identity is kept among them, and a shop does not start with another one until the owner
has said that nothing is missing, or has restored a copy, which parks what may have been sent.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from bot.domain.errors import StoreUnavailableError
from storage.connection import failures_translated, write_whole
from storage.database import end_process
from storage.facts import SERVER_IDENTITY, SqlFacts
from storage.postgres.connection import PostgresConnection
from storage.postgres.failures import FAULTS
from storage.schema import POSTGRES_FOLDER, load_migrations, require_version

OTHER_SERVER = (
    "this is not the server of the last start: a standby took over, or the server's data was moved "
    'or restored, so the newest orders and payments may be missing. Read "When a standby takes '
    'over" in docs/operations.md before you go on'
)


def require_known_server(connection: PostgresConnection, die: Callable[[], object]) -> None:
    """Keep the identity of a new shop's server; raise `StoreUnavailableError` for another one.

    A server that does not tell its identity is accepted. `die` is that of `write_whole`.
    """

    def check() -> None:
        facts = SqlFacts(connection)
        if is_other_server(known := facts.get(SERVER_IDENTITY), connection.identity):
            raise StoreUnavailableError(OTHER_SERVER)
        if known is None and connection.identity:
            facts.put(SERVER_IDENTITY, connection.identity)

    write_whole(connection, check, die)


def accept_server(url: str) -> None:
    """Keep the identity of the server that answers, whatever was kept before.

    Raises `StoreInUseError` while a bot runs on the database, and `StoreUnavailableError`.
    """
    with (
        failures_translated(FAULTS),
        closing(PostgresConnection(url, is_writer=True)) as connection,
    ):
        require_version(connection, load_migrations(POSTGRES_FOLDER))
        write_whole(
            connection,
            lambda: SqlFacts(connection).put(SERVER_IDENTITY, connection.identity),
            end_process,
        )


def is_other_server(known: str | None, identity: str) -> bool:
    """Return whether a kept identity belongs to another server; unknown ones do not count."""
    return bool(known and identity) and known != identity
