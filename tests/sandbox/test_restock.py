"""Restock notices with the whole bot: after a new list, the end of a cutoff, and kills."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from tests.sandbox.guest import PAY, Guest
from tests.sandbox.running_shop import House

pytestmark = pytest.mark.timeout(240)
NUMBER = "081212345678"
TELL = "Tell me when it is back"
BACK = "Back in stock:\n\nTelkomsel 10,000 · Rp11,200"
CLOSED = {"cutoff": {"start": "11:30", "end": "12:45"}}


def change(house: House, **changes: object) -> None:
    """Change the supplier's row of Telkomsel 10.000."""
    row = house.supplier.catalogue[0]  # All tests share the row, so it is replaced and not changed.
    house.supplier.catalogue[0] = row | changes


async def ask(guest: Guest, *, is_empty: bool = True) -> None:
    """Go to the product, and ask for the notice."""
    top = await guest.say("/order", button="Pulsa")
    for step in ("Pulsa", "Telkomsel", *(("that is out of stock",) if is_empty else ()), "^10"):
        await guest.tap(step, on=top)
    await guest.tap(TELL, on=top)
    await guest.sees_in(top.message_id, "We will tell you once if it is back within 7 days")


def count_restock_notices(guest: Guest) -> int:
    """Return how many messages say that the product is back."""
    return sum(BACK in message.text for message in guest.messages)


async def test_a_restocked_product_is_announced_and_bought(house: House) -> None:
    change(house, status="empty")
    konter = await house.enter_with_goods()
    await ask(house.sarah)
    change(house, status="ready")
    await konter.sync.fetch()
    news = await house.sarah.sees(BACK)
    await house.sarah.tap("🛒", on=news)
    await house.sarah.sees("Send the phone number")
    screen = await house.sarah.say(NUMBER, button=PAY)
    number = await house.sarah.confirm(screen)
    await house.reaches(number, OrderState.SUCCEEDED)
    assert house.sarah.message(news.message_id).text == news.text
    assert count_restock_notices(house.sarah) == 1


async def test_the_end_of_a_cutoff_is_announced_between_two_lists(house: House) -> None:
    change(house, **CLOSED)
    house.clock.move_to(12)
    konter = await house.enter_with_goods()
    await ask(house.sarah, is_empty=False)
    fetched_at = konter.catalogue_cache.catalogue and konter.catalogue_cache.catalogue.fetched_at
    house.pass_time(minutes=44)
    await house.budi.say("/start", shows="Hello|Halo")
    assert count_restock_notices(house.sarah) == 0
    house.pass_time(minutes=2)
    await house.sarah.sees(BACK)
    assert konter.catalogue_cache.catalogue is not None
    assert konter.catalogue_cache.catalogue.fetched_at == fetched_at


async def test_a_restock_notice_survives_kills_and_is_sent_once(house: House) -> None:
    change(house, status="empty")
    house.env["CATALOGUE_REFRESH_SECONDS"] = "1"
    await house.start()
    await ask(house.sarah)
    await house.kill()
    change(house, status="ready")
    house.telegram.down = True
    await house.launch()

    async def is_on_its_way() -> bool:
        return await house.read(lambda tx: tx.outbox.backlog()) == 1

    async def is_noted() -> bool:
        return not await is_on_its_way()

    await house.until_true(is_on_its_way, 60)
    await house.kill()
    house.telegram.down = False
    await house.start()
    await house.sarah.sees(BACK)
    await house.until_true(is_noted)
    await house.kill()
    await house.start()
    await house.sarah.say("/balance", shows="Your balance|Balance")
    assert count_restock_notices(house.sarah) == 1
