"""Fixtures: a shop on a fresh database; after each test the audit must have no findings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import RehearsingStore, open_store
from tests.services.shop import SENDING_LIMIT, Shop


@pytest.fixture
async def empty_shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop without a catalogue or customers, every function of which that writes runs twice.

    After the test, all audit rules must hold.
    """
    store = await open_store(tmp_path / "konter.db", RehearsingStore)
    shop = Shop(store)
    yield shop
    now = shop.clock.now()
    findings = await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
    await store.close()
    assert findings == []


@pytest.fixture
async def shop(empty_shop: Shop) -> Shop:
    """A shop with a catalogue, two customers with 100,000 rupiah each, and two admins."""
    await empty_shop.open()
    return empty_shop
