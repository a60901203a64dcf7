"""Limits on updates and orders: a customer is told once, loses nothing, and delays no other."""

from __future__ import annotations

import re

from bot.app import Konter
from bot.domain.order import OrderState
from bot.sandbox.telegram.server import BUDI, SARAH
from tests.sandbox.chat_user import PAY, TELKOMSEL_10
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

FLOOD, OTHERS = 500, 20
WAIT = r"go on in ([0-9]+) second"


async def open_shop(environment: ShopEnvironment, **limits: int) -> Konter:
    """Start the bot with limits."""
    for name, most in limits.items():
        environment.env[f"CUSTOMER_{name.upper()}_PER_MINUTE"] = str(most)
    environment.clock.move_to(12)
    return await environment.enter_with_goods()


async def settled(environment: ShopEnvironment, konter: Konter) -> None:
    """Wait until everything that was sent is handled."""
    telegram = environment.telegram.updates
    await environment.until(
        lambda: not telegram.pending and not konter.receiver.backlog, seconds=50
    )


async def test_a_customer_who_is_too_fast_is_told_once(environment: ShopEnvironment) -> None:
    konter = await open_shop(environment, updates=3)
    for _ in range(3):
        await environment.sarah.say("/start", shows="Welcome")
    before = len(environment.sarah.messages)
    for text in ("/start", "hello", "/balance", "/help"):
        environment.telegram.send_text(SARAH.user_id, text)
    await settled(environment, konter)
    (told,) = environment.sarah.messages[before:]
    found = re.search(WAIT, told.text)
    assert found is not None
    assert 0 < int(found[1]) <= 60
    await environment.budi.say("/start")
    environment.pass_time(seconds=int(found[1]))
    await environment.sarah.say("/balance", shows="balance")


async def test_a_customer_who_is_too_fast_reads_the_chosen_language(
    environment: ShopEnvironment,
) -> None:
    konter = await open_shop(environment, updates=2)
    await environment.sarah.say("/language")
    await environment.sarah.tap("Indonesia")
    environment.telegram.send_text(SARAH.user_id, "halo")
    await settled(environment, konter)
    assert "lanjut" in environment.sarah.last.text.lower()


async def test_a_button_pressed_while_limited_is_answered(environment: ShopEnvironment) -> None:
    konter = await open_shop(environment, updates=5)
    screen = await environment.sarah.quote("081212345678")
    answers = [await environment.sarah.tap(PAY, on=screen) for _ in range(3)]
    assert all(re.search(WAIT, answer.text) for answer in answers)
    assert [answer.show_alert for answer in answers] == [True, False, False]
    assert await environment.orders(SARAH.user_id) == []
    environment.pass_time(seconds=60)
    assert await environment.sarah.confirm(screen) == "K1"
    await settled(environment, konter)


async def test_admins_have_no_limit_on_updates(environment: ShopEnvironment) -> None:
    await open_shop(environment, updates=2)
    for _ in range(6):
        await environment.admin.say("/status")
    assert "lanjut" not in environment.admin.texts.lower()


async def test_orders_above_the_limit_must_wait_a_minute(environment: ShopEnvironment) -> None:
    await open_shop(environment, orders=2)
    for guest in (environment.sarah, environment.admin):
        for place in range(2):
            await guest.buy(f"08121234567{place}", TELKOMSEL_10)
        screen = await guest.quote("081212345672")
        answer = await guest.tap(PAY, on=screen)
        assert answer.show_alert
        assert re.search(r" [0-9]+ (second|detik)", answer.text)
        assert len(await environment.orders(guest.user_id)) == 2
        environment.pass_time(seconds=60)
        await environment.reaches(await guest.confirm(screen), OrderState.SUCCEEDED)
    assert (await environment.wallet(SARAH.user_id)).posted == FUNDS - 3 * PRICE


async def test_most_of_a_flood_is_not_answered(environment: ShopEnvironment) -> None:
    konter = await open_shop(environment, updates=60)
    before = len(environment.sarah.messages)
    for number in range(FLOOD):
        environment.telegram.send_text(SARAH.user_id, f"flood {number}")
    for number in range(OTHERS):
        environment.telegram.send_text(BUDI.user_id, f"hello {number}")
    await settled(environment, konter)
    assert len(environment.sarah.messages) == before + 60 + 1
    assert len(environment.budi.messages) == OTHERS
    await konter.receiver._inbox.flush()
    assert not await environment.read(lambda tx: tx.inbox.pending())
