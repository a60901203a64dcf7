"""The ordinary bot with shorter pauses on a full disk.

Run it with `python -m tests.faults.storage.bot_with_short_pauses`.

It normally waits for seconds before it exits, and the clock of a process cannot be moved.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partialmethod

import pytest

import bot.serving
from bot.config import load_settings
from handlers.transport.update_inbox import WRITE_PAUSES_SECONDS, UpdateInbox


def main() -> int:
    """Run the bot with the settings of the environment until it exits or a signal arrives."""
    pauses = tuple(0.1 for _ in WRITE_PAUSES_SECONDS)
    constructor = UpdateInbox.__init__
    patch = pytest.MonkeyPatch()
    patch.setattr(UpdateInbox, "__init__", partialmethod(constructor, pauses_seconds=pauses))
    return asyncio.run(bot.serving.serve_until_signalled(load_settings(env_file=None)))


if __name__ == "__main__":
    sys.exit(main())
