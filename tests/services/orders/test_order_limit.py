"""How many orders a customer may place within a minute, counted in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import TokenError, TokenFault, TooManyOrdersError
from tests.services.shop import ANNI, BUDI, NOON, PRICE, Shop, shop_rules


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop where two orders a minute are enough."""
    return limited(shop, 2)


def limited(shop: Shop, orders_per_minute: int) -> Shop:
    shop.rules = shop_rules(customer_orders_per_minute=orders_per_minute)
    shop.build()
    return shop


async def ordered(shop: Shop, *numbers: str) -> None:
    for number in numbers:
        await shop.queue(number=number)


async def test_the_next_order_has_to_wait(shop: Shop) -> None:
    """It says until when, holds no money, and its button stays good."""
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


async def test_another_customer_does_not_wait(shop: Shop) -> None:
    """Each is counted alone."""
    await ordered(shop, "081200000001", "081200000002")
    await shop.queue(BUDI, number="081200000003")


async def test_a_button_that_was_used_still_names_its_order(shop: Shop) -> None:
    """A second press is no second order, however fast."""
    token = await shop.token(number="081200000001")
    order = await shop.buy.confirm(ANNI, token, 55)
    await ordered(shop, "081200000002")
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.fault, caught.value.outcome) == (TokenFault.USED, order.number)


async def test_a_clock_that_is_set_back_holds_nobody(shop: Shop) -> None:
    """Orders that seem to come from the future are not counted."""
    await ordered(shop, "081200000001", "081200000002")
    shop.clock.advance(-3_600)
    await ordered(shop, "081200000003")


async def test_the_limit_survives_a_restart(shop: Shop) -> None:
    """It counts what is in the database."""
    await ordered(shop, "081200000001", "081200000002")
    await shop.restart()
    with pytest.raises(TooManyOrdersError):
        await ordered(shop, "081200000003")


async def test_without_a_limit_nobody_waits(shop: Shop) -> None:
    """0 is what a shop sets that trusts its customers."""
    await ordered(limited(shop, 0), *(f"08120000000{place}" for place in range(7)))
