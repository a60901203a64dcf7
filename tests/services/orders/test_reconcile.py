"""Looking for lost orders: the schedule, what proves them, and when an admin is asked."""

from datetime import timedelta

import pytest

from bot.domain.errors import (
    RefusalClass,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState, ParkReason
from bot.services.orders.supplier_clock import SKEW_MARGIN
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER, PRICE, SECOND_ADMIN, Shop

OTHER = "081299999999"


async def seen(shop: Shop, order: Order) -> tuple[OrderState, ParkReason | None]:
    """Return where an order stands now, and why it is parked."""
    now = await shop.get(order.order_id)
    return now.state, now.park_reason


async def test_with_nothing_lost_there_is_nothing_to_do(shop: Shop) -> None:
    """The supplier is not asked."""
    assert await shop.reconcile.look() is None
    assert shop.supplier.reads == ["services"]


async def test_the_list_is_read_after_3_10_20_40_60_seconds_then_every_minute(
    shop: Shop,
) -> None:
    """On the share of the reads that polling cannot take."""
    await shop.ambiguous()
    assert await shop.look_for(250) == [3, 10, 20, 40, 60, 120, 180, 240]
    assert set(shop.supplier.reads[1:]) == {"list reconcile"}


async def test_lost_orders_share_a_look(shop: Shop) -> None:
    """One list serves all that are due."""
    shop.supplier.order_gap_seconds = 0
    await shop.ambiguous()
    await shop.ambiguous(OTHER)
    shop.clock.advance(3)
    await shop.reconcile.look()
    assert shop.supplier.reads == ["services", "list reconcile"]


async def test_the_only_candidate_is_claimed(shop: Shop) -> None:
    """From then on the order is like any other."""
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "found1"))
    await shop.look_for(3)
    order = await shop.get(lost.order_id)
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "found1")
    assert (order.accepted_at, order.supplier_cost) == (shop.clock.now(), 10_200)
    assert (await shop.wallet()).held == PRICE


async def test_a_candidate_that_is_final_already_settles_at_once(shop: Shop) -> None:
    """The lost answer would have said so."""
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, status_word="sukses", voucher="123"))
    await shop.look_for(3)
    order = await shop.get(lost.order_id)
    assert (order.state, order.voucher) == (OrderState.SUCCEEDED, "123")


async def test_a_row_that_shows_late_is_claimed_all_the_same(shop: Shop) -> None:
    """After misses."""
    lost = await shop.ambiguous()
    await shop.look_for(200)
    shop.supplier.shows(shop.row(lost))
    await shop.look_for(60)
    assert (await seen(shop, lost)) == (OrderState.ACCEPTED, None)


async def test_two_candidates_are_for_an_admin(shop: Shop) -> None:
    """And stay so when one of them vanishes."""
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "r1"))
    shop.supplier.shows(shop.row(lost, "r2"))
    await shop.told()
    await shop.look_for(3)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.SEVERAL)
    (parked,) = [d for d in await shop.deliveries(ADMIN) if d.notice.kind is NoticeKind.PARKED]
    assert {row.ref_id for row in parked.candidates} == {"r1", "r2"}
    shop.supplier.rows.pop()
    await shop.look_for(120)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.SEVERAL)


async def test_a_claimed_row_is_not_claimed_again(shop: Shop) -> None:
    """The same product went to the same number before."""
    first = await shop.accepted()
    lost = await shop.ambiguous(customer_id=BUDI)
    shop.supplier.rows[0] = shop.row(lost, first.ref_id or "")
    await shop.look_for(100)
    assert (await seen(shop, lost)) == (OrderState.AMBIGUOUS, None)


async def test_a_row_seen_before_the_send_is_not_the_orders(shop: Shop) -> None:
    """Somebody bought by hand, against the rules; the bot saw that row in an earlier look."""
    other = await shop.ambiguous(OTHER)
    shop.supplier.shows(shop.row(other, "hand1", destination=NUMBER))
    await shop.look_for(3)
    shop.clock.advance(-2)
    lost = await shop.ambiguous()
    await shop.look_for(100)
    assert (await seen(shop, lost)) == (OrderState.AMBIGUOUS, None)


