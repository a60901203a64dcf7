"""The bot as a process of its own: started, stopped, killed, and started again when it falls."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

STOP_SECONDS = 30.0
"""How long a stopping bot may take before it is killed; a running order call is waited for."""
DRAIN_SECONDS = 1.0
STEADY_SECONDS = 10.0
"""A bot that fell later than this after its start is started again at once."""
MOST_DOUBLINGS = 4
LONGEST_LINE_BYTES = 1 << 20
SETTINGS_WRONG = 2
"""The exit code after which another start would change nothing."""


class BotState(StrEnum):
    """What the process is doing."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that the bot has written."""

    level: str
    text: str

    @property
    def is_trouble(self) -> bool:
        """Whether whoever started the sandbox should see it on the console."""
        return self.level in {"warning", "error", "critical"}


def read_line(line: str) -> LogLine:
    """Read a line of the JSON log; anything else, such as a traceback, is a trouble as it is."""
    try:
        entry = json.loads(line)
        level, event = str(entry.pop("level")).lower(), str(entry.pop("event"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return LogLine("error", line)
    trace = entry.pop("exception", "")
    for name in ("timestamp", "logger"):
        entry.pop(name, None)
    facts = "".join(f" {name}={value}" for name, value in entry.items())
    return LogLine(level, f"{event}{facts}" + (f"\n{trace}" if trace else ""))


class BotProcess:
    """Keeps one bot running, as a supervisor would, and does to it what the page asks."""

    def __init__(
        self,
        command: Sequence[str],
        env: dict[str, str],
        folder: Path,
        *,
        pause_seconds: float = 1.0,
        first_line: Callable[[], str] = lambda: "",
    ) -> None:
        """Start nothing yet; `pause_seconds` is what lies between a fall and the next start.

        Each process is told `first_line()` when it starts, if that is not empty.
        """
        self.state = BotState.STOPPED
        self.starts = 0
        self.exit_code: int | None = None
        self.started_at = 0.0
        self.greeting = asyncio.Event()
        """Set once it has spoken with Telegram."""
        self.on_change: Callable[[], None] = lambda: None
        self.on_line: Callable[[LogLine], None] = lambda _line: None
        self._command = command
        self._env = env
        self._folder = folder
        self._pause_seconds = pause_seconds
        self._first_line = first_line
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = asyncio.Event()
        self._gone = asyncio.Event()
        self._gone.set()
        self._was_asked = False
        self._falls = 0
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return None if self._process is None else self._process.pid

    # --- what the page asks ---

    def start(self) -> None:
        """Let it run from now on; one that runs already stays."""
        self._wanted.set()
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise())

    def stop(self) -> None:
        """Ask it to end, and leave it so."""
        self._wanted.clear()
        self._terminate()

    async def stopped(self) -> None:
        """Ask it to end, leave it so, and wait until it is gone."""
        self.stop()
        await self._gone.wait()

    def restart(self) -> None:
        """Ask it to end, then start it again."""
        self.start()
        self._terminate()

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL), then start it again."""
        self.start()
        self._was_asked = True
        self._send(signal.SIGKILL)

    def tell(self, line: str) -> None:
        """Write a line to its standard input, while there is a process."""
        pipe = None if self._process is None else self._process.stdin
        if line and pipe is not None and not pipe.is_closing():
            pipe.write(f"{line}\n".encode())

    def greeted(self) -> None:
        """Note that it speaks with Telegram."""
        self.greeting.set()
        if self.state is BotState.STARTING:
            self._enter(BotState.RUNNING)

    def kill_for_good(self) -> None:
        """End it in the middle of whatever it does, and leave it so."""
        self._wanted.clear()
        self._send(signal.SIGKILL)

    async def close(self, patience_seconds: float) -> None:
        """End it for good: asked first, killed after `patience_seconds`."""
        if self._supervisor is None:
            return
        self.stop()
        supervisor, self._supervisor = self._supervisor, None
        try:
            async with asyncio.timeout(patience_seconds):
                await self._gone.wait()
        except TimeoutError:
            self._send(signal.SIGKILL)
            await self._gone.wait()
        supervisor.cancel()
        with suppress(asyncio.CancelledError):
            await supervisor

    # --- the supervisor ---

    async def _supervise(self) -> None:
        while True:
            await self._wanted.wait()
            self._was_asked = False
            self._gone.clear()
            try:
                await self._live_once()
            finally:
                self._gone.set()
            if self._wanted.is_set() and not self._was_asked:
                await self._recover()

    async def _live_once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._env,
            cwd=self._folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE_BYTES,
            # Ctrl-C is the sandbox's own: it then asks the bot to end.
            start_new_session=True,
        )
        self._process = process
        self.tell(self._first_line())
        self.starts += 1
        self.exit_code, self.started_at = None, time.time()
        self._enter(BotState.STARTING)
        if not self._wanted.is_set():
            self._terminate()
        reading = asyncio.create_task(self._read_lines(process))
        self.exit_code = await process.wait()
        # Somebody whom the bot has started may still hold the other end.
        await asyncio.wait([reading], timeout=DRAIN_SECONDS)
        reading.cancel()
        self._process = None
        self._enter(BotState.STOPPED)

    async def _read_lines(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # longer than any line that is worth reading
            if not line:
                return
            self.on_line(read_line(line.decode("utf-8", "replace").rstrip("\n")))

    async def _recover(self) -> None:
        self._enter(BotState.CRASHED)
        if self.exit_code == SETTINGS_WRONG:
            self._wanted.clear()
            return
        lived_seconds = time.time() - self.started_at
        self._falls = 0 if lived_seconds > STEADY_SECONDS else self._falls + 1
        await asyncio.sleep(self._pause_seconds * 2 ** min(self._falls, MOST_DOUBLINGS))

    def _terminate(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._was_asked = True
        self._send(signal.SIGTERM)
        self._enter(BotState.STOPPING)
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._kill_late, process)

    def _kill_late(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            process.kill()

    def _send(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(number)

    def _enter(self, state: BotState) -> None:
        self.state = state
        self.on_change()
