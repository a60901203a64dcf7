"""Rows dated more than 15 hours off: reported once, never used for the clock or as evidence."""

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import RefundUncertainError
from bot.domain.lookup import LIST_LENGTH
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.supplier_comparison import FindingKind
from bot.services.orders.supplier_clock import LEARNED_FROM_SEND, SupplierClock, clock_of
from bot.services.orders.supplier_comparison import ComparisonReport
from bot.supplier.scalars import instant_of
from tests.services.shop import ADMIN, NOON, Shop

OTHER = "081299999999"
WRITTEN = [1, 86_400, 9_999_999_999, 10**14, 253_402_214_400]
"""Values that panels wrote in place of a timestamp; each is parsed as one."""


def read(written: object) -> datetime:
    """Parse a timestamp as the supplier's client does."""
    instant = instant_of(written)
    assert instant is not None
    return instant


async def polled(shop: Shop, order: Order, created_at: datetime) -> Order:
    """Poll the order with its row dated `created_at`; return the order."""
    ref_id = order.ref_id or "r1"
    shop.supplier.rows = [row for row in shop.supplier.rows if row.ref_id != ref_id]
    shop.supplier.shows(shop.row(order, ref_id, created_at=created_at))
    await shop.poll_for(60)
    return await shop.get(order.order_id)


async def clock(shop: Shop) -> SupplierClock:
    """Return the learned clock skew of the supplier."""
    return await shop.store.read(clock_of, shop.rules.account)


async def compared(shop: Shop) -> ComparisonReport:
    """Let the comparison worker run ten minutes later, and return its report."""
    shop.clock.advance(600)
    assert await shop.recon.step() > 0
    return await shop.recon.compare(ADMIN)


def dates(report: ComparisonReport) -> list[str]:
    """Return the ref_ids of the rows reported as misdated."""
    return [one.ref_id for one in report.findings if one.kind is FindingKind.DATE]


# --- the clock ---


@pytest.mark.parametrize("written", WRITTEN)
async def test_an_absurd_instant_does_not_change_the_clock_skew(
    shop: Shop, written: object
) -> None:
    first = await shop.accepted()
    await polled(shop, first, read(written))
    assert await clock(shop) == SupplierClock()
    second = await shop.accepted(OTHER, "r2")
    await polled(shop, second, (second.sent_at or NOON) + timedelta(hours=7))
    learned = await clock(shop)
    assert learned.skew == timedelta(hours=7)
    third = await shop.accepted("081200000077", "r3")
    await polled(shop, third, read(written))
    assert await clock(shop) == learned


@pytest.mark.parametrize("sign", [-1, 1])
async def test_a_skew_of_more_than_fifteen_hours_is_not_learned(shop: Shop, sign: int) -> None:
    """No time zone is as far from UTC as 15 hours."""
    order = await shop.accepted()
    sent_at = order.sent_at or NOON
    await polled(shop, order, sent_at + sign * timedelta(hours=15, seconds=1))
    assert await clock(shop) == SupplierClock()
    await polled(shop, order, sent_at + sign * timedelta(hours=15))
    assert abs((await clock(shop)).skew) >= timedelta(hours=15) - timedelta(seconds=1)


@pytest.mark.parametrize("seconds", [-1_773_464_400, 8_226_535_599, 98_226_535_599, 54_001])
async def test_an_absurd_skew_in_the_database_is_ignored_and_learned_again(
    shop: Shop, seconds: int
) -> None:
    """Versions without the bound of 15 hours stored such values."""
    await shop.know_skew(seconds)
    await shop.store.write(lambda tx: tx.supplier_facts.put("U1", LEARNED_FROM_SEND, "900"))
    assert await clock(shop) == SupplierClock()
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "x1", destination=OTHER, status_word="success"))
    await compared(shop)
    shop.supplier.shows(shop.row(lost, "mine"))
    await shop.look_for(60)
    assert (await shop.get(lost.order_id)).ref_id == "mine"
    order = await shop.accepted(OTHER, "r2")
    await polled(shop, order, order.sent_at or NOON)
    assert (await clock(shop)).skew == timedelta(0)
    assert (await clock(shop)).margin == timedelta(seconds=6)