async def test_an_order_that_scrolled_out_is_parked(shop: Shop) -> None:
    """15 younger rows by a clock that is known, and none is the order's."""
    await shop.store.write(lambda tx: tx.supplier_facts.put("U1", SKEW_MARGIN, "6"))
    lost = await shop.ambiguous()
    shop.clock.advance(10)
    for number in range(15):
        shop.supplier.shows(shop.row(lost, f"x{number}", destination=OTHER))
    await shop.look_for(3)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.WINDOW_LOST)


async def test_ten_minutes_of_covering_misses_mean_probably_not_placed(shop: Shop) -> None:
    """The admins are told; the money stays held."""
    lost = await shop.ambiguous()
    await shop.told()
    await shop.look_for(599)
    assert (await seen(shop, lost)) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(61)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.PROBABLY_NOT_PLACED)
    assert (await shop.wallet()).held == PRICE
    assert await shop.told(ADMIN) == [NoticeKind.PARKED]
    assert await shop.told(SECOND_ADMIN) == []
    assert await shop.told(ANNI) == []


async def test_a_list_without_an_order_of_ours_proves_nothing(shop: Shop) -> None:
    """It is not whole: after ten minutes the outcome is unknown."""
    lost = await shop.ambiguous()
    await shop.accepted(OTHER, "gone1")
    shop.supplier.rows.clear()
    await shop.look_for(700)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.UNKNOWN)


@pytest.mark.parametrize(
    "error",
    [SupplierReadError("502"), SupplierRefusedError(RefusalClass.MAINTENANCE, "Pemeliharaan")],
)
async def test_when_every_look_fails_the_outcome_is_unknown(
    shop: Shop, error: SupplierReadError | SupplierRefusedError
) -> None:
    """Time alone parks, on the same schedule."""
    lost = await shop.ambiguous()
    shop.supplier.read_error = error
    assert await shop.look_for(125) == [3, 10, 20, 40, 60, 120]
    assert (await seen(shop, lost)) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(600)
    assert (await seen(shop, lost)) == (OrderState.PARKED, ParkReason.UNKNOWN)


async def test_nothing_lost_is_ever_sent_again(shop: Shop) -> None:
    """Whatever the looks say."""
    await shop.ambiguous()
    await shop.look_for(4_000)
    shop.clock.advance(10)
    await shop.wait()
    assert len(shop.supplier.calls) == 1


async def refused(shop: Shop) -> Order:
    """Send an order that the supplier refuses for a reason that nobody knows."""
    await shop.queue()
    return await shop.send_next(SupplierRefusedError(RefusalClass.OTHER, "Something went wrong"))


async def test_an_unknown_refusal_is_believed_after_misses_at_60_and_120_seconds(
    shop: Shop,
) -> None:
    """Then the order failed, and the money is free."""
    order = await refused(shop)
    await shop.look_for(119)
    assert (await seen(shop, order)) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(1)
    assert (await seen(shop, order)) == (OrderState.FAILED, None)
    assert (await shop.wallet()).available == 100_000


async def test_an_unknown_refusal_needs_lists_that_cover_it(shop: Shop) -> None:
    """Otherwise an admin decides."""
    order = await refused(shop)
    shop.supplier.skipped = 1
    await shop.look_for(700)
    assert (await seen(shop, order)) == (OrderState.PARKED, ParkReason.UNKNOWN)


async def test_a_row_disproves_an_unknown_refusal(shop: Shop) -> None:
    """The supplier's own supplier had only timed out."""
    order = await refused(shop)
    await shop.look_for(61)
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.look_for(60)
    assert (await seen(shop, order)) == (OrderState.SUCCEEDED, None)


