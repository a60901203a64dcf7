"""The composition root: on whose account it starts, and with whose clock it compares its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.domain.order import FINAL_STATES, OrderState
from bot.services.supplier_accounts import StrandedOrdersError, require_own_orders
from bot.serving import open_shop
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


@pytest.mark.parametrize(
    ("telegram", "supplier", "counts"),
    [
        ("https://api.telegram.org", "https://osimesa.id/api", "telegram"),
        ("https://bot-api.example", "https://osimesa.id/api", "supplier"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8082", None),
    ],
)
async def test_only_the_clocks_of_other_machines_are_compared(
    tmp_path: Path, telegram: str, supplier: str, counts: str | None
) -> None:
    env = {
        "TELEGRAM_BOT_TOKEN": "1:token",
        "TELEGRAM_API_URL": telegram,
        "OSIMESA_URL": supplier,
        "OSIMESA_USER_ID": "U1",
        "OSIMESA_API_KEY": "key",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'konter.db'}",
    }
    async with open_shop(load_settings(env, env_file=None)) as konter:
        date = format_datetime(konter.clock.now(), usegmt=True)
        konter.supplier._wire.on_date(date)
        konter.telegram_calls.on_date(date)
        assert konter.machine.clock.source == counts
