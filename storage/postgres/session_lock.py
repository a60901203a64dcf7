"""Allows one process per database on a server, by a lock that a connection of its own holds."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from enum import Enum, auto

import psycopg
import structlog
from psycopg import pq

from storage.connection import failures_translated
from storage.postgres.connection import PROCESS_LOCK, PostgresConnection, take_lock
from storage.postgres.failures import FAULTS

log = structlog.get_logger(__name__)

WATCH_SECONDS = 5.0
"""How often the connection is tried while nothing is heard of the server."""

ANSWER_SECONDS = 60.0
"""How long the server may take to answer before the process ends."""


class _Heard(Enum):
    """What happened while the thread waited."""

    SERVER = auto()
    RELEASE = auto()
    NOTHING = auto()


class SessionLock:
    """A lock held from construction until `release`, or until its connection is lost.

    The server frees it when the connection ends, and another process may take it. So losing the
    connection ends the process.
    """

    def __init__(self, url: str, die: Callable[[], object]) -> None:
        """Take the lock; `die` must end the process.

        Raises `StoreInUseError` if it is held, or `StoreUnavailableError`.
        """
        self._die = die
        with failures_translated(FAULTS):
            self._connection = PostgresConnection(url)
            self.identity = self._connection.identity
            try:
                take_lock(self._connection.raw, PROCESS_LOCK)
            except BaseException:
                self._connection.close()
                raise
        # Not asked for again: `raw` reads what the server sends, and the watcher would miss it.
        self._server = self._connection.raw.pgconn
        self._wake, self._woken = socket.socketpair()
        self._watcher = threading.Thread(target=self._watch, name="watch_lock", daemon=True)
        self._watcher.start()

    def release(self) -> None:
        """Release the lock."""
        self._wake.close()
        self._watcher.join()
        self._woken.close()
        self._connection.close()

    def _watch(self) -> None:
        """Wait until the server closes the connection, and try it now and then."""
        try:
            while self._waits(WATCH_SECONDS) is not _Heard.RELEASE and self._is_answered():
                pass
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody watches any more
            log.critical("database_lock_lost", cause=str(error))
            self._die()

    def _is_answered(self) -> bool:
        """Ask the server for anything; return False if the lock is released meanwhile.

        Without an answer a bot would wait for ever for whatever it wants of the database. Raises
        `psycopg.Error` or `OSError`.
        """
        server = self._server
        server.send_query(b"select 1")
        while server.is_busy():
            heard = self._waits(ANSWER_SECONDS)
            if heard is _Heard.RELEASE:
                return False
            if heard is _Heard.NOTHING:
                raise TimeoutError("the server does not answer")
            server.consume_input()
        while (result := server.get_result()) is not None:
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.errors.error_from_result(result)
        return True

    def _waits(self, seconds: float) -> _Heard:
        server, release = self._server.socket, self._woken.fileno()
        ready, _, _ = select.select([server, release], [], [], seconds)
        if release in ready:
            return _Heard.RELEASE
        return _Heard.SERVER if ready else _Heard.NOTHING
