"""Restock notices with the whole bot: after a new list, the end of a cutoff, and kills."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from tests.sandbox.chat_user import PAY, ChatUser
from tests.sandbox.shop_environment import ShopEnvironment

pytestmark = pytest.mark.timeout(240)
NUMBER = "081212345678"
TELL = "Tell me when it is back"
BACK = "Back in stock:\n\nTelkomsel 10,000 · Rp11,200"
CLOSED = {"cutoff": {"start": "11:30", "end": "12:45"}}


def change(environment: ShopEnvironment, **changes: object) -> None:
    """Change the supplier's row of Telkomsel 10.000."""
    row = environment.supplier.catalogue[
        0
    ]  # All tests share the row, so it is replaced and not changed.
    environment.supplier.catalogue[0] = row | changes


async def ask(guest: ChatUser, *, is_empty: bool = True) -> None:
    """Go to the product, and ask for the notice."""
    top = await guest.say("/order", button="Pulsa")
    for step in ("Pulsa", "Telkomsel", *(("that is out of stock",) if is_empty else ()), "^10"):
        await guest.tap(step, on=top)
    await guest.tap(TELL, on=top)
    await guest.sees_in(top.message_id, "We will tell you once if it is back within 7 days")


def count_restock_notices(guest: ChatUser) -> int:
    """Return how many messages say that the product is back."""
    return sum(BACK in message.text for message in guest.messages)


async def test_a_restocked_product_is_announced_and_bought(environment: ShopEnvironment) -> None:
    change(environment, status="empty")
    konter = await environment.enter_with_goods()
    await ask(environment.sarah)
    change(environment, status="ready")
    await konter.sync.fetch()
    news = await environment.sarah.sees(BACK)
    await environment.sarah.tap("🛒", on=news)
    await environment.sarah.sees("Send the phone number")
    screen = await environment.sarah.say(NUMBER, button=PAY)
    number = await environment.sarah.confirm(screen)
    await environment.reaches(number, OrderState.SUCCEEDED)
    assert environment.sarah.message(news.message_id).text == news.text
    assert count_restock_notices(environment.sarah) == 1


async def test_the_end_of_a_cutoff_is_announced_between_two_lists(
    environment: ShopEnvironment,
) -> None:
    change(environment, **CLOSED)
    environment.clock.move_to(12)
    konter = await environment.enter_with_goods()
    await ask(environment.sarah, is_empty=False)
    fetched_at = konter.catalogue_cache.catalogue and konter.catalogue_cache.catalogue.fetched_at
    environment.pass_time(minutes=44)
    await environment.budi.say("/start", shows="Hello|Halo")
    assert count_restock_notices(environment.sarah) == 0
    environment.pass_time(minutes=2)
    await environment.sarah.sees(BACK)
    assert konter.catalogue_cache.catalogue is not None
    assert konter.catalogue_cache.catalogue.fetched_at == fetched_at


async def test_a_restock_notice_survives_kills_and_is_sent_once(
    environment: ShopEnvironment,
) -> None:
    change(environment, status="empty")
    environment.env["CATALOGUE_REFRESH_SECONDS"] = "1"
    await environment.start()
    await ask(environment.sarah)
    await environment.kill()
    change(environment, status="ready")
    environment.telegram.down = True
    await environment.launch()

    async def is_on_its_way() -> bool:
        return await environment.read(lambda tx: tx.outbox.backlog()) == 1

    async def is_noted() -> bool:
        return not await is_on_its_way()

    await environment.until_true(is_on_its_way, 60)
    await environment.kill()
    environment.telegram.down = False
    await environment.start()
    await environment.sarah.sees(BACK)
    await environment.until_true(is_noted)
    await environment.kill()
    await environment.start()
    await environment.sarah.say("/balance", shows="Your balance|Balance")
    assert count_restock_notices(environment.sarah) == 1
