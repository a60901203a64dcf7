"""Rules for every test: connections to loopback only, repeatable examples, and what is measured."""

import gc
import ipaddress
import logging
import os
import shutil
import socket
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg.connection
import pytest
import structlog
from coverage import Coverage
from hypothesis import settings

from bot.logs import MIN_LEVELS
from tests.postgres.run import name_run, stop_server

# `make fuzz` is for many examples.
settings.register_profile("local", deadline=None, max_examples=60)
# CI uses the same examples every time, so that a failed run can be repeated.
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, print_blob=True)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "local")
)

# python-telegram-bot 22.8 warns at every 429 unless durations as `timedelta` are enabled.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# Before pytest starts its workers, so that all share one PostgreSQL server.
name_run()

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder in it
ENOUGH_BYTES = 2 << 30
# Thousands of small databases would wait for the disk. Killed processes lose nothing in memory
# either; what a power cut does is simulated (tests/faults/storage).
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

TESTS = Path(__file__).parent
MEASURED = (TESTS / "domain", TESTS / "services")
"""The tests that cover `bot/domain` and `bot/services` by themselves."""
LONG = (TESTS / "deploy", TESTS / "faults", TESTS / "browser", TESTS / "sandbox")
"""They run before the short ones, so that no worker waits for another's long test at the end."""


def pytest_xdist_auto_num_workers() -> int:
    """Use two workers more than cores: tests with processes and browsers wait much of the time."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the garbage collector, and exempt from it what was collected.

    Seven thousand tests and all modules live to the end; it would look through them again and
    again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # What a test leaves behind goes at once, but for cycles, of which there are few.
        gc.set_threshold(50_000, 20, 100)
        gc.enable()


def _is_in(item: pytest.Item, folders: tuple[Path, ...]) -> bool:
    return any(item.path.is_relative_to(folder) for folder in folders)


def _is_measured(item: pytest.Item) -> bool:
    return _is_in(item, MEASURED) and item.get_closest_marker("unmeasured") is None


def _place(item: pytest.Item) -> int:
    """Return where a test runs: the measured ones first, then the long ones."""
    if _is_measured(item):
        return 0
    return 1 if _is_in(item, (*LONG, *MEASURED)) else 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests into the order in which they run, without the thorough ones by default."""
    if os.environ.get("KONTER_TEST_DATABASE") != "postgres":
        thorough = [one for one in items if one.get_closest_marker("thorough") is not None]
        config.hook.pytest_deselected(items=thorough)
        items[:] = [one for one in items if one not in set(thorough)]
    items.sort(key=_place)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Stop measuring coverage, which slows a test down by more than half, at the first other test.

    It is not started again: that fails by chance while another thread runs.
    """
    coverage = Coverage.current()
    if coverage is not None and not _is_measured(item):
        coverage.stop()


def _log_as_by_default() -> None:
    """Log as structlog does by default, but with plain tracebacks.

    Those of rich show the variables of every frame, which takes up to 0.3 s for each.
    """
    structlog.reset_defaults()
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


_log_as_by_default()


class ExternalHostError(AssertionError):
    """A test tried to reach a host outside this machine."""


attempts: list[str] = []


def _is_this_machine(host: object) -> bool:
    """Return whether `host` is a loopback address, "localhost", or missing."""
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: check each connect, datagram and name look-up of the process, asyncio's too."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        connection, address = args[0], args[1]
        if not isinstance(connection, socket.socket) or address is None:
            return
        if connection.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0] if isinstance(address, tuple) else address
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if _is_this_machine(host):
        return
    # Names under .invalid never exist (RFC 2606): tests of failing look-ups use them.
    if event == "socket.getaddrinfo" and str(host).endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    attempts.append(f"{event} {host}")
    raise ExternalHostError(f"tests may only reach this machine, not {host}")


sys.addaudithook(_guard)


def _guard_servers(
    find: Callable[[Mapping[str, Any]], list[dict[str, Any]]],
) -> Callable[[Mapping[str, Any]], list[dict[str, Any]]]:
    """Check the hosts of PostgreSQL servers: libpq connects without telling Python."""

    def found(params: Mapping[str, Any]) -> list[dict[str, Any]]:
        servers = find(params)
        for server in servers:
            host = str(server.get("hostaddr") or server.get("host") or "")
            if not (_is_this_machine(host) or host.startswith("/") or host.endswith(".invalid")):
                attempts.append(f"libpq {host}")
                raise ExternalHostError(f"tests may only reach this machine, not {host}")
        return servers

    return found


# psycopg asks this function for each server that a connection tries.
psycopg.connection.conninfo_attempts = _guard_servers(psycopg.connection.conninfo_attempts)  # type: ignore[assignment,attr-defined]


@pytest.fixture(autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Fail the test even if its code caught the `ExternalHostError`."""
    attempts.clear()
    yield
    assert attempts == [], "the test tried to reach something outside this machine"


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def each_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs on both databases (tests/databases.py)."""
    monkeypatch.setenv("KONTER_TEST_DATABASE", {"PostgreSQL": "postgres"}.get(request.param, ""))
    return str(request.param)


@pytest.fixture(autouse=True)
def _release_databases() -> Iterator[None]:
    """Let the next test use this test's databases on the server."""
    yield
    if (shared := sys.modules.get("tests.postgres.shared")) is not None:
        shared.release_databases()


def pytest_unconfigure() -> None:
    """Stop the PostgreSQL server of the test run, if one was started."""
    stop_server()


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    """Restore the process-wide logging configuration: some tests set it up as the bot does."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in MIN_LEVELS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    # import-linter's command disables every logger that exists when it runs.
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
    _log_as_by_default()
