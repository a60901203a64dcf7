"""A success that named another order's row: found out by the row, and put right."""

import pytest

from bot.domain.order import Order, OrderState, ParkReason
from tests.services.shop import ADMIN, BUDI, Shop

OTHER = "081299999999"


async def misled(shop: Shop) -> tuple[Order, Order]:
    """Lose the answer of one order, and have the next one's name the first one's row."""
    lost = await shop.ambiguous(OTHER, BUDI)
    shop.supplier.shows(shop.row(lost, "hers"))
    order = await shop.queue()
    misled = await shop.send_next(shop.reply(order, "hers"))
    assert (misled.state, misled.ref_id) == (OrderState.ACCEPTED, "hers")
    shop.supplier.shows(shop.row(misled, "his"))
    return lost, misled


async def look_and_poll(shop: Shop, seconds: int) -> None:
    """Let both workers do what is due."""
    for _ in range(seconds):
        shop.clock.advance(1)
        await shop.reconcile.poll()
        await shop.reconcile.look()


async def test_both_orders_come_to_their_own_rows(shop: Shop) -> None:
    """The row shows whose it is; from then on both are looked for like any lost order."""
    lost, misled_order = await misled(shop)
    await look_and_poll(shop, 70)
    hers, his = await shop.get(lost.order_id), await shop.get(misled_order.order_id)
    assert (hers.state, hers.ref_id) == (OrderState.ACCEPTED, "hers")
    assert (his.state, his.ref_id) == (OrderState.ACCEPTED, "his")


async def test_the_admins_hear_of_it_when_the_own_row_does_not_show(shop: Shop) -> None:
    """The reply's word is kept beside the order."""
    _, misled_order = await misled(shop)
    shop.supplier.rows.pop(0)
    await look_and_poll(shop, 70)
    order = await shop.get(misled_order.order_id)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert (order.ref_id, order.suspect_ref_id) == (None, "hers")


async def test_a_parked_order_gives_the_row_back_as_well(shop: Shop) -> None:
    """The row shows only after 10 minutes, when the order is parked for want of it."""
    lost, misled_order = await misled(shop)
    rows, shop.supplier.rows = shop.supplier.rows, []
    await look_and_poll(shop, 640)
    assert (await shop.get(misled_order.order_id)).park_reason is ParkReason.ROW_MISSING
    shop.supplier.rows = rows
    await look_and_poll(shop, 130)
    assert (await shop.get(lost.order_id)).ref_id == "hers"
    assert (await shop.get(misled_order.order_id)).ref_id == "his"


async def test_a_row_that_fits_better_will_do_as_well(shop: Shop) -> None:
    """Whose the named row is does not matter, when the order's own is seen."""
    order = await shop.queue()
    misled_order = await shop.send_next(shop.reply(order, "theirs"))
    shop.supplier.rows = [
        shop.row(misled_order, "his"),
        shop.row(misled_order, "theirs", destination=OTHER),
    ]
    await shop.recon.compare(ADMIN)
    await look_and_poll(shop, 10)
    assert (await shop.get(order.order_id)).ref_id == "his"


@pytest.mark.parametrize("is_own_seen", [True, False])
async def test_a_row_of_another_product_is_anothers_though_it_hides_its_number(
    shop: Shop, is_own_seen: bool
) -> None:
    """The call that it was made for was answered with it as well, a moment too late."""
    shop.supplier.order_gap_seconds = 0
    first, second = await shop.queue(), await shop.queue(BUDI, number=OTHER, code="XL10")
    started = [await shop.start(), await shop.start()]
    shop.supplier.will(shop.reply(second, "hers"))
    await shop.send.carry_out(started[1])
    shop.supplier.will(shop.reply(first, "hers"))
    await shop.send.carry_out(started[0])
    shop.supplier.shows(shop.row(started[0], "hers", destination=""))
    if is_own_seen:
        shop.supplier.shows(shop.row(started[1], "his"))
    await look_and_poll(shop, 130)
    hers, his = await shop.get(first.order_id), await shop.get(second.order_id)
    assert (hers.state, hers.suspect_ref_id) == (OrderState.PARKED, "hers")
    assert his.ref_id == ("his" if is_own_seen else None)


async def test_a_row_that_nobody_else_waits_for_stays(shop: Shop) -> None:
    """A panel may write destinations in ways of its own: then only time tells."""
    order = await shop.accepted()
    shop.supplier.rows = [shop.row(order, "r1", destination="0812****7890")]
    await look_and_poll(shop, 70)
    kept = await shop.get(order.order_id)
    assert (kept.state, kept.ref_id) == (OrderState.ACCEPTED, "r1")


async def test_an_order_with_a_lost_one_of_its_own_kind_waits_with_parking(shop: Shop) -> None:
    """Two unresolved orders of one product and number could not be told apart."""
    lost, misled_order = await misled(shop)
    again = await shop.ambiguous(misled_order.destination, BUDI)
    shop.supplier.rows = [row for row in shop.supplier.rows if row.ref_id == "hers"]
    await look_and_poll(shop, 10)
    kept = await shop.get(misled_order.order_id)
    assert (kept.state, kept.ref_id) == (OrderState.ACCEPTED, "hers")
    assert (await shop.get(again.order_id)).state is OrderState.AMBIGUOUS
    assert (await shop.get(lost.order_id)).ref_id is None
