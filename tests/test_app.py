"""The composition root refuses to start on open orders of another supplier account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.order import FINAL_STATES, OrderState
from bot.services.supplier_accounts import StrandedOrdersError, require_own_orders
from tests.databases import open_store
from tests.services.shop import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with one queued order."""
    store = await open_store(tmp_path / "konter.db")
    shop = Shop(store)
    await shop.open()
    await shop.queue()
    yield shop
    await store.close()


async def test_open_orders_of_another_account_prevent_the_start(shop: Shop) -> None:
    """With a new OSIMESA_USER_ID no worker would look for them; their money would stay held."""
    with pytest.raises(StrandedOrdersError, match="1 open orders belong to another"):
        await shop.store.read(require_own_orders, "U2")


@pytest.mark.parametrize("state", sorted(set(OrderState) - FINAL_STATES))
async def test_an_order_in_any_open_state_prevents_the_start_and_its_account_is_named(
    shop: Shop, state: OrderState
) -> None:
    order = await shop.get((await shop.store.read(lambda tx: tx.orders.unfinished()))[0].order_id)
    changed = replace(order, state=state, sent_at=shop.clock.now(), send_number=1)
    await shop.store.write(lambda tx: tx.orders.save(changed))
    with pytest.raises(StrandedOrdersError, match=r"another supplier account \(U1: 1\)"):
        await shop.store.read(require_own_orders, "U2")


async def test_open_orders_of_the_own_account_do_not_prevent_the_start(shop: Shop) -> None:
    await shop.store.read(require_own_orders, shop.rules.account)
