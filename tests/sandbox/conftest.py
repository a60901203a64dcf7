"""Fixtures: a sandbox shop without a bot, and one with the bot running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import stamina

from tests.sandbox.shop_environment import ShopEnvironment, open_environment


@pytest.fixture(autouse=True)
def _repeat_reads_at_once() -> Iterator[None]:
    """A failed read of the supplier is repeated without a pause, as often as otherwise."""
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


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
