"""A connection to a PostgreSQL server that connects again when it was lost.

A writing transaction begins with one lock that all of them take, so that one writes at a time, as
on SQLite. When the connection is lost during a commit, the server is asked what became of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

import psycopg
import structlog
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from bot.domain.errors import StoreInUseError, StoreUnavailableError
from storage.connection import Faults, InterruptedTransactionError, LaterCount
from storage.postgres.failures import FAULTS, is_lost
from storage.postgres.refusals import cannot_connect
from storage.postgres.requirements import (
    SCHEMA,
    commit_durably,
    require_suitable,
    server_identity,
)
from storage.postgres.values import Context, Row, rows_by_name
from storage.postgres.wire import Cursor, Wire

log = structlog.get_logger(__name__)

LOCKS = 0x4B6F6E74
"""The first key of all advisory locks of Konter ("Kont"); they are locks of one database."""
PROCESS_LOCK, WRITER_LOCK, TRANSACTION_LOCK = 1, 2, 3
"""The second keys: of a process, of the connection that writes, of each writing transaction."""
LOCK_SECONDS = 5
"""How long to wait for a lock; as long as for a locked file of SQLite."""
STATEMENT_SECONDS = 60
"""How long a statement of a running shop may take. Programs that read all rows have no limit."""
IDLE_SECONDS = 60
"""How long the server keeps the transaction of a shop that does not go on."""
RECONNECT_SECONDS = 5.0
"""How long to try to connect again before a transaction fails."""
OUTCOME_SECONDS = 30.0
"""How long to ask what became of a commit before the process ends."""
_PAUSE_SECONDS = 0.1
_DEFAULTS: dict[str, Any] = {
    "application_name": "konter",
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that is gone without a word is noticed within half a minute."""
_SERVER_LIMITS = {
    # A server may end idle sessions by default; that of the lock is idle for ever.
    "idle_session_timeout": "0",
    "transaction_timeout": "0",  # Since version 17.
    # The server frees the lock of a machine that is gone without a word; by default after hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_BEGIN_SESSION = (
    # A user or a database may have another style, in which the library reads no times, and limits
    # that are too short for the first questions.
    "select set_config('datestyle', 'ISO', false), "
    f"set_config('statement_timeout', '{STATEMENT_SECONDS}s', false)"
)
_SET = "select set_config(name, %s, false) from pg_settings where name = %s"
"""Settings that the server's version does not have are left out."""
_BEGIN_WRITING = (
    # Read committed, whatever the server's default is: at the higher levels the statement that
    # waits for the lock sees the database, and all later ones too, as it was before the wait.
    "begin isolation level read committed; "
    f"select pg_advisory_xact_lock({LOCKS}, {TRANSACTION_LOCK}), pg_current_xact_id()::text"
)
_END_SESSION = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where pid = %s and backend_start = %s and pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class _Session:
    """What the server calls a connection, so that another one can ask about it."""

    process_id: int
    began_at: Any
    identity: str
    """That of `server_identity`."""


def connect_once(url: str, *, is_writer: bool) -> psycopg.Connection[Row]:
    """Connect to a suitable server; raises `StoreUnavailableError` or `psycopg.Error`."""
    options = {**_DEFAULTS, **conninfo_to_dict(url)}
    if "," in str(options.get("host")):
        # Of several servers one can be written; libpq would take the first that answers.
        options.setdefault("target_session_attrs", "read-write")
    raw = psycopg.connect(
        autocommit=True,
        # Statements are prepared by `Wire`. psycopg would discard those too, after a `drop` or
        # `rollback` of its own.
        prepare_threshold=None,
        row_factory=rows_by_name,
        context=Context(),
        **options,
    )
    try:
        raw.execute(_BEGIN_SESSION)
        require_suitable(raw, is_writer=is_writer)
        raw.execute("select set_config('search_path', %s, false)", (SCHEMA,))
    except BaseException:
        raw.close()
        raise
    return raw


def take_lock(raw: psycopg.Connection[Row], key: int) -> None:
    """Take a lock for the session; the server may keep that of a lost session for a while.

    Raises `StoreInUseError` if it stays taken for `LOCK_SECONDS`.
    """
    end = time.monotonic() + LOCK_SECONDS
    while True:
        row = raw.execute("select pg_try_advisory_lock(%s::int, %s::int)", (LOCKS, key)).fetchone()
        if row is not None and row[0]:
            return
        if time.monotonic() > end:
            raise StoreInUseError("another Konter is running on this database")
        time.sleep(_PAUSE_SECONDS)


