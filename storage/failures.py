"""Translates errors of SQLite into the errors of the bot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.errors import DuplicateError, StoreUnavailableError

_PRIMARY_CODE = 0xFF
"""The lowest byte of an extended result code is the primary code (sqlite.org/rescode.html)."""

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

STATEMENT_ERRORS = (sqlite3.Error, MemoryError)
"""What a statement may raise; Python raises `MemoryError` for SQLITE_NOMEM."""


def code_of(error: sqlite3.Error | MemoryError) -> int:
    """Return the primary result code of an error; SQLITE_ERROR if Python raised it itself."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & _PRIMARY_CODE


def surely_not_committed(error: sqlite3.Error | MemoryError) -> bool:
    """Return whether nothing of the transaction is on disk after a commit failed with this error.

    After a failed write or fsync the whole transaction may be in the write-ahead log, and the next
    start would find it there.
    """
    return code_of(error) in _NOT_COMMITTED


@contextmanager
def unavailable_translated() -> Iterator[None]:
    """Raise `StoreUnavailableError` for faults of the file or the disk.

    Other errors are bugs, and are not translated.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if code_of(error) not in _UNAVAILABLE:
            raise
        raise StoreUnavailableError(str(error)) from error


@contextmanager
def duplicates_translated() -> Iterator[None]:
    """Raise `DuplicateError` if a unique key is taken; other errors are not translated."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode not in (
            sqlite3.SQLITE_CONSTRAINT_UNIQUE,
            sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        ):
            raise
        raise DuplicateError(str(error)) from error
