"""The shop of a test: open and empty, or with the bot at work in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.running_shop import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Both servers are up, and no bot runs."""
    async with a_house(tmp_path) as house:
        yield house


@pytest.fixture
async def shop(house: House) -> House:
    """The bot runs inside the test, it is noon, and there are goods to sell."""
    house.clock.move_to(12)
    await house.enter_with_goods()
    return house
