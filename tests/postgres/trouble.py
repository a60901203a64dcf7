"""Servers in trouble: passwords, a standby, PgBouncer, and a network that cuts connections."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from typing_extensions import override

from tests.postgres.server import SYSTEM_USER, USER, Server, free_port
from tests.skipping import skip_for

PASSWORD = "s3cret:@/word"
PASSWORD_IN_URL = "s3cret%3A%40%2Fword"
START_SECONDS = 15.0


def require_passwords(server: Server, *users: str) -> None:
    """Create users who need `PASSWORD`; other users go on without one."""
    for user in users:
        server.execute(
            sql.SQL("create role {} login password {}").format(
                sql.Identifier(user), sql.Literal(PASSWORD)
            )
        )
    lines = [f"host all {user} 127.0.0.1/32 scram-sha-256" for user in users]
    rules = server.data / "pg_hba.conf"
    rules.write_text("\n".join([*lines, rules.read_text()]))
    server.execute(sql.SQL("select pg_reload_conf()"))


class Standby(Server):
    """A server that follows another one asynchronously, until `promote`."""

    def __init__(self, folder: Path, primary: Server) -> None:
        self._primary = primary
        super().__init__(folder)

    @override
    def _make_data(self) -> None:
        self._run("pg_basebackup", "--pgdata", self.data, "--write-recovery-conf", "--no-sync",
                  "--checkpoint", "fast", "--dbname", self._primary.url("postgres"))  # fmt: skip

    def promote(self) -> None:
        """Make it a primary with everything that it has received."""
        self.execute(sql.SQL("select pg_promote()"))


@contextmanager
def standby_of(primary: Server) -> Iterator[Standby]:
    """Yield a running standby, which is deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="konter-pg-standby-"))
    try:
        standby = Standby(folder, primary)
        standby.start()
        try:
            yield standby
        finally:
            standby.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mount(folder: Path, options: str) -> bool:
    """Mount a disk in memory, or mount it again; return whether this is allowed."""
    command: list[str | Path] = ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


@contextmanager
def small_disk() -> Iterator[Path]:
    """Yield a folder on a disk of 24 MB that belongs to the server."""
    folder = Path(tempfile.mkdtemp(prefix="konter-disk-"))
    if os.geteuid() != 0 or not mount(folder, "size=24m"):
        folder.rmdir()
        skip_for("only root may mount a small disk")
    try:
        shutil.chown(folder, SYSTEM_USER)
        yield folder
    finally:
        subprocess.run(["/bin/umount", "-l", folder], check=False)  # noqa: S603 - as above
        folder.rmdir()


@contextmanager
def follower_of(primary: Server) -> Iterator[None]:
    """Let something follow a server asynchronously, as a standby does, and keep nothing."""
    folder = Path(tempfile.mkdtemp(prefix="konter-pg-log-"))
    program = primary.programs / "pg_receivewal"
    command: Sequence[str | Path] = [
        program,
        "--directory",
        folder,
        "--dbname",
        primary.url("postgres"),
        "--no-loop",
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - as the server
    try:
        wait_until(primary, "postgres", "select sync_state = 'async' from pg_stat_replication")
        yield
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def pgbouncer(url: str, pool_mode: str) -> Iterator[str]:
    """Yield the address of a database through a PgBouncer."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        skip_for("PgBouncer is not installed (Debian's package pgbouncer)")
    folder, port = Path(tempfile.mkdtemp(prefix="konter-pgbouncer-")), free_port()
    settings, server = folder / "pgbouncer.ini", port_of(url)
    settings.write_text(
        f"[databases]\n* = host=127.0.0.1 port={server} user={USER}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = {pool_mode}\nignore_startup_parameters = extra_float_digits,options\n"
    )
    as_user = SYSTEM_USER if os.geteuid() == 0 else None
    if as_user is not None:
        for path in (folder, settings):
            shutil.chown(path, as_user)
    process = subprocess.Popen(  # noqa: S603 - installed with the system
        [program, "-q", settings], user=as_user, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        _wait_until_open(port)
        yield url.replace(f":{server}/", f":{port}/")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_open(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise TimeoutError


def wait_until(server: Server, database: str, condition: str) -> None:
    """Wait until a statement's only value is true."""
    end = time.monotonic() + START_SECONDS
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        while time.monotonic() < end:
            row = connection.execute(condition.encode()).fetchone()
            if row is not None and row[0]:
                return
            time.sleep(0.01)
    raise TimeoutError(condition)


def port_of(url: str) -> int:
    """Return the port in the address of a database."""
    port = urlsplit(url).port
    assert port is not None
    return port


class Proxy:
    """A network between the store and a server, which may cut a connection, such as in a commit.

    It knows the protocol's messages well enough to find a commit that is sent as a simple query.
    """

    def __init__(self, url: str) -> None:
        """Stand before the server of a database."""
        self._url = url
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.looks_for = b"commit\x00"
        """What is in the message that loses something."""
        self.cut: Literal["answer", "commit"] | None = None
        """What the next commit loses: its answer, or itself."""
        self.goes_down = False
        """Whether no further connection can be made after the cut."""
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the database through this network."""
        port = self._listener.getsockname()[1]
        return self._url.replace(f":{port_of(self._url)}/", f":{port}/")

    def close(self) -> None:
        """Cut all connections, and accept no others."""
        for one in [self._listener, *self._sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", port_of(self._url)))
                self._sockets += [client, server]
                lost = threading.Event()
                for work in (self._send, self._answer):
                    threading.Thread(target=work, args=(client, server, lost), daemon=True).start()

    def _send(self, client: socket.socket, server: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if self.cut is not None and self.looks_for in data:
                    cut, self.cut = self.cut, None
                    self.cuts += 1
                    if self.goes_down:
                        self._listener.shutdown(socket.SHUT_RDWR)
                        self._listener.close()
                    if cut == "commit":
                        break
                    lost.set()
                server.sendall(data)
        _end(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                if lost.is_set():
                    break
                client.sendall(data)
        _end(client, server)


def _end(*connections: socket.socket) -> None:
    for one in connections:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
