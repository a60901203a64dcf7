"""A refund is asked about twice, unless the latest list covers the send and shows nothing."""

from datetime import timedelta

import pytest

from bot.domain.errors import (
    RefundDoubtError,
    RefusalClass,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.order import Order, OrderId, OrderState, ParkReason
from bot.services.orders import settle
from bot.services.restores import travel
from tests.services.shop import ADMIN, Shop

OTHER = "081299999999"


async def refund_is_doubted(shop: Shop, order_id: OrderId, candidates: int = 0) -> None:
    """See that the first press only warns, and that the money is given back at the second."""
    with pytest.raises(RefundDoubtError) as caught:
        await shop.admin.refund(ADMIN, order_id)
    assert (caught.value.candidates, caught.value.is_asked) == (candidates, True)
    assert (await shop.get(order_id)).state is OrderState.PARKED
    assert (await shop.insist_on_refund(ADMIN, order_id)).state is OrderState.FAILED


def scroll(shop: Shop, order: Order) -> None:
    """Let 15 newer rows of other products push everything out."""
    shop.supplier.rows = [
        shop.row(order, f"x{n}", service_code="XL10", created_at=shop.clock.now())
        for n in range(15)
    ]


async def teach_the_clock(shop: Shop, hours: int = 0) -> None:
    """Have an order accepted and its row polled, by a clock that is off by hours."""
    first = await shop.accepted(OTHER, "r0")
    made_at = (first.sent_at or first.created_at) + timedelta(hours=hours, seconds=1)
    shop.supplier.rows = [shop.row(first, "r0", created_at=made_at)]
    shop.clock.advance(6)
    await shop.reconcile.poll()


async def test_an_order_that_nobody_could_look_for_is_refunded_at_the_second_press(
    shop: Shop,
) -> None:
    """The supplier was away, and the row has scrolled out since."""
    order = await shop.ambiguous()
    shop.supplier.read_error = SupplierReadError("502")
    await shop.look_for(700)
    shop.supplier.read_error = None
    scroll(shop, order)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.UNKNOWN
    await refund_is_doubted(shop, order.order_id)


async def test_an_order_that_scrolled_out_is_refunded_at_the_second_press(shop: Shop) -> None:
    """The list does not reach back to its send."""
    await teach_the_clock(shop)
    order = await shop.ambiguous()
    shop.clock.advance(100)
    scroll(shop, order)
    await shop.look_for(1)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.WINDOW_LOST
    await refund_is_doubted(shop, order.order_id)


@pytest.mark.parametrize("is_sending", [False, True])
async def test_an_order_of_a_restored_copy_is_refunded_at_the_second_press(
    shop: Shop, is_sending: bool
) -> None:
    """Whatever the list shows: it may have been sent in the forgotten time."""
    order = await shop.queue()
    if is_sending:
        await shop.start()
    shop.clock.advance(5 * 3_600)
    await shop.store.write(travel, shop.rules, 1, shop.clock.now())
    await shop.restart()
    await refund_is_doubted(shop, order.order_id)


async def test_an_order_parked_within_two_minutes_is_refunded_at_the_second_press(
    shop: Shop,
) -> None:
    """Its row may still show."""
    order = await shop.ambiguous()
    shop.clock.advance(119)
    now, reason = shop.clock.now(), ParkReason.PROBABLY_NOT_PLACED
    await shop.store.write(lambda tx: settle.park(tx, shop.rules, order, reason, now))
    await refund_is_doubted(shop, order.order_id)


async def test_a_list_that_covers_the_send_and_shows_nothing_is_believed(shop: Shop) -> None:
    """As it was: the first press gives the money back."""
    parked = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    assert (await shop.admin.refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_a_list_that_covered_the_send_is_believed_when_it_has_moved_on(shop: Shop) -> None:
    """15 newer rows take nothing back: two minutes after the send the order was not there."""
    parked = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    scroll(shop, parked)
    assert (await shop.admin.refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_an_unreadable_row_that_has_moved_on_is_remembered(shop: Shop) -> None:
    """It was of the product and time, and may have been the order's."""
    parked = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    shop.supplier.shows(shop.row(parked, "odd", destination=""))
    await shop.recon.compare(ADMIN)
    scroll(shop, parked)
    await refund_is_doubted(shop, parked.order_id)


async def test_a_covering_list_by_a_clock_that_was_set_is_not_believed(shop: Shop) -> None:
    """The order was looked for a few seconds, whatever the clock says."""
    order = await shop.ambiguous()
    await shop.look_for(1)
    shop.clock.set_by(3_600)
    await shop.reconcile.look()
    scroll(shop, order)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.UNKNOWN
    await refund_is_doubted(shop, order.order_id)


@pytest.mark.parametrize("hours", [-7, 7])
async def test_rows_of_another_time_zone_are_shown_and_remembered(shop: Shop, hours: int) -> None:
    """Two rows that may be the order's, stamped hours away, and scrolled out since."""
    await teach_the_clock(shop, hours)
    order = await shop.ambiguous()
    made_at = (order.sent_at or order.created_at) + timedelta(hours=hours, seconds=2)
    for ref_id in ("r1", "r2"):
        shop.supplier.shows(shop.row(order, ref_id, created_at=made_at))
    await shop.look_for(60)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.SEVERAL
    shown = await shop.admin.candidates(ADMIN, order.order_id)
    assert {row.ref_id for row in shown} == {"r1", "r2"}
    scroll(shop, order)
    await refund_is_doubted(shop, order.order_id, candidates=2)


# --- a status call that is refused ---


@pytest.mark.parametrize(
    "message",
    ["Something went wrong, please contact the admin.", "Layanan sedang gangguan", "Coba lagi"],
)
async def test_a_refused_status_call_is_no_missing_row(shop: Shop, message: str) -> None:
    """The panel has not said that it does not know the order."""
    order = await shop.accepted()
    refusal = shop.rules.profile.refusal_of(message)
    shop.supplier.read_error = SupplierRefusedError(refusal, message)
    for _ in range(25):
        shop.clock.advance(30)
        await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED


async def test_a_refund_needs_an_answer_about_the_orders_own_row(shop: Shop) -> None:
    """A refused status call is none; "not found" is one."""
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    sorry = "Something went wrong, please contact the admin."
    shop.supplier.read_error = SupplierRefusedError(RefusalClass.OTHER, sorry)
    with pytest.raises(RefundDoubtError) as caught:
        await shop.admin.refund(ADMIN, order.order_id)
    assert not caught.value.is_asked
    shop.clock.advance(600)
    gone = SupplierRefusedError(RefusalClass.OTHER, "Transaksi tidak ditemukan")
    shop.supplier.read_error = gone
    assert (await shop.admin.refund(ADMIN, order.order_id)).state is OrderState.FAILED


def last_changed_first(shop: Shop, order: Order) -> None:
    """Show an old row that has just changed before 14 that were made since, and not the order's."""
    sent_at = order.sent_at or order.created_at
    old = shop.row(order, "old", service_code="XL10", created_at=sent_at - timedelta(hours=1))
    since = [
        shop.row(order, f"x{n}", service_code="XL10", created_at=sent_at + timedelta(seconds=n))
        for n in range(14, 0, -1)
    ]
    shop.supplier.rows = [old, *since]


@pytest.mark.parametrize(("hours", "is_proven"), [(1, False), (23, False), (25, True)])
async def test_a_panel_that_shows_the_last_changed_rows_proves_no_absence(
    shop: Shop, hours: float, is_proven: bool
) -> None:
    """Not for a day, though its next lists may be in the order of creation by chance."""
    await teach_the_clock(shop)
    order = await shop.ambiguous()
    shop.clock.advance(150)
    last_changed_first(shop, order)
    await shop.look_for(500)
    parked = await shop.get(order.order_id)
    assert (parked.park_reason, parked.covered_at) == (ParkReason.UNKNOWN, None)
    shop.clock.advance(hours * 3_600)
    shop.supplier.rows.sort(key=lambda row: row.created_at or shop.clock.now(), reverse=True)
    await shop.recon.step()
    if is_proven:
        refunded = await shop.admin.refund(ADMIN, order.order_id)
        assert refunded.state is OrderState.FAILED
    else:
        await refund_is_doubted(shop, order.order_id)


async def test_an_older_proof_falls_with_the_order_of_the_list(shop: Shop) -> None:
    """The list that covered the send was in the order of creation by chance."""
    await teach_the_clock(shop)
    order = await shop.ambiguous()
    shop.clock.advance(150)
    last_changed_first(shop, order)
    shop.supplier.rows.append(shop.supplier.rows.pop(0))
    await shop.look_for(500)
    parked = await shop.get(order.order_id)
    assert parked.park_reason is ParkReason.PROBABLY_NOT_PLACED
    last_changed_first(shop, order)
    await refund_is_doubted(shop, order.order_id)


async def test_an_unknown_refusal_is_not_confirmed_by_a_list_of_the_last_changes(
    shop: Shop,
) -> None:
    """It would be failed after two minutes, bought or not."""
    await teach_the_clock(shop)
    await shop.queue()
    shop.supplier.will(SupplierRefusedError(RefusalClass.OTHER, "Something went wrong"))
    started = await shop.start()
    await shop.send.carry_out(started)
    order = await shop.get(started.order_id)
    last_changed_first(shop, order)
    await shop.look_for(300)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
