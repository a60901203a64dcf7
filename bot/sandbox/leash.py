"""Runs `python -m bot ...` on a leash: it is gone as soon as whoever started it is.

The leash is standard input: the starter holds the other end of the pipe, and the operating
system lets go of it however the starter ends, SIGKILL included.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading

STANDARD_INPUT = 0
LET_GO = 1


def end_when_let_go() -> None:
    """Wait in a thread for the end of standard input, then end the process at once."""

    def wait() -> None:
        while os.read(STANDARD_INPUT, 1024):
            pass
        os._exit(LET_GO)

    threading.Thread(target=wait, name="leash", daemon=True).start()


if __name__ == "__main__":
    end_when_let_go()
    sys.argv[0] = "bot"
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
