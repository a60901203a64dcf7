"""Limits on updates and orders: a customer is told once, loses nothing, and delays no other."""

from __future__ import annotations

import re

from aiolimiter import AsyncLimiter

from bot.app import Konter
from bot.domain.order import OrderState
from bot.sandbox.telegram.server import BUDI, SARAH, Change
from handlers.transport.rate_limiter import RateLimiter
from tests.sandbox.guest import PAY, TELKOMSEL_10
from tests.sandbox.running_shop import FUNDS, PRICE, House

FLOOD, OTHERS = 2_000, 20
WAIT = r"go on in ([0-9]+) second"


async def open_shop(house: House, **limits: int) -> Konter:
    """Start the bot with limits, and remove its own limit on sending."""
    for name, most in limits.items():
        house.env[f"CUSTOMER_{name.upper()}_PER_MINUTE"] = str(most)
    house.clock.move_to(12)
    konter = await house.enter_with_goods()
    pace = konter.intake._bot.rate_limiter
    assert isinstance(pace, RateLimiter)
    pace._limiter = AsyncLimiter(1_000_000, 1)
    return konter


async def settled(house: House, konter: Konter) -> None:
    """Wait until everything that was sent is handled."""
    telegram = house.telegram.updates
    await house.until(lambda: not telegram.pending and not konter.intake.backlog, seconds=50)


async def test_a_customer_who_is_too_fast_is_told_once(house: House) -> None:
    konter = await open_shop(house, updates=3)
    for _ in range(3):
        await house.sarah.say("/start", shows="Welcome")
    before = len(house.sarah.messages)
    for text in ("/start", "hello", "/balance", "/help"):
        house.telegram.send_text(SARAH.user_id, text)
    await settled(house, konter)
    (told,) = house.sarah.messages[before:]
    found = re.search(WAIT, told.text)
    assert found is not None
    assert 0 < int(found[1]) <= 60
    await house.budi.say("/start")
    house.pass_time(seconds=int(found[1]))
    await house.sarah.say("/balance", shows="balance")


async def test_a_language_chosen_while_limited_is_kept(house: House) -> None:
    konter = await open_shop(house, updates=2)
    await house.sarah.say("/language")
    await house.sarah.tap("Indonesia")
    house.telegram.send_text(SARAH.user_id, "halo")
    await settled(house, konter)
    assert "lanjut" in house.sarah.last.text.lower()


async def test_a_button_pressed_while_limited_is_answered(house: House) -> None:
    konter = await open_shop(house, updates=5)
    screen = await house.sarah.quote("081212345678")
    answers = [await house.sarah.tap(PAY, on=screen) for _ in range(3)]
    assert all(re.search(WAIT, answer.text) for answer in answers)
    assert [answer.show_alert for answer in answers] == [True, False, False]
    assert await house.orders(SARAH.user_id) == []
    house.pass_time(seconds=60)
    assert await house.sarah.confirm(screen) == "K1"
    await settled(house, konter)


async def test_admins_have_no_limit_on_updates(house: House) -> None:
    await open_shop(house, updates=2)
    for _ in range(6):
        await house.admin.say("/status")
    assert "lanjut" not in house.admin.texts.lower()


async def test_orders_above_the_limit_must_wait_a_minute(house: House) -> None:
    await open_shop(house, orders=2)
    for guest in (house.sarah, house.admin):
        for place in range(2):
            await guest.buy(f"08121234567{place}", TELKOMSEL_10)
        screen = await guest.quote("081212345672")
        answer = await guest.tap(PAY, on=screen)
        assert answer.show_alert
        assert re.search(r" [0-9]+ (second|detik)", answer.text)
        assert len(await house.orders(guest.user_id)) == 2
        house.pass_time(seconds=60)
        await house.reaches(await guest.confirm(screen), OrderState.SUCCEEDED)
    assert (await house.wallet(SARAH.user_id)).posted == FUNDS - 3 * PRICE


async def test_a_flood_does_not_delay_another_chat(house: House) -> None:
    await open_shop(house)
    served: list[int] = []

    def note(change: Change) -> None:
        if change.kind == "message" and change.message_id is not None:
            message = house.telegram.state.message(change.chat_id or 0, change.message_id)
            if message is not None and message.is_from_bot:
                served.append(message.chat_id)

    flood(house)
    house.telegram.state.listeners.append(note)
    await house.until(lambda: served.count(BUDI.user_id) >= OTHERS, seconds=50)
    floods_before_each = [
        served[:place].count(SARAH.user_id)
        for place, chat_id in enumerate(served)
        if chat_id == BUDI.user_id
    ]
    # They arrive after the flood, and each waits for a few of its messages at most.
    for kth, floods in enumerate(floods_before_each):
        assert floods < FLOOD // 10 + 5 * kth


async def test_most_of_a_flood_is_not_answered(house: House) -> None:
    konter = await open_shop(house, updates=60)
    before = len(house.sarah.messages)
    flood(house)
    await settled(house, konter)
    assert len(house.sarah.messages) == before + 60 + 1
    assert len(house.budi.messages) == OTHERS
    assert not await house.read(lambda tx: tx.inbox.pending())


def flood(house: House) -> None:
    """Queue 2,000 messages of Sarah at Telegram, and Budi's messages after them."""
    for number in range(FLOOD):
        house.telegram.send_text(SARAH.user_id, f"flood {number}")
    for number in range(OTHERS):
        house.telegram.send_text(BUDI.user_id, f"hello {number}")