async def test_parked_orders_go_on_being_looked_for(shop: Shop) -> None:
    """Every minute; a late row settles them without an admin."""
    lost = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    assert await shop.look_for(190) == [60, 120, 180]
    shop.supplier.shows(shop.row(lost))
    await shop.look_for(60)
    assert (await seen(shop, lost)) == (OrderState.ACCEPTED, None)


async def test_parked_orders_are_announced_every_hour(shop: Shop) -> None:
    """While they are open, to every admin."""
    await shop.parked()
    assert await shop.told(ADMIN) == [NoticeKind.PARKED]
    shop.supplier.skipped = 1
    await shop.look_for(3_599)
    assert await shop.told(ADMIN) == []
    await shop.look_for(61)
    assert await shop.told(ADMIN) == [NoticeKind.PARKED]
    await shop.look_for(3_500)
    assert await shop.told() == []


async def test_a_promised_hour_that_passes_is_told_once(shop: Shop) -> None:
    """The customer was told until when they hear, and nothing but a person settles the order."""
    order = await shop.parked()
    await shop.told(order.customer_id)
    shop.supplier.skipped = 1
    await shop.look_for(10_799)
    assert await shop.told(order.customer_id) == []
    await shop.look_for(3_700)
    overdue = [NoticeKind.ORDER, NoticeKind.ORDER_PARKED]
    assert sorted(await shop.told(order.customer_id)) == overdue
    await shop.look_for(7_400)
    assert await shop.told(order.customer_id) == []


async def test_calls_without_a_process_are_ambiguous_at_the_next_start(shop: Shop) -> None:
    """Never back in the queue, however short ago they began."""
    order = await shop.queue()
    await shop.start()
    await shop.restart()
    assert (await seen(shop, order)) == (OrderState.AMBIGUOUS, None)
    shop.supplier.shows(shop.row(await shop.get(order.order_id)))
    await shop.look_for(3)
    assert (await seen(shop, order)) == (OrderState.ACCEPTED, None)


async def test_a_call_that_is_too_long_under_way_is_swept_up(shop: Shop) -> None:
    """Half a minute after the time-out nobody waits for it."""
    order = await shop.queue()
    await shop.start()
    shop.clock.advance(89)
    assert await shop.reconcile.sweep() == 0
    shop.clock.advance(1)
    assert await shop.reconcile.sweep() == 1
    assert (await seen(shop, order)) == (OrderState.AMBIGUOUS, None)
    assert await shop.reconcile.sweep() == 0


async def test_a_look_in_the_middle_of_a_decision_leaves_it_alone(shop: Shop) -> None:
    """While the list was on its way, an admin settled the order."""
    lost = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    shop.clock.advance(60)
    await shop.admin.refund(ADMIN, lost.order_id)
    for error in (None, SupplierReadError("502")):
        shop.supplier.read_error = error
        await shop.reconcile._look([lost.order_id])
    assert (await seen(shop, lost))[0] is OrderState.FAILED


async def test_looks_missed_while_the_bot_was_down_are_not_made_up_for(shop: Shop) -> None:
    """One look at once, then the ordinary schedule."""
    await shop.ambiguous()
    shop.clock.advance(300)
    assert await shop.look_for(130) == [0, 60, 120]


async def test_the_learned_skew_widens_the_window(shop: Shop) -> None:
    """A panel whose clock is three minutes slow."""
    await shop.accepted(OTHER, "r0")
    shop.supplier.rows[0] = shop.row(
        await shop.get((await shop.history.page(ANNI, 0, 1)).orders[0].order_id),
        "r0",
        created_at=shop.clock.now() - timedelta(seconds=180),
    )
    shop.clock.advance(5)
    await shop.reconcile.poll()
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, created_at=shop.clock.now() - timedelta(seconds=178)))
    await shop.look_for(3)
    assert (await seen(shop, lost)) == (OrderState.ACCEPTED, None)
