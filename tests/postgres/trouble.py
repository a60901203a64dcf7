"""Servers in trouble: passwords, a standby, PgBouncer, and a network that cuts connections."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


@contextmanager
def pgbouncer(server: Server, pool_mode: str) -> Iterator[str]:
    """Yield the address of a PgBouncer before the server, with a `%s` for the database."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        skip_for("PgBouncer is not installed (Debian's package pgbouncer)")
    folder, port = Path(tempfile.mkdtemp(prefix="konter-pgbouncer-")), free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port} user={USER}\n[pgbouncer]\n"
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
        yield f"postgresql://{USER}@127.0.0.1:{port}/%s"
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
