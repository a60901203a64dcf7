"""Allows one process per database on a server, by a lock that a connection of its own holds."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable

import psycopg
import structlog

from storage.postgres.connection import PROCESS_LOCK, PostgresConnection, take_lock

log = structlog.get_logger(__name__)

WATCH_SECONDS = 5.0
"""How often the connection is tried while nothing is heard of the server."""


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
        self._connection = PostgresConnection(url)
        self.identity = self._connection.identity
        try:
            take_lock(self._connection.raw, PROCESS_LOCK)
        except BaseException:
            self._connection.close()
            raise
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
        raw = self._connection.raw
        try:
            while True:
                ready, _, _ = select.select(
                    [raw.fileno(), self._woken.fileno()], [], [], WATCH_SECONDS
                )
                if self._woken.fileno() in ready:
                    return
                raw.execute("select 1")
        except (psycopg.Error, OSError) as error:
            log.critical("database_lock_lost", cause=str(error))
            self._die()
