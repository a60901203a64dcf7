"""What the errors of PostgreSQL mean."""

from __future__ import annotations

import psycopg

from bot.domain.errors import StoreUnavailableError
from storage.connection import Faults, InterruptedTransactionError
from storage.postgres.wire import OUTDATED_PLAN

_INTERRUPTED = frozenset({"40001", "40P01", OUTDATED_PLAN})
"""serialization_failure and deadlock_detected: the server undid the transaction. And statements
that will be prepared anew."""
_UNAVAILABLE_CLASSES = frozenset({"08", "25", "53", "55", "57", "58", "F0", "XX"})
"""Connection, transaction state (25006: read-only), resources (disk full, memory), object in use
or locked, operator intervention (shutdown, cancelled, time limit), system error, configuration,
internal error (damaged data). See postgresql.org/docs/current/errcodes-appendix.html."""
_NOT_ALLOWED = "42501"
"""insufficient_privilege: the user has lost rights, and may get them back."""
_BUGS = frozenset({"25001", "25P01", "25P02"})
"""Statements in the wrong state of a transaction."""


def is_lost(error: Exception) -> bool:
    """Return whether an error tells that the connection is gone: the server did not answer."""
    if isinstance(error, psycopg.InterfaceError):
        return True
    if not isinstance(error, psycopg.OperationalError):
        return False
    # Also for a command that was sent with another statement, see `QueuedCommandError`.
    code = error.sqlstate
    return code is None or code.startswith("08") or code in ("57P01", "57P02", "57P03", "57P05")


def _failure_of(error: Exception) -> StoreUnavailableError | None:
    code = getattr(error, "sqlstate", None) or ""
    text = " ".join(str(error).split())
    if code in _INTERRUPTED or code == "25P03" or is_lost(error):
        return InterruptedTransactionError(text)
    if code in _BUGS:
        return None
    is_fault = code == _NOT_ALLOWED or code[:2] in _UNAVAILABLE_CLASSES
    return StoreUnavailableError(text) if is_fault else None


def _is_duplicate(error: Exception) -> bool:
    return isinstance(error, psycopg.errors.UniqueViolation)


def _constraint_of(error: Exception) -> str:
    name = error.diag.constraint_name if isinstance(error, psycopg.Error) else None
    return name or str(error)


FAULTS = Faults(
    errors=psycopg.Error,
    refusals=psycopg.IntegrityError,
    failure_of=_failure_of,
    is_duplicate=_is_duplicate,
    constraint_of=_constraint_of,
)
