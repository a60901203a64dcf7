"""Fixtures: a sandbox shop without a bot, and one with the bot running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.shop_environment import ShopEnvironment, open_environment


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """Both servers are running, without a bot."""
    async with open_environment(tmp_path) as environment:
        yield environment


@pytest.fixture
async def shop(environment: ShopEnvironment) -> ShopEnvironment:
    """The bot runs inside the test, at noon, with products to sell."""
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    return environment
