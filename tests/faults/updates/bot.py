"""The bot of another version, killed around its release: -m tests.faults.updates.bot WHEN.

WHEN is "before" or "after": the removal of the mark of a held start.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

import bot.serving
from bot.config import load_settings
from storage.marks import Marks


def main(when: str) -> int:
    """Run the bot with the settings of the environment until it kills itself."""
    release = Marks.release

    def killed(marks: Marks) -> None:
        if when == "after":
            release(marks)
        os.kill(os.getpid(), signal.SIGKILL)

    pytest.MonkeyPatch().setattr(Marks, "release", killed)
    return asyncio.run(bot.serving.serve_until_signalled(load_settings(env_file=None)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
