"""The composition root: when the shop may not open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import StrandedOrdersError, require_own_orders
from storage.store import SqlStore
from tests.services.shop import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with one order in its queue."""
    store = await SqlStore.open(tmp_path / "konter.db")
    shop = Shop(store)
    await shop.open()
    await shop.queue()
    yield shop
    await store.close()


async def test_open_orders_of_another_account_keep_the_shop_closed(shop: Shop) -> None:
    """Under a new OSIMESA_USER_ID nobody would look for them, and their money stayed held."""
    with pytest.raises(StrandedOrdersError, match="1 open orders belong to another"):
        await shop.store.read(require_own_orders, "U2")


async def test_open_orders_of_the_own_account_are_taken_up(shop: Shop) -> None:
    """The ordinary start."""
    await shop.store.read(require_own_orders, shop.rules.account)
