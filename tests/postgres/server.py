"""A PostgreSQL server of its own for the tests, on loopback, with its data in a temporary folder.

It is Debian's package `postgresql`. The server refuses to run as root, so a test that runs as root
starts it as Debian's user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

USER = "konter"
SYSTEM_USER = "postgres"
START_SECONDS = 30.0
DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Return the folder of the newest server that is installed; None without one."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    versions = [one for one in DEBIAN.glob("*/bin") if (one / "initdb").exists()]
    return max(versions, key=lambda one: int(one.parent.name), default=None)


class Server:
    """A server process; `start` and `stop` may be called again and again."""

    def __init__(self, folder: Path, *, is_durable: bool = False) -> None:
        """Make the data in `folder`; without `is_durable`, commits do not wait for the disk."""
        found = programs()
        assert found is not None, "PostgreSQL is not installed"
        self.programs = found
        self._as_user = SYSTEM_USER if os.geteuid() == 0 else None
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self._is_durable = is_durable
        self._process: subprocess.Popen[bytes] | None = None
        if self._as_user is not None:
            shutil.chown(folder, self._as_user)
        self._make_data()

    def _make_data(self) -> None:
        self._run("initdb", "--pgdata", self.data, "--username", USER, "--auth", "trust",
                  "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip

    def start(self, *settings: str) -> None:
        """Start it, and wait until it answers. `settings` are such as "max_connections=20"."""
        quick = () if self._is_durable else (
            "fsync=off", "synchronous_commit=off", "full_page_writes=off"
        )  # fmt: skip
        given = (
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            "max_connections=60",
            "shared_buffers=32MB",
            "autovacuum=off",
            *quick,
            *settings,
        )
        options = [part for one in given for part in ("-c", one)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the programs of the server
                [self.programs / "postgres", "-D", self.data, *options],
                stdout=log,
                stderr=log,
                user=self._as_user,
                cwd=self.folder,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            time.sleep(0.05)
        raise TimeoutError((self.folder / "log").read_text()[-2_000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every session, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def url(self, database: str) -> str:
        """Return the address of a database, as for `DATABASE_URL`."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Create a database, a copy of `template`, and return its address."""
        self.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database; its sessions end."""
        self.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database))
        )

    def execute(self, statement: sql.Composed | sql.SQL) -> None:
        """Execute a statement as the server's superuser, outside a transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: Sequence[str | Path] = [self.programs / program, *arguments]
        subprocess.run(  # noqa: S603 - the programs of the server
            command, check=True, capture_output=True, user=self._as_user, cwd="/"
        )


@contextmanager
def running_server(*settings: str, is_durable: bool = False) -> Iterator[Server]:
    """Yield a running server with a new data folder, which is deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="konter-pg-"))
    try:
        server = Server(folder, is_durable=is_durable)
        server.start(*settings)
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