class PostgresConnection:
    """Implements `Connection`."""

    adapter: ClassVar[str] = "psycopg"
    faults: ClassVar[Faults] = FAULTS

    def __init__(
        self,
        url: str,
        *,
        is_writer: bool = False,
        is_beside: bool = False,
        has_limits: bool = True,
        die: Callable[[], object] | None = None,
    ) -> None:
        """Connect; a writer also takes the lock of the connection that writes.

        A writer `is_beside` a running bot does not: only its transactions wait for the bot's.
        Without `has_limits` a statement may take as long as it needs. `die` must end the process;
        it is called if the connection was lost, and another server answers, or another Konter has
        taken the lock. Raises `StoreUnavailableError`, and `StoreInUseError` for a writer.
        """
        self._url = url
        self._is_writer = is_writer
        self._is_beside = is_beside
        self._has_limits = has_limits
        self._die = die
        self._transaction_id = ""
        self._raw, self._session = self._connected()
        self._wire = Wire(self._raw.pgconn)

    @property
    def identity(self) -> str:
        """The server's name and history, as `server_identity` tells them."""
        return self._session.identity

    @property
    def raw(self) -> psycopg.Connection[Row]:
        """The library's connection, for statements of another kind than the repositories have.

        All that was begun on this connection has been sent to the server.
        """
        self._wire.settle()
        return self._raw

    @property
    def in_transaction(self) -> bool:
        status = self._raw.pgconn.transaction_status
        return status in (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)

    @property
    def can_commit(self) -> bool:
        return self._raw.pgconn.transaction_status == pq.TransactionStatus.INTRANS

    def execute_soon(self, command: str) -> None:
        self._wire.queue(command)

    def execute_later(self, sql: str, parameters: Mapping[str, Any]) -> LaterCount:
        """Execute a statement without rows, at the latest when its count is asked for."""
        return self._wire.execute_later(sql, parameters)

    def settle(self) -> None:
        self._wire.execute_statements()

    def roll_back_to(self, savepoint: str) -> None:
        self._wire.drop_statements()
        self._wire.command(f"rollback to {savepoint}")

    def cursor(self) -> Cursor:
        return Cursor(self._wire)

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None, /) -> Cursor:
        cursor = self.cursor()
        cursor.execute(sql, parameters)
        return cursor

    def close(self) -> None:
        self._raw.close()

    def begin_writing(self) -> None:
        self._transaction_id = self._begun(_BEGIN_WRITING)

    def begin_reading(self) -> None:
        if self._wire.is_lost:
            self._connect_again()
        self._wire.queue("begin isolation level repeatable read read only")

    def commit_surely(self, die: Callable[[], object]) -> None:
        if not self.can_commit:
            self.roll_back(die)
            raise StoreUnavailableError("the database ended the transaction")
        try:
            self._wire.command("commit")
        except psycopg.Error as error:
            if not is_lost(error) and not self._raw.broken:
                self.roll_back(die)  # The server refused, so nothing is stored.
                raise
            if not self._is_committed(error, die):
                raise InterruptedTransactionError(str(error)) from error

    def roll_back(self, die: Callable[[], object]) -> None:  # noqa: ARG002 - never needed here
        if not self.in_transaction:
            self._wire.forget()
            return
        try:
            self._wire.send("rollback")
        except psycopg.Error as error:
            # The server rolls back what a lost connection began.
            log.warning("rollback_failed", cause=str(error))
            self._raw.close()

    def refusable(self) -> AbstractContextManager[None]:
        self._wire.execute_statements()
        return self._in_savepoint()

    @contextmanager
    def _in_savepoint(self) -> Iterator[None]:
        self._wire.queue("savepoint refusable")
        try:
            yield
            self._wire.execute_statements()
        except FAULTS.refusals:
            self._wire.command("rollback to refusable; release refusable")
            raise
        self._wire.queue("release refusable")

    def _begun(self, sql: str) -> str:
        """Begin a transaction, on a new connection if this one was lost meanwhile.

        Return the last value of the result, or "".
        """
        for is_second in (False, True):
            try:
                return self._wire.command(sql)
            except psycopg.Error as error:
                if is_second or not (is_lost(error) or self._raw.broken):
                    self.roll_back(lambda: None)
                    raise
            self._connect_again()
        raise AssertionError  # The second attempt has returned or raised.

    def _connected(self) -> tuple[psycopg.Connection[Row], _Session]:
        """Connect, with everything that belongs to a session of this kind."""
        try:
            raw = connect_once(self._url, is_writer=self._is_writer)
        except psycopg.Error as error:
            raise cannot_connect(error) from error
        try:
            return raw, self._prepared(raw)
        except BaseException:
            raw.close()
            raise

    def _prepared(self, raw: psycopg.Connection[Row]) -> _Session:
        limits = {
            "lock_timeout": f"{LOCK_SECONDS}s",
            "statement_timeout": f"{STATEMENT_SECONDS if self._has_limits else 0}s",
            "idle_in_transaction_session_timeout": f"{IDLE_SECONDS if self._has_limits else 0}s",
            **_SERVER_LIMITS,
            # As SQLite does, plan each statement once, without a look at its parameters.
            "plan_cache_mode": "force_generic_plan",
        }
        for name, value in limits.items():
            raw.execute(_SET, (value, name))
        if self._is_writer:
            commit_durably(raw)
            if not self._is_beside:
                take_lock(raw, WRITER_LOCK)
        began_at = raw.execute(
            "select backend_start from pg_stat_activity where pid = pg_backend_pid()"
        ).fetchone()
        assert began_at is not None  # noqa: S101 - every session sees itself
        return _Session(raw.info.backend_pid, began_at[0], server_identity(raw))

    def _connect_again(self) -> None:
        """Connect again, and end the process if another server answers or another Konter writes."""
        self._raw.close()
        end = time.monotonic() + RECONNECT_SECONDS
        while True:
            try:
                self._end_old_session()
                raw, session = self._connected()
            except StoreInUseError as error:
                self._end_process("another_konter_writes", error)
            except (StoreUnavailableError, psycopg.Error):
                if time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return self._use(raw, session)

    def _use(self, raw: psycopg.Connection[Row], session: _Session) -> None:
        if session.identity != self._session.identity:
            raw.close()
            self._end_process("server_changed", StoreUnavailableError("another server answers"))
        self._raw, self._session, self._wire = raw, session, Wire(raw.pgconn)
        log.info("database_connected_again")

    def _end_process(self, event: str, error: Exception) -> NoReturn:
        log.critical(event, cause=str(error))
        if self._die is not None:
            self._die()
        raise error

    def _end_old_session(self) -> None:
        """End the lost session on the server, which may still hold its locks."""
        session = (self._session.process_id, self._session.began_at)
        with (
            suppress(StoreUnavailableError, psycopg.Error),
            connect_once(self._url, is_writer=False) as other,
        ):
            other.execute(_END_SESSION, session)

    def _is_committed(self, error: Exception, die: Callable[[], object]) -> bool:
        """Ask the server whether the last transaction was committed; if nobody knows, `die`."""
        self._raw.close()
        end = time.monotonic() + OUTCOME_SECONDS
        while time.monotonic() < end:
            with suppress(StoreUnavailableError, psycopg.Error):
                status = self._asked()
                if status in ("committed", "aborted"):
                    log.warning("commit_outcome_asked", cause=str(error), outcome=status)
                    return status == "committed"
                if status is None:
                    break
            time.sleep(_PAUSE_SECONDS)
        log.critical("commit_outcome_unknown", cause=str(error))
        die()
        raise StoreUnavailableError("nobody knows whether the last transaction is stored")

    def _asked(self) -> str | None:
        """Return "committed", "aborted", "in progress", or None if the server cannot know."""
        with connect_once(self._url, is_writer=False) as other:
            if server_identity(other) != self._session.identity:
                return None
            other.execute(_END_SESSION, (self._session.process_id, self._session.began_at))
            asked = "select pg_xact_status(%s::text::xid8)"
            row = other.execute(asked, (self._transaction_id,)).fetchone()
            status = None if row is None or row[0] is None else str(row[0])
            if status == "committed":
                # The session may have ended while it waited for a standby. Once this later commit
                # has reached the disk and the standbys that the server waits for, so has that one.
                commit_durably(other)
                other.execute("select pg_logical_emit_message(true, 'konter', '')")
        return status
