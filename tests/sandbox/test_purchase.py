"""A customer buys: what is held and posted, and the price shown before it is paid."""

from __future__ import annotations

import pytest

from bot.domain.order import CancelReason, OrderState
from bot.sandbox.supplier.catalogue import DOCUMENTED
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment, rupiah

NUMBER = "081212345678"


async def test_the_example_of_the_suppliers_documentation_is_delivered(
    shop: ShopEnvironment,
) -> None:
    """TPT755 costs 74,175 rupiah in the documentation; the markup is added."""
    shop.supplier.catalogue.extend(DOCUMENTED)
    assert shop.konter is not None
    await shop.konter.sync.fetch()
    number = await shop.budi.buy("089612345678", ("Pulsa [Tt]ransfer", "75"))
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert (order.service_code, order.cost, order.price) == ("TPT755", 74_175, 75_200)
    await shop.budi.sees(shop.bought("089612345678")[0].voucher)


@pytest.mark.usefixtures("each_database")
async def test_the_price_is_held_and_then_posted_once(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 60
    number = await shop.budi.buy(NUMBER)
    await shop.reaches(number, OrderState.ACCEPTED)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS, PRICE)
    shop.supplier.finish(shop.bought(NUMBER)[0].ref_id)
    await shop.reaches(number, OrderState.SUCCEEDED)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)
    await shop.budi.say("/balance", shows=rupiah(FUNDS - PRICE))


async def test_a_changed_price_is_shown_before_it_is_paid(shop: ShopEnvironment) -> None:
    screen = await shop.sarah.quote(NUMBER)
    await change_cost(shop, 10_900)
    answer = await shop.sarah.tap(PAY, on=screen)
    assert "K1" not in answer.text
    await shop.sarah.sees_in(screen.message_id, "The price has just changed; it was Rp11,200")
    assert await shop.orders(shop.sarah.user_id) == []
    number = await shop.sarah.confirm(shop.sarah.message(screen.message_id))
    assert (await shop.reaches(number, OrderState.SUCCEEDED)).price == 11_900


async def test_an_order_whose_cost_rose_above_its_price_is_cancelled(shop: ShopEnvironment) -> None:
    await shop.stop_serving("supplier")
    number = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    await shop.serve("supplier", shop.supplier.app)
    await change_cost(shop, 15_000)
    shop.pass_time(seconds=31)
    order = await shop.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.COST_ABOVE_PRICE
    await shop.sarah.sees("the price has just gone up")
    assert number in (await shop.admin.sees("15000 > 11200")).text
    assert shop.supplier.order_calls == 0
    wallet = await shop.wallet(shop.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)


async def change_cost(shop: ShopEnvironment, cost: int) -> None:
    """Change the cost of Telkomsel 10.000, and let the shop fetch the list."""
    row = shop.supplier.catalogue[0]
    shop.supplier.catalogue[0] = row | {"price": {"list": {}, "current": cost}}
    assert shop.konter is not None
    await shop.konter.sync.fetch()
