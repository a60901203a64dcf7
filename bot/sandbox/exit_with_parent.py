"""Run the ordinary bot so that it exits together with its parent process.

The parent holds the other end of standard input. The operating system closes that pipe however
the parent ends, SIGKILL included, and the bot exits at its end of file. Each line on the pipe is
the number of seconds by which the sandbox's clock is ahead of the machine's; the bot starts after
the first one.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

from bot.app import Konter
from bot.config import SettingsError, load_settings
from bot.sandbox.clock import SandboxClock
from bot.serving import serve_until_signalled

STANDARD_INPUT = 0
PARENT_EXITED = 1
SETTINGS_WRONG = 2


def exit_when_parent_exits(on_line: Callable[[bytes], None] = lambda _line: None) -> None:
    """Read lines of standard input in a thread; at end of file, exit at once with code 1."""

    def wait() -> None:
        rest = b""
        while piece := os.read(STANDARD_INPUT, 1024):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                on_line(line)
        os._exit(PARENT_EXITED)

    threading.Thread(target=wait, name="parent", daemon=True).start()


class ParentClock:
    """The bot's clock, whose offset the parent process sets."""

    def __init__(self) -> None:
        """Start without an offset; `is_set` is set by the first valid line."""
        self.clock = SandboxClock()
        self.is_set = threading.Event()
        self._on_set: Callable[[], object] = lambda: None

    def read_line(self, line: bytes) -> None:
        """Set the offset to the seconds of a line; a line that is no number is ignored."""
        try:
            self.clock.ahead = timedelta(seconds=float(line))
        except (ValueError, OverflowError):
            return
        self.is_set.set()
        self._on_set()

    def wake_on_change(self, konter: Konter) -> None:
        """Wake the bot's workers whenever the clock is set from now on."""
        loop = asyncio.get_running_loop()
        self._on_set = lambda: loop.call_soon_threadsafe(konter.wake_all)


def run(on_start: Callable[[Konter], None] = lambda _konter: None) -> int:
    """Run the bot as `python -m bot run` does, on the parent's clock; return the exit code.

    `on_start` is called with the started shop.
    """
    parent_clock = ParentClock()
    exit_when_parent_exits(parent_clock.read_line)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return SETTINGS_WRONG
    parent_clock.is_set.wait()

    def started(konter: Konter) -> None:
        parent_clock.wake_on_change(konter)
        on_start(konter)

    return asyncio.run(serve_until_signalled(settings, parent_clock.clock, started))


if __name__ == "__main__":
    sys.exit(run())
