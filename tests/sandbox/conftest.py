"""Fixtures: a sandbox shop without a bot, and one with the bot running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.running_shop import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Both servers are running, without a bot."""
    async with a_house(tmp_path) as house:
        yield house


@pytest.fixture
async def shop(house: House) -> House:
    """The bot runs inside the test, at noon, with products to sell."""
    house.clock.move_to(12)
    await house.enter_with_goods()
    return house
