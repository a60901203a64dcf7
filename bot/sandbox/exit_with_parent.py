"""Runs the ordinary bot on a leash: it is gone as soon as whoever started it is.

The leash is standard input: the starter holds the other end of the pipe, and the operating
system lets go of it however the starter ends, SIGKILL included. Each line on it says how many
seconds the sandbox's clock is ahead of the machine's; the bot starts after the first.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

from bot.app import Konter, serve_until_signalled
from bot.config import SettingsError, load_settings
from bot.sandbox.clock import SandboxClock

STANDARD_INPUT = 0
LET_GO = 1
SETTINGS_WRONG = 2


def end_when_let_go(on_line: Callable[[bytes], None] = lambda _line: None) -> None:
    """Read standard input in a thread, line by line; at its end, end the process at once."""

    def wait() -> None:
        rest = b""
        while piece := os.read(STANDARD_INPUT, 1024):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                on_line(line)
        os._exit(LET_GO)

    threading.Thread(target=wait, name="leash", daemon=True).start()


class LeashedClock:
    """The bot's clock, which the other end of the leash sets."""

    def __init__(self) -> None:
        """Wait for the first line."""
        self.clock = SandboxClock()
        self.is_set = threading.Event()
        self._on_set: Callable[[], object] = lambda: None

    def take(self, line: bytes) -> None:
        """Take the seconds of a line; one that is no number is left alone."""
        try:
            self.clock.ahead = timedelta(seconds=float(line))
        except (ValueError, OverflowError):
            return
        self.is_set.set()
        self._on_set()

    def wakes(self, konter: Konter) -> None:
        """Let the workers look again whenever the clock is set from now on."""
        loop = asyncio.get_running_loop()
        self._on_set = lambda: loop.call_soon_threadsafe(konter.look_again)


def main() -> int:
    """Run the bot as `python -m bot run` does, but on the leash's clock; return the exit code."""
    leashed = LeashedClock()
    end_when_let_go(leashed.take)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return SETTINGS_WRONG
    leashed.is_set.wait()
    return asyncio.run(serve_until_signalled(settings, leashed.clock, leashed.wakes))


if __name__ == "__main__":
    sys.exit(main())
