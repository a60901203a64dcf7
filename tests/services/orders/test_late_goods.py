"""Goods that arrive after an admin refunded the order despite the warning."""

from datetime import timedelta

import pytest

from bot.domain.errors import RefundUncertainError, SupplierReadError
from bot.domain.ledger import SUSPENSE
from bot.domain.notice import Alert
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.supplier_comparison import FindingKind
from tests.services.shop import ADMIN, NUMBER, Shop

HOUR = 3_600.0


async def refunded_while_waiting(shop: Shop) -> Order:
    """Refund an order whose own row is not final yet."""
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    await shop.poll_for(5)
    refunded = await shop.insist_on_refund(ADMIN, order.order_id)
    assert refunded.state is OrderState.FAILED
    return refunded


async def test_late_goods_are_booked_and_alerted_once_and_the_order_stays_failed(
    shop: Shop,
) -> None:
    order = await refunded_while_waiting(shop)
    await shop.poll_for(HOUR)
    assert await shop.posted(SUSPENSE) == 0
    shop.supplier.says("r1", "success")
    await shop.poll_for(HOUR)
    assert await shop.posted(SUSPENSE) == -10_200
    assert Alert.LATE_SUCCESS in await shop.alerts()
    assert (await shop.get(order.order_id)).state is OrderState.FAILED
    assert await shop.poll_for(24 * HOUR) == []


@pytest.mark.parametrize(
    ("echo", "loss"), [("-", 10_200), ("0812****5678", 10_200), ("0813-0000-0000", 0)]
)
async def test_late_goods_with_a_masked_number_are_booked(shop: Shop, echo: str, loss: int) -> None:
    """The reply named the row's ref_id. A row of another number belongs to another order."""
    order = await refunded_while_waiting(shop)
    shop.supplier.rows = [shop.row(order, "r1", destination=echo, status_word="success")]
    await shop.poll_for(HOUR)
    assert await shop.posted(SUSPENSE) == -loss


@pytest.mark.parametrize("is_compared_first", [True, False])
async def test_late_goods_are_announced_once(shop: Shop, is_compared_first: bool) -> None:
    """Both the polled row and the comparison of the lists find them."""
    await refunded_while_waiting(shop)
    shop.supplier.says("r1", "success")
    shop.clock.advance(600)
    delivered = []
    for is_comparison in (is_compared_first, not is_compared_first):
        await (shop.recon.step() if is_comparison else shop.reconcile.poll())
        delivered += await shop.alerts()
    assert delivered.count(Alert.LATE_SUCCESS) == 1
    assert await shop.posted(SUSPENSE) == -10_200


async def test_a_refunded_order_whose_row_fails_books_nothing(shop: Shop) -> None:
    await refunded_while_waiting(shop)
    shop.supplier.says("r1", "error")
    assert len(await shop.poll_for(24 * HOUR)) == 1
    assert await shop.posted(SUSPENSE) == 0


async def test_the_row_of_a_refunded_order_is_polled_for_a_day(shop: Shop) -> None:
    """First after a minute, then every ten minutes; a failed read does not end it."""
    await refunded_while_waiting(shop)
    shop.supplier.read_error = SupplierReadError("502")
    assert len(await shop.poll_for(HOUR)) == 6
    shop.supplier.read_error = None
    shop.supplier.rows.clear()
    assert len(await shop.poll_for(22 * HOUR)) == 132
    await shop.poll_for(2 * HOUR)
    assert await shop.poll_for(24 * HOUR) == []


async def test_candidate_rows_of_a_refunded_order_become_unclaimed_findings(shop: Shop) -> None:
    """The refund ends the search for the order's row."""
    parked = await shop.parked()
    late = parked.created_at + timedelta(minutes=7)
    shop.supplier.shows(shop.row(parked, "late1", created_at=late))
    await shop.insist_on_refund(ADMIN, parked.order_id)
    (finding,) = await shop.store.read(lambda tx: tx.findings.open("U1"))
    assert (finding.kind, finding.ref_id) == (FindingKind.UNCLAIMED, "late1")


async def test_a_candidate_no_longer_listed_raises_the_refund_doubt(shop: Shop) -> None:
    parked = await shop.parked()
    late = parked.created_at + timedelta(minutes=7)
    shop.supplier.shows(shop.row(parked, "late1", created_at=late))
    await shop.look_for(60)
    shop.supplier.rows.clear()
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, parked.order_id)
    assert caught.value.candidates == 1


async def test_a_row_seen_before_the_send_is_not_claimed_and_raises_no_doubt(shop: Shop) -> None:
    """Such as a purchase made by hand, against the rules. Our clock was set back meanwhile."""
    other = await shop.ambiguous("081299999999")
    shop.supplier.shows(shop.row(other, "old1", destination=NUMBER))
    await shop.look_for(60)
    shop.clock.advance(-2)
    lost = await shop.ambiguous()
    await shop.look_for(600)
    parked = await shop.get(lost.order_id)
    assert parked.park_reason is ParkReason.PROBABLY_NOT_PLACED
    refunded = await shop.admin.refund(ADMIN, lost.order_id)
    assert refunded.state is OrderState.FAILED


async def test_a_missing_row_raises_the_refund_doubt_while_another_row_matches(shop: Shop) -> None:
    """The success reply may have named the wrong row."""
    order = await shop.accepted()
    shop.supplier.rows = [shop.row(order, "his")]
    await shop.poll_for(700)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.ROW_MISSING
    await shop.recon.compare(ADMIN)
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, order.order_id)
    assert caught.value.candidates == 1


async def test_a_masked_row_that_the_reply_named_stays_claimed(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.rows = [shop.row(order, "r1", destination="0812****5678"), shop.row(order, "his")]
    await shop.recon.compare(ADMIN)
    await shop.poll_for(60)
    kept = await shop.get(order.order_id)
    assert (kept.state, kept.ref_id) == (OrderState.ACCEPTED, "r1")
