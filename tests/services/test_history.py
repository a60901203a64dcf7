"""A customer's own orders, shown to nobody else."""

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.order import OrderId
from tests.services.shop import ADMIN, ANNI, BUDI, Shop


async def test_the_history_has_pages_newest_first(shop: Shop) -> None:
    """A page beyond the last is the last, and one before the first the first."""
    orders = [await shop.queue(number=f"0812000000{n:02}") for n in range(5)]
    numbers = [order.number for order in reversed(orders)]
    first, last = await shop.history.page(ANNI, 0, 2), await shop.history.page(ANNI, 99, 2)
    assert [order.number for order in first.orders] == numbers[:2]
    assert (first.page, first.pages) == (0, 3)
    assert [order.number for order in last.orders] == numbers[4:]
    assert (last.page, last.pages) == (2, 3)
    assert await shop.history.page(ANNI, -1, 2) == first


async def test_an_empty_history_has_one_empty_page(shop: Shop) -> None:
    """And others' orders are not in it."""
    await shop.queue()
    page = await shop.history.page(BUDI, 0, 5)
    assert (list(page.orders), page.page, page.pages) == ([], 0, 1)


async def test_open_orders_are_those_that_are_not_over(shop: Shop) -> None:
    """Newest first."""
    first = await shop.queue()
    over = await shop.queue(number="081299999999")
    await shop.buy.cancel(ANNI, over.order_id)
    last = await shop.queue(number="081277777777")
    await shop.queue(BUDI, number="081266666666")
    opened = await shop.history.open_orders(ANNI)
    assert [order.order_id for order in opened] == [last.order_id, first.order_id]


async def test_an_order_is_shown_to_its_owner_and_to_admins(shop: Shop) -> None:
    """To anybody else it does not exist."""
    order = await shop.queue()
    for reader in (ANNI, ADMIN):
        assert (await shop.history.order(reader, order.order_id)).order_id == order.order_id
    for reader, order_id in ((BUDI, order.order_id), (ANNI, OrderId(99))):
        with pytest.raises(NotFoundError):
            await shop.history.order(reader, order_id)
