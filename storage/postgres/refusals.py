"""Why no connection to a PostgreSQL server could be made, as a sentence with what to do.

libpq gives no error code for a connection that failed, only the text, which is the server's.
"""

from __future__ import annotations

import re

import psycopg

from bot.domain.errors import StoreUnavailableError
from storage.postgres.requirements import BEHIND_PROXY, STANDBY

_REASONS = {
    "password authentication failed": "the server refuses the user or the password: check both in "
    "DATABASE_URL (a special character of the password is written as %40 for @, %3A for :, "
    "%2F for /)",
    "no password supplied": "the server asks for a password: write it into DATABASE_URL",
    r"role .* does not exist": "the server does not know the user: check DATABASE_URL, or create "
    "the user on the server",
    "is not permitted to log in": "the server does not let this user log in: "
    "alter role … login on the server",
    r"database .* does not exist": "the server has no database of this name: check DATABASE_URL, "
    "or create the database on the server",
    "permission denied for database": "the user may not connect to the database: "
    "grant connect on database … to … on the server",
    "no pg_hba.conf entry|authentication failed": "the server does not accept this user from this "
    "machine: add a line for it to the server's pg_hba.conf",
    "too many (?:clients|connections)|connection slots": "all connections of the server are in "
    "use: close programs that use it, or raise max_connections",
    "starting up|shutting down|not yet accepting|in recovery mode": "the server is starting or "
    "stopping: try again in a minute",
    "unsupported startup parameter|pgbouncer": BEHIND_PROXY,
    "session is read-only|server is in hot standby mode|standby mode is disabled": STANDBY,
    "failed to resolve host|translate host name": "the server's name is not known: check the host "
    "in DATABASE_URL",
    "Connection refused|timeout|Network is unreachable|No route to host|No such file|closed the "
    "connection unexpectedly": "the server does not answer: check that it runs, and host and port "
    "in DATABASE_URL",
}
"""By regular expressions; the first that is found counts."""


def cannot_connect(error: psycopg.Error) -> StoreUnavailableError:
    """Return the error for a connection that could not be made, with the server's own words."""
    text = str(error)
    for pattern, reason in _REASONS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return StoreUnavailableError(f"{reason} ({_words(text)})")
    return StoreUnavailableError(f"no connection to the database server ({_words(text)})")


def _words(text: str) -> str:
    """Return the reason in the text of libpq, on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = re.sub(r"^.*?(?:FATAL|ERROR): +", "", lines[0]) if lines else "no reason given"
    return reason.removeprefix("connection failed: ")
