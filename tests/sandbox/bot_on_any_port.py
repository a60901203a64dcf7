"""The ordinary command line, with a webhook on any port.

Telegram calls only four, which tests that run side by side cannot share.
Run it with `python -m tests.sandbox.bot_on_any_port run`.
"""

from __future__ import annotations

import pytest

import bot.config.values
from bot.__main__ import konter

if __name__ == "__main__":
    pytest.MonkeyPatch().setattr(bot.config.values, "WEBHOOK_PORTS", range(65_536))
    konter(prog_name="python -m bot")
