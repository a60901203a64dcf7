"""A shop on a fresh database for every test, whose books are audited when the test is over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.services.shop import SENDING_LIMIT, Shop


@pytest.fixture
async def empty_shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that has not opened; whatever the test does, every rule of the audit holds after."""
    store = await SqlStore.open(tmp_path / "konter.db")
    shop = Shop(store)
    yield shop
    now = shop.clock.now()
    findings = await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
    await store.close()
    assert findings == []


@pytest.fixture
async def shop(empty_shop: Shop) -> Shop:
    """An open shop, with two customers of 100,000 rupiah each and two admins."""
    await empty_shop.open()
    return empty_shop
