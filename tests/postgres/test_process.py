"""The bot's own process on a PostgreSQL server that goes away and comes back."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.app import DATABASE_LOST
from tests.postgres.server import programs, running_server
from tests.sandbox.shop_environment import open_environment
from tests.skipping import skip_for


@pytest.mark.thorough
async def test_a_crash_of_the_server_ends_the_bot_and_the_next_start_goes_on(
    tmp_path: Path,
) -> None:
    """A supervisor would start it again and again until the server is back."""
    if programs() is None:
        skip_for("PostgreSQL is not installed (Debian's package postgresql)")
    with running_server() as server:
        async with open_environment(tmp_path) as environment:
            environment.env["DATABASE_URL"] = server.create("shop")
            await environment.start()
            await environment.sarah.say("/start", shows="Welcome")
            server.stop(signal.SIGQUIT)
            assert await environment.ended() == DATABASE_LOST
            assert "database_lock_lost" in environment.log
            environment.telegram.send_text(environment.sarah.user_id, "/balance")
            server.start()
            await environment.start()
            await environment.sarah.sees("Rp0")
            assert await environment.stop() == 0
            assert "Traceback" not in environment.log