# --- shown to the admins ---


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_misdated_row_of_an_order_is_reported_once_and_settles_the_order(
    shop: Shop, written: object
) -> None:
    """The reply named its ref_id, so its status counts whatever its date."""
    order = await shop.accepted()
    await polled(shop, order, read(written))
    for _ in range(3):
        assert dates(await compared(shop)) == ["r1"]
    assert await shop.alerts() == ["rows_misdated"]
    assert await shop.recon.settle(ADMIN, "r1") == 1
    assert dates(await compared(shop)) == []
    assert await shop.alerts() == []
    shop.supplier.says("r1", "success", voucher="SN1")
    await shop.poll_for(60)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_misdated_unclaimed_row_is_reported(shop: Shop, written: object) -> None:
    order = await shop.ambiguous()
    for ref_id in ("x1", "x2"):
        shop.supplier.shows(shop.row(order, ref_id, destination=OTHER, created_at=read(written)))
        assert await shop.recon.step() >= 0
        shop.clock.advance(600)
    assert set(dates(await compared(shop))) == {"x1", "x2"}
    assert (await shop.admin.overview(ADMIN)).findings
    assert (await shop.alerts()).count("rows_misdated") == 2


async def test_old_rows_of_a_new_account_are_not_misdated(shop: Shop) -> None:
    order = await shop.queue()
    for days in (1, 30, 300):
        made_at = NOON - timedelta(days=days)
        shop.supplier.shows(shop.row(order, f"o{days}", destination=OTHER, created_at=made_at))
    assert dates(await compared(shop)) == []


async def test_a_finding_ends_when_the_row_is_dated_correctly_later(shop: Shop) -> None:
    order = await shop.accepted()
    await polled(shop, order, read(1))
    assert dates(await compared(shop)) == ["r1"]
    shop.supplier.rows.clear()
    assert dates(await compared(shop)) == ["r1"]
    await polled(shop, order, order.sent_at or NOON)
    assert dates(await compared(shop)) == []


# --- nothing is proven ---


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("is_clock_known", [True, False])
async def test_a_misdated_row_does_not_make_a_list_cover_the_send(
    shop: Shop, written: object, is_clock_known: bool
) -> None:
    """14 rows since the send and one of 1970 do not reach back to the send: the hold stays."""
    first = await shop.accepted(OTHER, "r0")
    if is_clock_known:
        await polled(shop, first, first.sent_at or NOON)
    lost = await shop.refused()
    odd = {"service_code": "XL10", "destination": OTHER}
    shop.supplier.rows = [shop.row(lost, f"x{n}", **odd) for n in range(LIST_LENGTH - 1)]
    shop.supplier.rows.append(shop.row(lost, "odd", created_at=read(written), **odd))
    await shop.look_for(700)
    found = await shop.get(lost.order_id)
    assert found.state is OrderState.PARKED
    assert found.last_covering_miss_at is None
    with pytest.raises(RefundUncertainError):
        await shop.admin.refund(ADMIN, lost.order_id)


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_lost_orders_misdated_row_is_offered_to_an_admin_and_not_claimed(
    shop: Shop, written: object
) -> None:
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "mine", created_at=read(written)))
    await shop.look_for(700)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.UNKNOWN)
    shown, shop.supplier.rows = shop.supplier.rows, []
    evidence = await shop.admin.order_evidence(ADMIN, lost.order_id)
    assert [row.ref_id for row in evidence.candidates] == ["mine"]
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, lost.order_id)
    assert caught.value.candidates == 1
    shop.supplier.rows = shown
    attached = await shop.admin.attach(ADMIN, lost.order_id, "mine")
    assert attached.state is OrderState.ACCEPTED


@pytest.mark.parametrize("hours", [-7, 7])
async def test_an_undated_row_is_offered_whatever_the_suppliers_clock_skew(
    shop: Shop, hours: int
) -> None:
    """Its time is when we first saw it, by our own clock."""
    first = await shop.accepted(OTHER, "r0")
    await polled(shop, first, (first.sent_at or NOON) + timedelta(hours=hours))
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "mine", created_at=None))
    await shop.look_for(700)
    shop.supplier.rows.clear()
    evidence = await shop.admin.order_evidence(ADMIN, lost.order_id)
    assert [row.ref_id for row in evidence.candidates] == ["mine"]
