"""What SQLite's errors mean to the rest of the bot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.errors import DuplicateError, StoreUnavailableError

_PRIMARY_CODE = 0xFF
"""An extended result code has the primary one in its lowest byte (sqlite.org/rescode.html)."""

_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_NOT_COMMITTED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CONSTRAINT,
    }
)


def code_of(error: sqlite3.Error) -> int:
    """Return the primary result code of an error; SQLITE_ERROR for one that Python raised."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & _PRIMARY_CODE


def surely_not_committed(error: sqlite3.Error) -> bool:
    """Tell whether a commit that failed like this left nothing on disk.

    After a failed write or fsync the whole transaction may be in the write-ahead log all the
    same, and be found there by the next start.
    """
    return code_of(error) in _NOT_COMMITTED


@contextmanager
def unavailable_translated() -> Iterator[None]:
    """Raise `StoreUnavailableError` for what is the database's fault, and bugs as they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if code_of(error) not in _UNAVAILABLE:
            raise
        raise StoreUnavailableError(str(error)) from error


@contextmanager
def duplicates_translated() -> Iterator[None]:
    """Raise `DuplicateError` for a unique key that is taken."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode not in (
            sqlite3.SQLITE_CONSTRAINT_UNIQUE,
            sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        ):
            raise
        raise DuplicateError(str(error)) from error
