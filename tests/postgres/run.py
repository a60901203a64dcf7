"""The name of a test run, by which its processes find the PostgreSQL server that they share."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

RUN = "KONTER_TEST_RUN"
"""The environment variable with the name of the run, which begins with its first process's id."""
_END_SECONDS = 20.0


def name_run() -> str:
    """Return the name of the run; its first process makes one for all that it starts."""
    return os.environ.setdefault(RUN, f"{os.getpid()}-{secrets.token_hex(4)}")


def owner() -> int:
    """Return the id of the first process, with which the run ends."""
    return int(name_run().partition("-")[0])


def folder() -> Path:
    """Return the folder in which the server's address is; it exists while the server runs."""
    return Path(tempfile.gettempdir()) / f"konter-test-{name_run()}"


def stop_server() -> None:
    """Stop the run's server, if this is the first process and one was started."""
    if os.getpid() != owner() or not (pid := folder() / "pid").exists():
        return
    with suppress(ProcessLookupError):
        os.kill(int(pid.read_text()), signal.SIGTERM)
    end = time.monotonic() + _END_SECONDS
    while folder().exists() and time.monotonic() < end:
        time.sleep(0.02)
