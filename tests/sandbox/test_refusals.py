"""Refusals of the supplier: the customer's text, the admin's alert, and the refund."""

from __future__ import annotations

import pytest

from bot.domain.errors import RefusalClass
from bot.domain.order import CancelReason, OrderState
from bot.sandbox.supplier.faults import REFUSALS, REFUSED_DESTINATIONS
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment
from tests.sandbox.waiting import look

SORRY = "temporarily unavailable. Please try again later"
REFUSED = {
    "credentials": (SORRY, True),
    "maintenance": (SORRY, True),
    "product": ("not available right now. Please choose another one", False),
    "own_deposit": (SORRY, True),
    "destination": ("This number was refused", False),
    "repeat": ("once a day for the same number", False),
}
"""By class of refusal: the customer's text, and whether the admin is alerted."""
DIGITS = {name: digits for digits, name in REFUSED_DESTINATIONS.items()}


def test_every_refusal_of_the_sandbox_is_tested() -> None:
    assert set(DIGITS) == {*REFUSED, "throttle", "other"}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_known_refusal_fails_the_order_and_voids_the_hold(
    shop: ShopEnvironment, name: str
) -> None:
    """The customer reads a sentence of the shop, not the panel's."""
    sentence, is_alerted = REFUSED[name]
    screen = await shop.sarah.quote(f"08120000{DIGITS[name]}")
    order = await shop.reaches(await shop.sarah.confirm(screen), OrderState.FAILED)
    assert order.refusal is RefusalClass(name)
    await shop.sarah.sees_in(screen.message_id, sentence)
    outcome = await shop.sarah.sees("Your money is back: Rp11,200. Your balance is Rp500,000")
    assert sentence in outcome.text
    assert REFUSALS[name] not in shop.sarah.texts
    assert (shop.supplier.order_calls, shop.supplier.orders) == (1, [])
    wallet = await shop.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    if is_alerted:
        assert order.number in (await shop.admin.sees(REFUSALS[name])).text
    else:
        assert shop.admin.texts == ""


async def test_a_throttled_order_is_sent_later(shop: ShopEnvironment) -> None:
    """The panel demands 6 s between two orders; no customer may read of a failure."""
    shop.supplier.fault_settings.order_gap_seconds = 6
    first = await shop.budi.buy("081200010001")
    second = await shop.sarah.buy("081200020001")
    await shop.until(lambda: shop.supplier.order_calls >= 2)
    await shop.reaches(second, OrderState.QUEUED)
    assert shop.konter is not None
    assert shop.konter.supplier.order_gap_seconds >= 1.5
    shop.pass_time(seconds=7)
    await shop.reaches(first, OrderState.SUCCEEDED)
    order = await shop.reaches(second, OrderState.SUCCEEDED)
    assert order.send_attempts == 2
    assert (len(shop.bought("081200010001")), len(shop.bought("081200020001"))) == (1, 1)
    assert not shop.sarah.was_shown("❌")


async def test_an_order_that_is_always_throttled_is_cancelled_after_15_minutes(
    shop: ShopEnvironment,
) -> None:
    number = await shop.sarah.buy("081200000037")
    await shop.until(lambda: shop.supplier.order_calls >= 1)
    shop.pass_time(minutes=16)
    order = await shop.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.WAITED_TOO_LONG
    await shop.sarah.sees("could not be sent in time")
    assert shop.supplier.orders == []


@pytest.mark.usefixtures("each_database")
async def test_an_unknown_refusal_fails_the_order_only_after_two_misses(
    shop: ShopEnvironment,
) -> None:
    """Goods may have been bought in spite of "Something went wrong"."""
    number = await shop.sarah.buy("081200000038")
    await shop.reaches(number, OrderState.AMBIGUOUS)
    await shop.sarah.sees("Being checked")
    assert number in (await shop.admin.sees(REFUSALS["other"])).text
    assert (await shop.wallet(SARAH.user_id)).held == PRICE
    for seconds in (4, 30, 40):
        assert (await look(shop, number, seconds)).state is OrderState.AMBIGUOUS
    assert not shop.sarah.was_shown("❌|back")
    shop.pass_time(seconds=61)
    await shop.reaches(number, OrderState.FAILED)
    await shop.sarah.sees("Your money is back")
    assert (shop.supplier.order_calls, shop.supplier.orders) == (1, [])
