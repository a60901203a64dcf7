"""The processes that are measured: an echo of a library, and the whole bot."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.sandbox.environment import bot_variables
from tests.bench.bot_api import TOKEN

ROOT = Path(__file__).parent.parent.parent
ECHOES = Path(__file__).parent
AIOGRAM_PYTHON = ROOT / ".venv-aiogram" / "bin" / "python"
ADMIN = 899_999_999
USER_ID, API_KEY = "BENCH", "bench-api-key"
STOP_SECONDS = 30.0
_DROPPED = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
_TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
LOAD_CORE, BOT_CORE = CORES[0], CORES[-1]


class SideError(Exception):
    """A side ended, or does not answer; the text has the end of its log."""


class Side:
    """One process under test; it writes its log into a file."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path):
        """Start nothing yet; the process runs in `folder`."""
        self.name = name
        self._command = command
        self._env = env
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file with what the process printed."""
        return self._folder / f"{self.name}.log"

    def start(self) -> None:
        """Start the process on its core."""
        with pinned_to(BOT_CORE), self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the bench's own command
                self._command, env=self._env, cwd=self._folder, stdout=log, stderr=log
            )

    async def stop(self) -> None:
        """End the process with SIGTERM, and with SIGKILL when it takes too long."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    def require_running(self) -> None:
        """Raise `SideError` when the process has ended."""
        if self._process is None or self._process.poll() is not None:
            raise self.failure("it ended")

    def failure(self, cause: str) -> SideError:
        """Return the error for a side that does not do what it should."""
        log = self.log.read_text(errors="replace") if self.log.exists() else ""
        return SideError(f"{self.name}: {cause}\n" + "\n".join(log.splitlines()[-15:]))

    @property
    def cpu_seconds(self) -> float:
        """The processor time used so far, of user and system together."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def resident_megabytes(self) -> float:
        """The memory that the process has now (VmRSS)."""
        (line,) = (one for one in self._proc("status").splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def _proc(self, name: str) -> str:
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/{name}").read_text()


@contextmanager
def pinned_to(*cores: int) -> Iterator[None]:
    """Run this thread, and the processes that it starts, on some cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def environment() -> dict[str, str]:
    """Return this process's variables; compiled modules are kept, as they are in a shop."""
    return {name: value for name, value in os.environ.items() if name not in _DROPPED}


def ptb_echo(api: str, folder: Path, concurrent_updates: int = 0) -> Side:
    """Return a bare echo of python-telegram-bot on its stock transport."""
    name = "ptb" if not concurrent_updates else f"ptb-{concurrent_updates}"
    command = (sys.executable, str(ECHOES / "echo_ptb.py"), api, TOKEN, str(concurrent_updates))
    return Side(name, command, bot_variables(environment(), {}), folder)


def aiogram_echo(api: str, folder: Path) -> Side | None:
    """Return a bare echo of aiogram; None when its environment was not made."""
    if not AIOGRAM_PYTHON.exists():
        return None
    command = (str(AIOGRAM_PYTHON), str(ECHOES / "echo_aiogram.py"), api, TOKEN)
    return Side("aiogram", command, bot_variables(environment(), {}), folder)


def shop(
    api: str, panel: str, folder: Path, changes: Mapping[str, str] | None = None, *, hooks: str = ""
) -> Side:
    """Return the whole bot, without pace and flood limits; `changes` are settings.

    `hooks` are what bot_with_hooks.py adds to it. A database that is in `folder` is used.
    """
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "TELEGRAM_MESSAGES_PER_SECOND": "0",
        "OSIMESA_USER_ID": USER_ID,
        "OSIMESA_API_KEY": API_KEY,
        "OSIMESA_URL": f"{panel}/prepaid",
        "OSIMESA_PROFILE_URL": f"{panel}/profile",
        "ADMIN_IDS": str(ADMIN),
        "FIRST_START": "no",
        "DATABASE_URL": address_in(folder),
        "SUPPLIER_ORDER_GAP_SECONDS": "0",
        "SUPPLIER_CALLS_PER_MINUTE": "60000",
        "CATALOGUE_REFRESH_SECONDS": "86400",
        "CUSTOMER_UPDATES_PER_MINUTE": "0",
        "CUSTOMER_ORDERS_PER_MINUTE": "0",
        "HTTP_PORT": "0",
        "BACKUP_HOUR": "-1",
        "LOG_FORMAT": "json",
        **(changes or {}),
    }
    env = bot_variables(environment(), settings) | {"BENCH_HOOKS": hooks}
    is_plain = not hooks and "BENCH_PROFILE" not in env
    module = "bot" if is_plain else "tests.bench.bot_with_hooks"
    return Side("konter", (sys.executable, "-m", module, "run"), env, folder)


def address_in(folder: Path) -> str:
    """Return the address of that database, as for `DATABASE_URL`."""
    return f"sqlite:///{database_in(folder)}"


def database_in(folder: Path) -> Path:
    """Return the path of the bot's database."""
    return folder / "konter.db"
