"""Buttons pressed twice, updates delivered twice, and screens from before a restart."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.order import OrderState
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

NUMBER = "081212345678"


async def test_repeated_presses_of_the_confirm_button_buy_once(shop: ShopEnvironment) -> None:
    screen = await shop.budi.quote(NUMBER)
    _, data = shop.budi.button(PAY, on=screen)
    queries = [
        shop.telegram.press_forged(shop.budi.user_id, screen.message_id, data) for _ in range(10)
    ]
    answers = await asyncio.gather(*(shop.budi.answer_to(query) for query in queries))
    assert all("K1" in answer.text for answer in answers)
    await shop.reaches("K1", OrderState.SUCCEEDED)
    await assert_bought_once(shop)


async def test_an_update_that_is_delivered_again_is_handled_once(shop: ShopEnvironment) -> None:
    screen = await shop.budi.quote(NUMBER)
    first = shop.telegram.updates.next_id - 1
    await shop.budi.confirm(screen)
    await shop.reaches("K1", OrderState.SUCCEEDED)
    await shop.budi.sees("SN[0-9]+")
    before = len(shop.budi.shown)
    for update_id in range(first - 4, first + 2):
        shop.telegram.redeliver(update_id)
    await shop.sarah.say("/start")
    await shop.until(lambda: not shop.telegram.updates.pending)
    await assert_bought_once(shop)
    assert len(shop.budi.shown) == before


@pytest.mark.usefixtures("each_database")
async def test_buttons_work_after_a_restart(shop: ShopEnvironment) -> None:
    top = await shop.sarah.say("/order")
    quote = await shop.sarah.quote(NUMBER)
    await restart(shop)
    await shop.sarah.tap("Pulsa", on=top)
    await restart(shop)
    await shop.sarah.tap("Telkomsel", on=top)
    assert await shop.sarah.confirm(quote) == "K1"
    await restart(shop)
    await shop.reaches("K1", OrderState.SUCCEEDED)
    await shop.sarah.tap("^20", on=top)
    await shop.sarah.sees_in(top.message_id, "Send the phone number")


async def test_a_number_typed_after_a_restart_belongs_to_its_product(shop: ShopEnvironment) -> None:
    await shop.sarah.choose()
    await restart(shop)
    await shop.sarah.confirm(await shop.sarah.say(NUMBER, button=PAY))
    order = await shop.reaches("K1", OrderState.SUCCEEDED)
    assert (order.service_code, order.destination) == ("SM10", NUMBER)


async def restart(shop: ShopEnvironment) -> None:
    """Stop the bot as SIGTERM does, and start another on the same database."""
    await shop.leave()
    await shop.enter_with_goods()


async def assert_bought_once(shop: ShopEnvironment) -> None:
    """Check that there is one order, one order call, and one price taken."""
    assert len(await shop.orders()) == 1
    assert (shop.supplier.order_calls, len(shop.bought(NUMBER))) == (1, 1)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)
