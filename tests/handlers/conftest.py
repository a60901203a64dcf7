"""A store on a fresh database, and a pretended Bot API, for the tests of the handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.domain.test_qris import STATIC
from tests.handlers.bot_api import BotApi, serve_bot_api
from tests.handlers.counter import Counter, open_counter
from tests.handlers.running_bot import RunningBot
from tests.handlers.till import furnish


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serve_bot_api() as api:
        yield api


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(tmp_path / "konter.db")
    yield store
    await store.close()


@pytest.fixture
async def running(api: BotApi, store: SqlStore) -> AsyncIterator[RunningBot]:
    """A bot that is built and not started; it is stopped when the test is over."""
    running = RunningBot(api, store)
    yield running
    await running.stop()


@pytest.fixture
async def counter(store: SqlStore) -> AsyncIterator[Counter]:
    """A shop with its bot, which Anni walks into with 100,000 rupiah."""
    async with open_counter(store) as counter:
        yield counter


@pytest.fixture
async def till(counter: Counter) -> Counter:
    """Return a shop with a QRIS and a bank account to pay in by."""
    await counter.stop()
    furnish(counter, STATIC)
    await counter.start()
    return counter
