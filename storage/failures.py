"""What the errors of SQLite mean."""

from __future__ import annotations

import sqlite3

from bot.domain.errors import StoreUnavailableError
from storage.connection import Faults

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


def _failure_of(error: Exception) -> StoreUnavailableError | None:
    """Return what callers are told of a fault of the file or the disk; None for a bug."""
    is_fault = isinstance(error, sqlite3.DatabaseError) and code_of(error) in _UNAVAILABLE
    return StoreUnavailableError(str(error)) if is_fault else None


def _is_duplicate(error: Exception) -> bool:
    """Return whether a unique key is taken."""
    return getattr(error, "sqlite_errorcode", None) in (
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    )


FAULTS = Faults(
    errors=sqlite3.Error,
    refusals=sqlite3.IntegrityError,
    failure_of=_failure_of,
    is_duplicate=_is_duplicate,
    constraint_of=str,
)
"""Of SQLite; its messages contain the constraint's name."""
