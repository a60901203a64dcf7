"""Notices that a shop's database is on another server than before.

When a standby takes over, or somebody restores the server's data, the newest commits may be
missing: orders that were sent, and payments that were credited. Nothing in the tables shows it. So
the server's identity is kept among them, and a shop does not start with another one until the owner
has said that nothing is missing, or has restored a copy, which parks what may have been sent.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.errors import StoreUnavailableError
from storage.connection import write_whole
from storage.facts import SqlFacts
from storage.postgres.connection import PostgresConnection

FACT = "server_identity"
"""The name of the fact; copies of the database do not have it."""
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
        if is_other_server(known := facts.get(FACT), connection.identity):
            raise StoreUnavailableError(OTHER_SERVER)
        if known is None and connection.identity:
            facts.put(FACT, connection.identity)

    write_whole(connection, check, die)


def accept_server(connection: PostgresConnection, die: Callable[[], object]) -> None:
    """Keep the identity of the server that is connected, whatever was kept before."""
    write_whole(connection, lambda: SqlFacts(connection).put(FACT, connection.identity), die)


def is_other_server(known: str | None, identity: str) -> bool:
    """Return whether a kept identity belongs to another server; unknown ones do not count."""
    return bool(known and identity) and known != identity
