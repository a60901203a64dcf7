"""Reconciling lost orders: the schedule, the evidence that settles them, and parking."""

import pytest

from bot.domain.errors import RefusalClass, SupplierReadError, SupplierRefusedError
from bot.domain.notice import NoticeKind
from bot.domain.order import OrderState, ParkReason
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI_CHAT,
    BUDI,
    PRICE,
    SECOND_ADMIN_CHAT,
    Shop,
)

OTHER = "081299999999"


async def test_without_lost_orders_the_supplier_is_not_read(shop: Shop) -> None:
    assert await shop.reconcile.look_up() is None
    assert shop.supplier.reads == ["services"]


async def test_the_list_is_read_after_3_10_20_40_60_seconds_then_every_minute(shop: Shop) -> None:
    await shop.ambiguous()
    assert await shop.look_for(250) == [3, 10, 20, 40, 60, 120, 180, 240]
    assert set(shop.supplier.reads[1:]) == {"list reconcile"}


async def test_lost_orders_due_together_share_one_list_read(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.ambiguous()
    await shop.ambiguous(OTHER)
    shop.clock.advance(3)
    await shop.reconcile.look_up()
    assert shop.supplier.reads == ["services", "list reconcile"]


async def test_a_single_candidate_is_claimed(shop: Shop) -> None:
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "found1"))
    await shop.look_for(3)
    order = await shop.get(lost.order_id)
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "found1")
    assert (order.accepted_at, order.supplier_cost) == (shop.clock.now(), 10_200)
    assert (await shop.wallet()).held == PRICE


async def test_two_candidates_park_even_when_one_vanishes(shop: Shop) -> None:
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "r1"))
    shop.supplier.shows(shop.row(lost, "r2"))
    await shop.delivered_kinds()
    await shop.look_for(3)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.SEVERAL)
    (parked,) = [d for d in await shop.deliveries(ADMIN_CHAT) if d.notice.kind is NoticeKind.PARKED]
    assert {row.ref_id for row in parked.candidates} == {"r1", "r2"}
    shop.supplier.rows.pop()
    await shop.look_for(120)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.SEVERAL)


async def test_a_row_claimed_by_another_order_is_not_claimed_again(shop: Shop) -> None:
    first = await shop.accepted()
    lost = await shop.ambiguous(customer_id=BUDI)
    shop.supplier.rows[0] = shop.row(lost, first.ref_id or "")
    await shop.look_for(100)
    assert await shop.outcome_of(lost) == (OrderState.AMBIGUOUS, None)


async def test_an_order_that_the_list_no_longer_covers_is_parked(shop: Shop) -> None:
    await shop.know_skew()
    lost = await shop.ambiguous()
    shop.clock.advance(10)
    for number in range(15):
        shop.supplier.shows(shop.row(lost, f"x{number}", destination=OTHER))
    await shop.look_for(3)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.WINDOW_LOST)


async def test_ten_minutes_of_covering_misses_park_as_probably_not_placed(shop: Shop) -> None:
    lost = await shop.ambiguous()
    await shop.delivered_kinds()
    await shop.look_for(599)
    assert await shop.outcome_of(lost) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(61)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.PROBABLY_NOT_PLACED)
    assert (await shop.wallet()).held == PRICE
    assert await shop.delivered_kinds(ADMIN_CHAT) == [NoticeKind.PARKED]
    assert await shop.delivered_kinds(SECOND_ADMIN_CHAT) == []
    assert await shop.delivered_kinds(ANNI_CHAT) == []


async def test_a_list_that_lacks_a_claimed_order_does_not_cover(shop: Shop) -> None:
    lost = await shop.ambiguous()
    await shop.accepted(OTHER, "gone1")
    shop.supplier.rows.clear()
    await shop.look_for(700)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.UNKNOWN)


@pytest.mark.parametrize("is_stale", [True, False])
async def test_a_list_from_before_the_previous_order_confirms_no_refusal(
    shop: Shop, is_stale: bool
) -> None:
    """An older row is shown, but the row of the order sent just before is not."""
    await shop.accepted(OTHER, "old")
    await shop.accepted("081288888888", "previous")
    order = await shop.refused()
    if is_stale:
        shop.supplier.rows = [row for row in shop.supplier.rows if row.ref_id == "old"]
    await shop.look_for(130)
    state, held = (OrderState.AMBIGUOUS, PRICE) if is_stale else (OrderState.FAILED, 0)
    assert await shop.outcome_of(order) == (state, None)
    assert (await shop.wallet()).held - 2 * PRICE == held


