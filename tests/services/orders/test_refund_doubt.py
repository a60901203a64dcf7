"""A refund needs a second confirmation unless the latest list covers the send without a match."""

from datetime import timedelta

import pytest

from bot.domain.errors import (
    RefundUncertainError,
    RefusalClass,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.order import Order, OrderId, OrderState, ParkReason
from bot.services.orders import settle
from bot.services.restores import restore_state
from tests.services.shop import ADMIN, Shop


async def refund_is_doubted(shop: Shop, order_id: OrderId, candidates: int = 0) -> None:
    """Assert that the first request only raises a doubt, and the confirmed one refunds."""
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, order_id)
    assert (caught.value.candidates, caught.value.is_answered) == (candidates, True)
    assert (await shop.get(order_id)).state is OrderState.PARKED
    assert (await shop.insist_on_refund(ADMIN, order_id)).state is OrderState.FAILED


def fill_list_with_newer_rows(shop: Shop, order: Order) -> None:
    """Replace the list by 15 newer rows of another product."""
    shop.supplier.rows = [
        shop.row(order, f"x{n}", service_code="XL10", created_at=shop.clock.now())
        for n in range(15)
    ]


async def test_an_order_whose_reads_failed_needs_two_presses(shop: Shop) -> None:
    order = await shop.ambiguous()
    shop.supplier.read_error = SupplierReadError("502")
    await shop.look_for(700)
    shop.supplier.read_error = None
    fill_list_with_newer_rows(shop, order)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.UNKNOWN
    await refund_is_doubted(shop, order.order_id)


async def test_an_order_that_left_the_list_needs_two_presses(shop: Shop) -> None:
    await shop.know_skew()
    order = await shop.ambiguous()
    shop.clock.advance(100)
    fill_list_with_newer_rows(shop, order)
    await shop.look_for(1)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.WINDOW_LOST
    await refund_is_doubted(shop, order.order_id)


@pytest.mark.parametrize("is_sending", [False, True])
async def test_an_order_parked_by_a_restore_needs_two_presses(shop: Shop, is_sending: bool) -> None:
    """It may have been sent after the backup was made."""
    order = await shop.queue()
    if is_sending:
        await shop.start()
    shop.clock.advance(5 * 3_600)
    await shop.store.write(restore_state, shop.rules, 1, shop.clock.now())
    await shop.restart()
    await refund_is_doubted(shop, order.order_id)


async def test_an_order_parked_within_two_minutes_needs_two_presses(shop: Shop) -> None:
    """Its row may still be listed."""
    order = await shop.ambiguous()
    shop.clock.advance(119)
    now, reason = shop.clock.now(), ParkReason.PROBABLY_NOT_PLACED
    await shop.store.write(lambda tx: settle.park(tx, shop.rules, order, reason, now))
    await refund_is_doubted(shop, order.order_id)


async def test_an_earlier_covering_list_still_counts_when_15_newer_rows_came(shop: Shop) -> None:
    parked = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    fill_list_with_newer_rows(shop, parked)
    assert (await shop.admin.refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_an_unreadable_row_that_left_the_list_still_raises_the_doubt(shop: Shop) -> None:
    parked = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    shop.supplier.shows(shop.row(parked, "odd", destination=""))
    await shop.recon.compare(ADMIN)
    fill_list_with_newer_rows(shop, parked)
    await refund_is_doubted(shop, parked.order_id)


async def test_a_covering_list_after_the_clock_was_set_forward_does_not_count(shop: Shop) -> None:
    """By the monotonic clock the search lasted a few seconds."""
    order = await shop.ambiguous()
    await shop.look_for(1)
    shop.clock.set_by(3_600)
    await shop.reconcile.look_up()
    fill_list_with_newer_rows(shop, order)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.UNKNOWN
    await refund_is_doubted(shop, order.order_id)


@pytest.mark.parametrize("hours", [-7, 7])
async def test_candidates_dated_in_another_time_zone_are_kept_when_they_left_the_list(
    shop: Shop, hours: int
) -> None:
    await shop.know_skew(hours * 3_600)
    order = await shop.ambiguous()
    made_at = (order.sent_at or order.created_at) + timedelta(hours=hours, seconds=2)
    for ref_id in ("r1", "r2"):
        shop.supplier.shows(shop.row(order, ref_id, created_at=made_at))
    await shop.look_for(60)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.SEVERAL
    shown = (await shop.admin.order_evidence(ADMIN, order.order_id)).candidates
    assert {row.ref_id for row in shown} == {"r1", "r2"}
    fill_list_with_newer_rows(shop, order)
    await refund_is_doubted(shop, order.order_id, candidates=2)


# --- refused status calls ---


async def test_not_found_counts_as_an_answer_and_other_refusals_do_not(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    await shop.poll_for(5)
    sorry = "Something went wrong, please contact the admin."
    shop.supplier.read_error = SupplierRefusedError(RefusalClass.OTHER, sorry)
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, order.order_id)
    assert not caught.value.is_answered
    shop.clock.advance(600)
    gone = SupplierRefusedError(RefusalClass.OTHER, "Transaksi tidak ditemukan")
    shop.supplier.read_error = gone
    assert (await shop.admin.refund(ADMIN, order.order_id)).state is OrderState.FAILED


def last_changed_first(shop: Shop, order: Order) -> None:
    """List an old row, just changed, before 14 rows made since the send; none is the order's."""
    sent_at = order.sent_at or order.created_at
    old = shop.row(order, "old", service_code="XL10", created_at=sent_at - timedelta(hours=1))
    since = [
        shop.row(order, f"x{n}", service_code="XL10", created_at=sent_at + timedelta(seconds=n))
        for n in range(14, 0, -1)
    ]
    shop.supplier.rows = [old, *since]


@pytest.mark.parametrize(("hours", "is_proven"), [(1, False), (23, False), (25, True)])
async def test_a_list_ordered_by_change_does_not_cover_for_a_day(
    shop: Shop, hours: float, is_proven: bool
) -> None:
    """Later lists may be in the order of creation by chance."""
    await shop.know_skew()
    order = await shop.ambiguous()
    shop.clock.advance(150)
    last_changed_first(shop, order)
    await shop.look_for(500)
    parked = await shop.get(order.order_id)
    assert (parked.park_reason, parked.last_covering_miss_at) == (ParkReason.UNKNOWN, None)
    shop.clock.advance(hours * 3_600)
    shop.supplier.rows.sort(key=lambda row: row.created_at or shop.clock.now(), reverse=True)
    await shop.recon.step()
    if is_proven:
        refunded = await shop.admin.refund(ADMIN, order.order_id)
        assert refunded.state is OrderState.FAILED
    else:
        await refund_is_doubted(shop, order.order_id)


async def test_an_earlier_covering_list_is_void_once_the_order_is_by_change(shop: Shop) -> None:
    await shop.know_skew()
    order = await shop.ambiguous()
    shop.clock.advance(150)
    last_changed_first(shop, order)
    shop.supplier.rows.append(shop.supplier.rows.pop(0))
    await shop.look_for(500)
    parked = await shop.get(order.order_id)
    assert parked.park_reason is ParkReason.PROBABLY_NOT_PLACED
    last_changed_first(shop, order)
    await refund_is_doubted(shop, order.order_id)


async def test_a_list_ordered_by_change_does_not_confirm_an_unknown_refusal(shop: Shop) -> None:
    """The order would fail after two minutes although it may have been bought."""
    await shop.know_skew()
    order = await shop.refused()
    last_changed_first(shop, order)
    await shop.look_for(300)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
