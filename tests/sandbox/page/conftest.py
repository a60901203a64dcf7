"""A page that the tests of one module share: each finds it as it was at the start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sandbox.page.page_client import Browser, open_page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """The page of a sandbox with the small bot, which remembers nothing."""
    async with open_page(tmp_path_factory.mktemp("sandbox")) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(shared_page: Browser) -> Browser:
    """A newly opened page, with no messages and no orders."""
    environment = shared_page.environment
    telegram = environment.telegram
    telegram.down = False
    telegram.clear_faults()
    telegram.release_hanging()
    async with asyncio.timeout(30):
        # Otherwise the bot's answer to the test before may come into the next one.
        while telegram.updates.pending:  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.01)
    environment.clock.reset()
    await environment.reset_servers()
    browser = Browser(shared_page.session, shared_page.address, environment)
    await browser.read()
    return browser
