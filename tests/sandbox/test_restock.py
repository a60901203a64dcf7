"""A restock notice with the whole bot is sent once, whatever is killed."""

from __future__ import annotations

import pytest

from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import ShopEnvironment

pytestmark = pytest.mark.timeout(240)
BACK = "Back in stock:\n\nTelkomsel 10,000 · Rp11,200"


def set_status(environment: ShopEnvironment, status: str) -> None:
    """Change the supplier's row of Telkomsel 10.000, which is replaced: all tests share it."""
    environment.supplier.catalogue[0] = environment.supplier.catalogue[0] | {"status": status}


async def ask(guest: ChatUser) -> None:
    """Go to the product, and ask for the notice."""
    top = await guest.say("/order", button="Pulsa")
    for step in ("Pulsa", "Telkomsel", "that is out of stock", "^10", "Tell me when it is back"):
        await guest.tap(step, on=top)
    await guest.sees_in(top.message_id, "We will tell you once if it is back within 7 days")


async def test_a_restock_notice_survives_kills_and_is_sent_once(
    environment: ShopEnvironment,
) -> None:
    set_status(environment, "empty")
    environment.env["CATALOGUE_REFRESH_SECONDS"] = "1"
    await environment.stock()
    await environment.start()
    await ask(environment.sarah)
    await environment.kill()
    set_status(environment, "ready")
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
    assert environment.sarah.texts.count(BACK) == 1
