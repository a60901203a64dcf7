"""Many at once: two dozen customers, and a catalogue of realistic size."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain.order import OrderState
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import Person
from handlers.ui.buttons import Open, Pick, pack
from tests.sandbox.chat_user import TELKOMSEL_10, ChatUser
from tests.sandbox.shop_environment import PRICE, ShopEnvironment, open_environment

CROWD = 24
OPEN, PICK = (pack(one).rsplit(":", count)[0] + ":" for one, count in ((Open(), 3), (Pick(1), 1)))


async def test_many_customers_buy_at_once_with_lost_answers(shop: ShopEnvironment) -> None:
    shop.supplier.fail_next_order(Fault.LOST_AFTER, Fault.ERROR_AFTER)
    crowd = [await customer(shop, 710_000_000 + place) for place in range(CROWD)]
    destinations = [f"0812{place:05}1234" for place in range(CROWD)]
    numbers = await asyncio.gather(
        *(guest.buy(to, TELKOMSEL_10) for guest, to in zip(crowd, destinations, strict=True))
    )
    # At most 12 orders may be sent after a lost one, so it has to be found first.
    while shop.supplier.order_calls < CROWD:
        shop.pass_time(seconds=5)
        await shop.budi.say("/start", shows="Konter")
    for guest, to, number in zip(crowd, destinations, numbers, strict=True):
        order = await shop.reaches(number, OrderState.SUCCEEDED)
        assert order.destination == to
        assert [one.voucher for one in shop.bought(to)] == [order.voucher]
        await guest.sees(order.voucher)
        wallet = await shop.wallet(guest.user_id)
        assert (wallet.posted, wallet.held) == (0, 0)
    codes = {one.voucher for one in shop.supplier.orders}
    for guest in crowd:
        assert sum(code in guest.texts for code in codes) == 1


async def test_every_product_of_a_real_sized_catalogue_can_be_reached(tmp_path: Path) -> None:
    async with open_environment(tmp_path, full_catalogue()) as environment:
        environment.clock.move_to(12)
        konter = await environment.enter_with_goods()
        catalogue = konter.catalogue_cache.catalogue
        assert catalogue is not None
        ids = {pack(Pick(one)): one for one in catalogue.products}
        seen = {catalogue.products[ids[data]] for data in await all_products(environment.sarah)}
        names = {(one.sub_id, one.listing.name) for one in catalogue.products.values()}
        assert {(one.sub_id, one.listing.name) for one in seen} == names
        assert "wrong" not in environment.sarah.texts


async def all_products(guest: ChatUser) -> set[str]:
    """Open every button of every level, and return the product buttons."""
    top = await guest.say("/order", button=".")
    opened, found = set[str](), buttons(guest, top.message_id)
    while waiting := {data for data in found if data.startswith(OPEN)} - opened:
        data = waiting.pop()
        opened.add(data)
        await guest.forge(data, top.message_id)
        found |= buttons(guest, top.message_id)
    return {data for data in found if data.startswith(PICK)}


async def customer(shop: ShopEnvironment, user_id: int) -> ChatUser:
    """Return a new customer with the money for one purchase."""
    person = Person(user_id, f"Guest {user_id}", "en")
    shop.telegram.add_user(user_id, person.first_name, "en")
    guest = ChatUser(shop.telegram, person)
    guest.patience_seconds = 30
    await guest.say("/start", shows="Welcome")
    screen = await shop.admin.say(f"/credit {user_id} {PRICE}", button="💵")
    await shop.admin.tap("💵", on=screen)
    await shop.admin.tap("✅", on=screen)
    return guest


def buttons(guest: ChatUser, message_id: int) -> set[str]:
    """Return the data of the buttons below a message."""
    rows = guest.message(message_id).buttons
    return {str(button.get("callback_data", "")) for row in rows for button in row}
