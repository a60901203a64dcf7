"""A success reply that named another order's row is detected by the row and corrected."""

import pytest

from bot.domain.order import Order, OrderState, ParkReason
from tests.services.shop import ADMIN, BUDI, Shop

OTHER = "081299999999"


async def misled(shop: Shop) -> tuple[Order, Order]:
    """Lose the answer of one order; let the next order's reply name the first one's row."""
    lost = await shop.ambiguous(OTHER, BUDI)
    shop.supplier.shows(shop.row(lost, "hers"))
    order = await shop.queue()
    misled = await shop.send_next(shop.reply(order, "hers"))
    assert (misled.state, misled.ref_id) == (OrderState.ACCEPTED, "hers")
    shop.supplier.shows(shop.row(misled, "his"))
    return lost, misled


async def reconcile_and_poll(shop: Shop, seconds: int) -> None:
    """Poll and reconcile once a second."""
    for _ in range(seconds):
        shop.clock.advance(1)
        await shop.reconcile.poll()
        await shop.reconcile.look_up()


async def test_both_orders_get_their_own_rows(shop: Shop) -> None:
    lost, misled_order = await misled(shop)
    await reconcile_and_poll(shop, 70)
    hers, his = await shop.get(lost.order_id), await shop.get(misled_order.order_id)
    assert (hers.state, hers.ref_id) == (OrderState.ACCEPTED, "hers")
    assert (his.state, his.ref_id) == (OrderState.ACCEPTED, "his")


async def test_an_order_whose_own_row_is_not_found_is_parked_as_foreign_reply(shop: Shop) -> None:
    _, misled_order = await misled(shop)
    shop.supplier.rows.pop(0)
    await reconcile_and_poll(shop, 70)
    order = await shop.get(misled_order.order_id)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert (order.ref_id, order.suspect_ref_id) == (None, "hers")


async def test_an_order_parked_for_its_missing_row_gives_the_row_back_as_well(shop: Shop) -> None:
    lost, misled_order = await misled(shop)
    rows, shop.supplier.rows = shop.supplier.rows, []
    await reconcile_and_poll(shop, 640)
    assert (await shop.get(misled_order.order_id)).park_reason is ParkReason.ROW_MISSING
    shop.supplier.rows = rows
    await reconcile_and_poll(shop, 130)
    assert (await shop.get(lost.order_id)).ref_id == "hers"
    assert (await shop.get(misled_order.order_id)).ref_id == "his"


async def test_a_better_matching_row_replaces_the_named_one(shop: Shop) -> None:
    """Here no unresolved order matches the named row."""
    order = await shop.queue()
    misled_order = await shop.send_next(shop.reply(order, "theirs"))
    shop.supplier.rows = [
        shop.row(misled_order, "his"),
        shop.row(misled_order, "theirs", destination=OTHER),
    ]
    await shop.recon.compare(ADMIN)
    await reconcile_and_poll(shop, 10)
    assert (await shop.get(order.order_id)).ref_id == "his"


@pytest.mark.parametrize("is_own_seen", [True, False])
async def test_a_masked_row_of_another_product_is_not_the_orders(
    shop: Shop, is_own_seen: bool
) -> None:
    """The reply to the call that made the row named it too, but came later."""
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
    await reconcile_and_poll(shop, 130)
    hers, his = await shop.get(first.order_id), await shop.get(second.order_id)
    assert (hers.state, hers.suspect_ref_id) == (OrderState.PARKED, "hers")
    assert his.ref_id == ("his" if is_own_seen else None)


async def test_a_mismatching_row_that_no_other_order_needs_stays_claimed(shop: Shop) -> None:
    """A panel may write destinations in its own format, so a mismatch alone proves nothing."""
    order = await shop.accepted()
    shop.supplier.rows = [shop.row(order, "r1", destination="0812****7890")]
    await reconcile_and_poll(shop, 70)
    kept = await shop.get(order.order_id)
    assert (kept.state, kept.ref_id) == (OrderState.ACCEPTED, "r1")


async def test_an_order_keeps_the_row_while_its_target_has_an_unresolved_order(shop: Shop) -> None:
    """Two unresolved orders of one product and number could not be told apart."""
    lost, misled_order = await misled(shop)
    again = await shop.ambiguous(misled_order.destination, BUDI)
    shop.supplier.rows = [row for row in shop.supplier.rows if row.ref_id == "hers"]
    await reconcile_and_poll(shop, 10)
    kept = await shop.get(misled_order.order_id)
    assert (kept.state, kept.ref_id) == (OrderState.ACCEPTED, "hers")
    assert (await shop.get(again.order_id)).state is OrderState.AMBIGUOUS
    assert (await shop.get(lost.order_id)).ref_id is None
