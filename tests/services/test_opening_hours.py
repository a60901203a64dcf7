"""A shop that closes by the clock sells nothing outside the staff's hours."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import ShopPausedError
from bot.domain.order import OrderState
from tests.services.shop import ADMIN, ANNI, NUMBER, Shop

ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture
async def closing_shop(shop: Shop) -> Shop:
    """A shop in Makassar that is open from 8 to 21."""
    for name, value in (
        ("timezone", "Asia/Makassar"),
        ("staff_hours", "08:00-21:00"),
        ("closes_by_clock", True),
    ):
        await shop.change_settings.change(ADMIN, name, value)
    return shop


def at(shop: Shop, clock: str) -> None:
    shop.clock.at = datetime.fromisoformat(f"2026-03-14 {clock}").replace(tzinfo=ZONE)


async def test_a_quote_of_the_evening_is_not_confirmed_at_night(closing_shop: Shop) -> None:
    shop = closing_shop
    at(shop, "20:55")
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert not quote.is_paused
    at(shop, "21:05")
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, quote.token, None)
    late = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert late.is_paused
    opening = await shop.reopening.opening(ANNI)
    assert opening.opens_at == datetime(2026, 3, 15, 8, tzinfo=ZONE)


async def test_owners_buy_at_night_and_what_was_bought_is_sent(closing_shop: Shop) -> None:
    shop = closing_shop
    at(shop, "21:30")
    quote = await shop.buy.quote(ADMIN.customer_id, shop.product("SM10"), NUMBER)
    placed = await shop.buy.confirm(ADMIN.customer_id, quote.token, None)
    started = await shop.send.start()
    assert isinstance(started, Sequence)
    (order,) = started
    assert (order.order_id, order.state) == (placed.order_id, OrderState.SENDING)
