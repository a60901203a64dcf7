"""A customer's own orders, shown only to the customer and to admins."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError
from bot.domain.order import Order, OrderId
from bot.domain.typed_input.order_search import Term, terms_of
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, NUMBER, Shop


async def test_the_history_is_paged_newest_first_and_clamps_the_page(shop: Shop) -> None:
    orders = [await shop.queue(number=f"0812000000{n:02}") for n in range(5)]
    numbers = [order.number for order in reversed(orders)]
    first, last = await shop.history.page(ANNI, 0, 2), await shop.history.page(ANNI, 99, 2)
    assert [order.number for order in first.orders] == numbers[:2]
    assert (first.page, first.pages) == (0, 3)
    assert [order.number for order in last.orders] == numbers[4:]
    assert (last.page, last.pages) == (2, 3)
    assert await shop.history.page(ANNI, -1, 2) == first


async def test_a_search_is_paged_like_the_history(shop: Shop) -> None:
    matching = [await shop.queue(number=f"0812000000{n:02}") for n in range(3)]
    await shop.queue(code="XL10", number="081777777777")
    await shop.queue(BUDI, number="081266666666")
    terms = terms_of("telkomsel")
    first, last = [await shop.history.search(ANNI, terms, page, 2) for page in (0, 99)]
    assert [one.order_id for one in (*first.orders, *last.orders)] == [
        order.order_id for order in reversed(matching)
    ]
    assert (first.page, first.pages, last.page, last.pages) == (0, 2, 1, 2)
    nothing = await shop.history.search(ANNI, terms_of("indosat"), 0, 2)
    assert (list(nothing.orders), nothing.page, nothing.pages) == ([], 0, 1)


async def test_an_empty_history_has_one_empty_page(shop: Shop) -> None:
    await shop.queue()
    page = await shop.history.page(BUDI, 0, 5)
    assert (list(page.orders), page.page, page.pages) == ([], 0, 1)


async def test_open_orders_are_newest_first_without_ended_ones(shop: Shop) -> None:
    first = await shop.queue()
    over = await shop.queue(number="081299999999")
    await shop.buy.cancel(ANNI, over.order_id)
    last = await shop.queue(number="081277777777")
    await shop.queue(BUDI, number="081266666666")
    opened = await shop.history.open_orders(ANNI)
    assert [order.order_id for order in opened] == [last.order_id, first.order_id]


async def test_an_order_is_shown_only_to_its_owner_and_to_admins(shop: Shop) -> None:
    order = await shop.queue()
    for reader in (Actor(ANNI, ANNI_CHAT), ADMIN):
        assert (await shop.history.order(reader, order.order_id)).order_id == order.order_id
    for reader, order_id in (
        (Actor(BUDI, BUDI_CHAT), order.order_id),
        (Actor(ANNI, ANNI_CHAT), OrderId(99)),
    ):
        with pytest.raises(NotFoundError):
            await shop.history.order(reader, order_id)


async def sold(shop: Shop, number: str = NUMBER, code: str = "SM10") -> Order:
    """Make an order that succeeded."""
    await shop.queue(number=number, code=code)
    started = await shop.start()
    reply = shop.reply(started, status_word="success", ref_id=f"r{started.order_id}")
    shop.supplier.will(reply)
    await shop.send.carry_out(started)
    return await shop.get(started.order_id)


async def test_each_delivered_product_and_number_is_offered_again_once(shop: Shop) -> None:
    first, second = await sold(shop), await sold(shop, "081277777777")
    shop.clock.advance(3600)
    third = await sold(shop)
    for number in range(40):
        order = await shop.queue(number=f"0813000000{number:02}")
        await shop.buy.cancel(ANNI, order.order_id)
    recent = await shop.history.recent(ANNI, 5)
    assert [one.order_id for one in recent] == [third.order_id, second.order_id]
    assert first.destination == third.destination
    assert (await shop.history.page(ANNI, 0, 10)).again == []
    page = await shop.history.page(ANNI, 4, 10)
    assert [one.order_id for one in page.again] == [third.order_id, second.order_id]


async def test_products_of_equal_names_are_offered_again_once(shop: Shop) -> None:
    """The two codes would look alike on the buttons."""
    await sold(shop)
    await shop.relist("SM20", name="telkomsel  10.000")
    other = await sold(shop, code="SM20")
    assert [one.order_id for one in await shop.history.recent(ANNI, 5)] == [other.order_id]
    await shop.queue()
    assert await shop.history.recent(ANNI, 5) == []


async def test_the_term_of_a_saved_name_is_its_numbers(shop: Shop) -> None:
    await sold(shop)
    saved = await shop.saved_numbers.all(ANNI)
    await shop.saved_numbers.ask_name(ANNI, saved[0].number_id, None)
    await shop.saved_numbers.name(ANNI, "Mama 10")
    assert await shop.history.terms_for(ANNI, " mama  10 ") == (Term(numbers=(NUMBER,)),)
    assert len(await shop.history.terms_for(ANNI, "mama 10 tsel")) == 3
    assert await shop.history.terms_for(BUDI, "mama") == (Term(("mama",)),)


async def test_orders_for_a_number_are_the_open_ones_or_the_last(shop: Shop) -> None:
    await sold(shop)
    last = await sold(shop, code="SM20")
    assert await shop.history.latest_for_destinations(ANNI, ()) == ()
    assert await shop.history.latest_for_destinations(ANNI, [NUMBER]) == [last]
    assert await shop.history.latest_for_destinations(BUDI, [NUMBER]) == []
    opened = await shop.queue()
    await shop.queue(number="081277777777")
    assert await shop.history.latest_for_destinations(ANNI, [NUMBER]) == [opened]


async def test_of_given_orders_only_the_customers_own_are_returned_once(shop: Shop) -> None:
    mine, theirs = await shop.queue(), await shop.queue(BUDI, number="081277777777")
    ids = [mine.order_id, theirs.order_id, OrderId(99), mine.order_id]
    assert await shop.history.own(ANNI, ids) == [mine]
