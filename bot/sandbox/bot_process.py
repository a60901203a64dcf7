"""Supervise the bot's process: start, stop, kill, and restart it after a crash."""

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
"""A bot that has not exited this long after SIGTERM is killed; it finishes a running order call."""
DRAIN_SECONDS = 1.0
STABLE_SECONDS = 10.0
"""A crash later than this after the start does not lengthen the pause before the next start."""
MAX_DOUBLINGS = 4
MAX_LINE_BYTES = 1 << 20
SETTINGS_WRONG = 2
"""The exit code for invalid settings, after which the bot is not restarted."""


class BotState(StrEnum):
    """The state of the process."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the bot's log; `level` is in lower case."""

    level: str
    text: str

    @property
    def is_problem(self) -> bool:
        """Whether the line is printed on the console too: a warning or worse."""
        return self.level in {"warning", "error", "critical"}


def read_line(line: str) -> LogLine:
    """Parse a line of the JSON log; any other line, such as a traceback, is an error as it is."""
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
    """Keeps one bot running, and carries out the page's commands."""

    def __init__(
        self,
        command: Sequence[str],
        env: dict[str, str],
        folder: Path,
        *,
        pause_seconds: float = 1.0,
        first_line: Callable[[], str] = lambda: "",
    ) -> None:
        """Start nothing yet.

        `pause_seconds` lies between a crash and the next start, and doubles up to four times
        while the bot crashes early. Each process gets `first_line()` on standard input when it
        starts, if that is not empty.
        """
        self.state = BotState.STOPPED
        self.starts = 0
        self.exit_code: int | None = None
        self.started_at = 0.0
        self.has_polled = asyncio.Event()
        """Set by the first getUpdates call."""
        self.on_change: Callable[[], None] = lambda: None
        self.on_line: Callable[[LogLine], None] = lambda _line: None
        self._command = command
        self.env = env
        self._folder = folder
        self._pause_seconds = pause_seconds
        self._first_line = first_line
        self._process: asyncio.subprocess.Process | None = None
        self._should_run = asyncio.Event()
        self._exited = asyncio.Event()
        self._exited.set()
        self._is_exit_requested = False
        self._crashes = 0
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, or None while no process runs."""
        return None if self._process is None else self._process.pid

    # --- commands ---

    def start(self) -> None:
        """Start the bot and keep it running; does nothing when it runs already."""
        self._should_run.set()
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise())

    def stop(self) -> None:
        """Send SIGTERM and do not restart."""
        self._should_run.clear()
        self._terminate()

    async def stop_and_wait(self) -> None:
        """Send SIGTERM, do not restart, and wait until the process has exited."""
        self.stop()
        await self._exited.wait()

    def restart(self) -> None:
        """Send SIGTERM, then start again."""
        self.start()
        self._terminate()

    def kill(self) -> None:
        """Send SIGKILL, then start again."""
        self.start()
        self._is_exit_requested = True
        self._send(signal.SIGKILL)

    def write_line(self, line: str) -> None:
        """Write a line to the process's standard input; does nothing while none runs."""
        pipe = None if self._process is None else self._process.stdin
        if line and pipe is not None and not pipe.is_closing():
            pipe.write(f"{line}\n".encode())

    def record_poll(self) -> None:
        """Record that the bot polls Telegram: a starting bot is now running."""
        self.has_polled.set()
        if self.state is BotState.STARTING:
            self._set_state(BotState.RUNNING)

    def kill_without_restart(self) -> None:
        """Send SIGKILL and do not restart."""
        self._should_run.clear()
        self._send(signal.SIGKILL)

    async def close(self, timeout_seconds: float) -> None:
        """Send SIGTERM, then SIGKILL after `timeout_seconds`, and end the supervision."""
        if self._supervisor is None:
            return
        self.stop()
        supervisor, self._supervisor = self._supervisor, None
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._exited.wait()
        except TimeoutError:
            self._send(signal.SIGKILL)
            await self._exited.wait()
        supervisor.cancel()
        with suppress(asyncio.CancelledError):
            await supervisor

    # --- the supervisor ---

    async def _supervise(self) -> None:
        while True:
            await self._should_run.wait()
            self._is_exit_requested = False
            self._exited.clear()
            try:
                await self._run_once()
            finally:
                self._exited.set()
            if self._should_run.is_set() and not self._is_exit_requested:
                await self._wait_after_crash()

    async def _run_once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self.env,
            cwd=self._folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=MAX_LINE_BYTES,
            # Ctrl-C must reach the sandbox only, which then stops the bot.
            start_new_session=True,
        )
        self._process = process
        self.write_line(self._first_line())
        self.starts += 1
        self.exit_code, self.started_at = None, time.time()
        self._set_state(BotState.STARTING)
        if not self._should_run.is_set():
            self._terminate()
        reading = asyncio.create_task(self._read_lines(process))
        self.exit_code = await process.wait()
        # A child of the bot may still hold the pipe open, so the rest is read for a second at most.
        await asyncio.wait([reading], timeout=DRAIN_SECONDS)
        reading.cancel()
        self._process = None
        self._set_state(BotState.STOPPED)

    async def _read_lines(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - for the type checker: stdout=PIPE
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # the line is longer than MAX_LINE_BYTES
            if not line:
                return
            self.on_line(read_line(line.decode("utf-8", "replace").rstrip("\n")))

    async def _wait_after_crash(self) -> None:
        self._set_state(BotState.CRASHED)
        if self.exit_code == SETTINGS_WRONG:
            self._should_run.clear()
            return
        ran_seconds = time.time() - self.started_at
        self._crashes = 0 if ran_seconds > STABLE_SECONDS else self._crashes + 1
        await asyncio.sleep(self._pause_seconds * 2 ** min(self._crashes, MAX_DOUBLINGS))

    def _terminate(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._is_exit_requested = True
        self._send(signal.SIGTERM)
        self._set_state(BotState.STOPPING)
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._kill_if_running, process)

    def _kill_if_running(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            process.kill()

    def _send(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(number)

    def _set_state(self, state: BotState) -> None:
        self.state = state
        self.on_change()
