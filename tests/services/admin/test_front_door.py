"""The first screen of the staff, read at once."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotPermittedError
from bot.domain.money import Rupiah
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, Shop


async def test_the_owner_sees_how_the_shop_stands(shop: Shop) -> None:
    door = await shop.admin.front_door(ADMIN)
    assert (door.stop, door.waiting.count, door.today.sales.count) == (None, 0, 0)
    await shop.topups.request(ANNI, Rupiah(50_000), "key")
    await shop.admin.pause(ADMIN, "makan siang")
    door = await shop.admin.front_door(ADMIN)
    assert door.stop is not None
    assert door.waiting.count == 1
    assert door.supplier.balance is not None


async def test_customers_do_not(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        await shop.admin.front_door(Actor(ANNI, ANNI_CHAT))
