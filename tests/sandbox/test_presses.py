"""Buttons pressed twice, updates delivered twice, and screens from before a restart."""

from __future__ import annotations

import asyncio

from bot.domain.order import OrderState
from tests.sandbox.chat_user import PAY, SHOP
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


async def test_an_update_twice_in_one_batch_is_handled_once(shop: ShopEnvironment) -> None:
    screen = await shop.budi.quote(NUMBER)
    shop.budi.press(PAY, on=screen)
    shop.telegram.redeliver(shop.telegram.updates.next_id - 1)
    await shop.budi.sees("SN[0-9]+")
    await assert_bought_once(shop)


async def test_the_same_purchase_again_asks_first(shop: ShopEnvironment) -> None:
    one, two = await shop.sarah.quote(NUMBER), await shop.sarah.quote(NUMBER)
    await shop.sarah.confirm(one)
    answer = await shop.sarah.tap(PAY, on=two)
    assert "K" not in answer.text
    await shop.sarah.sees_in(two.message_id, "You bought exactly this for this number")
    assert len(await shop.orders(shop.sarah.user_id)) == 1
    await shop.sarah.confirm(two)
    assert len(await shop.orders(shop.sarah.user_id)) == 2


async def test_an_old_confirm_screen_is_renewed_before_it_buys(shop: ShopEnvironment) -> None:
    """The price may have changed after half an hour."""
    screen = await shop.sarah.quote(NUMBER)
    shop.pass_time(minutes=31)
    answer = await shop.sarah.tap(PAY, on=screen)
    assert "K1" not in answer.text
    await shop.sarah.sees_in(screen.message_id, "That screen was too old")
    assert await shop.orders(shop.sarah.user_id) == []
    assert await shop.sarah.confirm(shop.sarah.message(screen.message_id)) == "K1"


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


async def test_an_amount_typed_after_a_restart_is_a_top_up(shop: ShopEnvironment) -> None:
    await shop.sarah.say("/balance")
    await shop.sarah.tap("Top up")
    await restart(shop)
    await shop.sarah.say("75.000", shows="Your request for Rp75,000")
    await shop.admin.sees("75")


async def test_an_edited_message_does_nothing(shop: ShopEnvironment) -> None:
    """Otherwise an edited command or number would act twice."""
    screen = await shop.sarah.quote(NUMBER)
    before = shop.sarah.texts
    for text in ("081299999999", "/order", "/cancel"):
        shop.telegram.inject(edited(shop, text))
    await shop.budi.say("/start")
    await shop.until(lambda: not shop.telegram.updates.pending)
    assert shop.sarah.texts == before
    await shop.sarah.confirm(screen)
    assert (await shop.order("K1")).destination == NUMBER


async def test_every_screen_can_be_cancelled(shop: ShopEnvironment) -> None:
    screen = await shop.sarah.quote(NUMBER)
    await shop.sarah.tap("Cancel", on=screen)
    await shop.sarah.sees_in(screen.message_id, "Nothing was ordered")
    await shop.sarah.choose()
    await shop.sarah.say("/batal", shows="Nothing was ordered")
    await shop.sarah.say(NUMBER, button=SHOP)
    assert await shop.orders(shop.sarah.user_id) == []
    assert await shop.sarah.buy(NUMBER) == "K1"


async def restart(shop: ShopEnvironment) -> None:
    """Stop the bot as SIGTERM does, and start another on the same database."""
    await shop.leave()
    await shop.enter_with_goods()


def edited(shop: ShopEnvironment, text: str) -> dict[str, object]:
    """Return an edit of a message, as Telegram delivers it to a bot that asked for edits."""
    person = {"id": shop.sarah.user_id, "first_name": "Sarah", "is_bot": False}
    command = {"type": "bot_command", "offset": 0, "length": len(text)}
    return {
        "edited_message": {
            "message_id": 1,
            "from": person,
            "chat": {"id": shop.sarah.user_id, "type": "private", "first_name": "Sarah"},
            "date": 1,
            "edit_date": 2,
            "text": text,
            "entities": [command] if text.startswith("/") else [],
        }
    }


async def assert_bought_once(shop: ShopEnvironment) -> None:
    """Check that there is one order, one order call, and one price taken."""
    assert len(await shop.orders()) == 1
    assert (shop.supplier.order_calls, len(shop.bought(NUMBER))) == (1, 1)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)
