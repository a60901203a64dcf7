"""Fixtures of the handler tests: a fresh database, a fake Bot API, and an open shop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.domain.test_qris import STATIC
from tests.handlers.bot_api import BotApi, serve_bot_api
from tests.handlers.harness import BotHarness, open_harness
from tests.handlers.running_bot import RunningBot
from tests.handlers.topups import set_payment_methods
from tests.services.shop import shop_rules
from tests.storage.samples import migrated


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serve_bot_api() as api:
        yield api


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(migrated(tmp_path / "konter.db"))
    yield store
    await store.close()


@pytest.fixture
async def running(api: BotApi, store: SqlStore) -> AsyncIterator[RunningBot]:
    """A bot that is built but not started; it is stopped after the test."""
    running = RunningBot(api, store)
    yield running
    await running.stop()


@pytest.fixture
async def harness(store: SqlStore) -> AsyncIterator[BotHarness]:
    """An open shop with its bot; Anni has 100,000 rupiah."""
    async with open_harness(store) as harness:
        yield harness


@pytest.fixture
async def topup_harness(store: SqlStore) -> AsyncIterator[BotHarness]:
    """A shop with a QRIS and a bank account for top-ups, which expire after an hour."""
    async with open_harness(store, shop_rules(topup_expires=timedelta(hours=1))) as harness:
        set_payment_methods(harness, STATIC)
        yield harness
