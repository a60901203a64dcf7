"""The bot with what a measurement adds to it: python -m tests.bench.bot_with_hooks run.

BENCH_HOOKS names the additions; nothing else differs from `python -m bot run`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial
from typing import Any

from typing_extensions import override

from bot.__main__ import konter

FSYNC_SECONDS = 0.002


class SlowConnection(sqlite3.Connection):
    """A connection to a disk whose fsync takes 2 ms more."""

    @override
    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        # One commit of the write-ahead log is one fsync (pragma synchronous = full).
        if sql[:6].lower() == "commit":
            time.sleep(FSYNC_SECONDS)
        return super().execute(sql, *args)


def slow_fsync() -> None:
    """Add 2 ms to every commit, on the database's thread."""
    vars(sqlite3)["connect"] = partial(sqlite3.connect, factory=SlowConnection)


def unpaced() -> None:
    """Lift the pace to Telegram in a version without a setting for it."""
    from handlers.transport import bot, rate_limiter  # noqa: PLC0415 - start fast

    vars(bot)["RateLimiter"] = partial(rate_limiter.RateLimiter, 1_000_000)


HOOKS = {"slow-fsync": slow_fsync, "unpaced": unpaced}


if __name__ == "__main__":
    for name in os.environ.get("BENCH_HOOKS", "").split():
        HOOKS[name]()
    konter(prog_name="python -m bot")