@pytest.mark.parametrize(
    "error",
    [SupplierReadError("502"), SupplierRefusedError(RefusalClass.MAINTENANCE, "Pemeliharaan")],
)
async def test_failed_reads_park_as_unknown_after_ten_minutes(
    shop: Shop, error: SupplierReadError | SupplierRefusedError
) -> None:
    lost = await shop.ambiguous()
    shop.supplier.read_error = error
    assert await shop.look_for(125) == [3, 10, 20, 40, 60, 120]
    assert await shop.outcome_of(lost) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(600)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.UNKNOWN)


async def test_an_unknown_refusal_fails_after_covering_misses_at_60_and_120_seconds(
    shop: Shop,
) -> None:
    order = await shop.refused()
    await shop.look_for(119)
    assert await shop.outcome_of(order) == (OrderState.AMBIGUOUS, None)
    await shop.look_for(1)
    assert await shop.outcome_of(order) == (OrderState.FAILED, None)
    assert (await shop.wallet()).available == 100_000


async def test_a_row_settles_an_order_with_an_unknown_refusal(shop: Shop) -> None:
    """The refusal was a timeout of the supplier's own upstream."""
    order = await shop.refused()
    await shop.look_for(61)
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.look_for(60)
    assert await shop.outcome_of(order) == (OrderState.SUCCEEDED, None)


async def test_parked_orders_are_reconciled_every_minute(shop: Shop) -> None:
    lost = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    assert await shop.look_for(190) == [60, 120, 180]
    shop.supplier.shows(shop.row(lost))
    await shop.look_for(60)
    assert await shop.outcome_of(lost) == (OrderState.ACCEPTED, None)


async def test_parked_orders_are_announced_every_hour(shop: Shop) -> None:
    await shop.parked()
    assert await shop.delivered_kinds(ADMIN_CHAT) == [NoticeKind.PARKED]
    shop.supplier.skipped = 1
    await shop.look_for(3_599)
    assert await shop.delivered_kinds(ADMIN_CHAT) == []
    await shop.look_for(61)
    assert await shop.delivered_kinds(ADMIN_CHAT) == [NoticeKind.PARKED]
    await shop.look_for(3_500)
    assert await shop.delivered_kinds() == []


@pytest.mark.parametrize("set_back", [0, 3_600])
async def test_a_sending_order_is_ambiguous_after_a_restart_whatever_the_clock(
    shop: Shop, set_back: float
) -> None:
    order = await shop.queue()
    await shop.start()
    shop.clock.set_by(-set_back)
    await shop.restart()
    assert await shop.outcome_of(order) == (OrderState.AMBIGUOUS, None)
    shop.supplier.shows(shop.row(await shop.get(order.order_id)))
    await shop.look_for(3)
    assert await shop.outcome_of(order) == (OrderState.ACCEPTED, None)


@pytest.mark.parametrize("sign", [1, -1])
async def test_a_sending_order_is_made_ambiguous_30_s_after_the_timeout(
    shop: Shop, sign: int
) -> None:
    """Also if it was sent in the future: it would stay `sending` for as long as that."""
    order = await shop.queue()
    await shop.start()
    shop.clock.set_by(sign * 89)
    assert await shop.reconcile.sweep() == 0
    shop.clock.set_by(sign)
    assert await shop.reconcile.sweep() == 1
    assert await shop.outcome_of(order) == (OrderState.AMBIGUOUS, None)
    assert await shop.reconcile.sweep() == 0


async def test_a_list_read_before_an_admins_decision_does_not_change_it(shop: Shop) -> None:
    lost = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    shop.clock.advance(60)
    await shop.admin.refund(ADMIN, lost.order_id)
    for error in (None, SupplierReadError("502")):
        shop.supplier.read_error = error
        await shop.reconcile._look([lost.order_id])
    assert (await shop.get(lost.order_id)).state is OrderState.FAILED


async def test_reads_missed_while_the_bot_was_down_are_not_repeated(shop: Shop) -> None:
    await shop.ambiguous()
    shop.clock.advance(300)
    assert await shop.look_for(130) == [0, 60, 120]
