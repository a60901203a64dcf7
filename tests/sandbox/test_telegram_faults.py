"""Telegram's faults: notices are delivered all the same, at least once."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from bot.sandbox.telegram.server import FaultKind
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import ShopEnvironment
from tests.sandbox.waiting import is_postponed

NUMBER = "081212345678"
OUTCOME = "SN / code:"


async def test_a_notice_waits_as_long_as_a_429_asks(shop: ShopEnvironment) -> None:
    await shop.reaches(await buy(shop, "429"), OrderState.SUCCEEDED)
    await shop.until_true(lambda: is_postponed(shop, "K1"))
    shop.pass_time(seconds=25)
    await shop.budi.say("/start")
    assert not shop.sarah.was_shown(OUTCOME)
    shop.pass_time(seconds=6)
    await shop.sarah.sees(OUTCOME)


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_failed_notice_is_sent_again(shop: ShopEnvironment, kind: FaultKind) -> None:
    """At least once: after a lost answer the voucher may arrive twice."""
    await shop.reaches(await buy(shop, kind), OrderState.SUCCEEDED)
    await shop.until_true(lambda: is_postponed(shop, "K1"))
    shop.pass_time(seconds=6)
    copies = 2 if kind == "lost" else 1
    await shop.until(lambda: shop.sarah.texts.count(OUTCOME) == copies)


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_screen_that_failed_can_be_requested_again(
    shop: ShopEnvironment, kind: FaultKind
) -> None:
    """Pressing again must work whether or not the step took effect."""
    screen = await shop.sarah.say("/order", button="Pulsa")
    shop.telegram.fail_next("editMessageText", kind, count=2)
    await shop.sarah.tap("Pulsa", on=screen)
    if kind == "500":
        await shop.sarah.tap("Pulsa", on=screen)
    await shop.sarah.tap("Telkomsel", on=screen)
    await shop.sarah.tap("^10", on=screen)
    assert await shop.sarah.confirm(await shop.sarah.say(NUMBER, button=PAY)) == "K1"


async def test_a_confirm_with_a_lost_answer_makes_one_order(shop: ShopEnvironment) -> None:
    screen = await shop.sarah.quote(NUMBER)
    _, data = shop.sarah.button(PAY, on=screen)
    shop.telegram.fail_next("answerCallbackQuery", "500")
    shop.sarah.press(PAY, on=screen)
    await shop.until(lambda: not shop.telegram.faults)
    assert "K1" in (await shop.sarah.forge(data, screen.message_id)).text
    await shop.reaches("K1", OrderState.SUCCEEDED)
    assert (shop.supplier.order_calls, len(await shop.orders(shop.sarah.user_id))) == (1, 1)


async def test_an_order_during_a_telegram_outage_is_delivered_afterwards(
    shop: ShopEnvironment,
) -> None:
    screen = await shop.sarah.quote(NUMBER)
    await shop.sarah.confirm(screen)
    shop.telegram.down = True
    await shop.reaches("K1", OrderState.SUCCEEDED)
    shop.pass_time(seconds=6)
    shop.telegram.down = False
    for _ in range(4):
        shop.pass_time(seconds=60)
        await shop.budi.say("/start")
    await shop.sarah.sees(OUTCOME)
    assert "✅" in shop.sarah.message(screen.message_id).text
    assert shop.supplier.order_calls == 1


@pytest.mark.usefixtures("each_database")
async def test_undelivered_notices_are_sent_by_the_next_process(shop: ShopEnvironment) -> None:
    await shop.sarah.confirm(await shop.sarah.quote(NUMBER))
    shop.telegram.down = True
    await shop.reaches("K1", OrderState.SUCCEEDED)
    await shop.leave()
    shop.telegram.down = False
    shop.clock.move_to(18)
    await shop.enter_with_goods()
    await shop.sarah.sees(OUTCOME)


async def buy(shop: ShopEnvironment, fault: FaultKind | None = None) -> str:
    """Let Sarah buy, with a fault for the next message, which is the outcome."""
    screen = await shop.sarah.quote(NUMBER)
    if fault is not None:
        shop.telegram.fail_next("sendMessage", fault, retry_after=30)
    return await shop.sarah.confirm(screen)
