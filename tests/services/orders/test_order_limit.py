"""The limit on a customer's orders a minute, counted in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import TokenError, TokenFault, TooManyOrdersError
from tests.services.shop import ANNI, BUDI, NOON, PRICE, Shop, shop_rules


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with a limit of two orders a minute."""
    return limited(shop, 2)


def limited(shop: Shop, orders_per_minute: int) -> Shop:
    shop.rules = shop_rules(customer_orders_per_minute=orders_per_minute)
    shop.build()
    return shop


async def ordered(shop: Shop, *numbers: str) -> None:
    for number in numbers:
        await shop.queue(number=number)


async def test_an_order_above_the_limit_is_refused_and_the_token_stays_valid(shop: Shop) -> None:
    await ordered(shop, "081200000001")
    shop.clock.advance(20)
    await ordered(shop, "081200000002")
    token = await shop.token(number="081200000003")
    with pytest.raises(TooManyOrdersError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.again_at == NOON + timedelta(seconds=60)
    assert (await shop.wallet()).held == 2 * PRICE
    shop.clock.advance(40)
    order = await shop.buy.confirm(ANNI, token, 55)
    assert order.destination == "081200000003"


async def test_the_limit_is_counted_per_customer(shop: Shop) -> None:
    await ordered(shop, "081200000001", "081200000002")
    await shop.queue(BUDI, number="081200000003")


async def test_a_used_token_names_its_order_at_the_limit(shop: Shop) -> None:
    token = await shop.token(number="081200000001")
    order = await shop.buy.confirm(ANNI, token, 55)
    await ordered(shop, "081200000002")
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.fault, caught.value.outcome) == (TokenFault.USED, order.number)


async def test_orders_dated_in_the_future_are_not_counted(shop: Shop) -> None:
    await ordered(shop, "081200000001", "081200000002")
    shop.clock.advance(-3_600)
    await ordered(shop, "081200000003")


async def test_the_limit_survives_a_restart(shop: Shop) -> None:
    await ordered(shop, "081200000001", "081200000002")
    await shop.restart()
    with pytest.raises(TooManyOrdersError):
        await ordered(shop, "081200000003")


async def test_a_limit_of_0_allows_any_number(shop: Shop) -> None:
    await ordered(limited(shop, 0), *(f"08120000000{place}" for place in range(7)))
