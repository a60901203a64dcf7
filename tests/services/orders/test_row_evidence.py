"""Evidence of a supplier's answer: it is as old as its request, however our clock is set."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import (
    AttachError,
    AttachFault,
    RefundUncertainError,
    RefusalClass,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.order import Order, OrderId, OrderState, ParkReason
from bot.domain.row_matching import LookupRules
from bot.domain.supplier_row import MAX_SKEW
from bot.services.orders.row_evidence import lookup_rules
from tests.services.fakes import HeldReply
from tests.services.shop import ADMIN, NUMBER, PRICE, Shop

OTHER = "081299999999"


async def seen_by_a_clock_set_back(shop: Shop, error: Exception, *, is_dated: bool = True) -> Order:
    """Set our clock back 10 s after a send, see the row by a comparison, then lose the answer."""
    await shop.queue()
    shop.supplier.will(error)
    order = await shop.start()
    mine = shop.row(order, "mine")
    shop.supplier.shows(mine if is_dated else shop.row(order, "mine", created_at=None))
    shop.clock.advance(-10)
    await shop.recon.compare(ADMIN)
    await shop.send.carry_out(order)
    return await shop.get(order.order_id)


@pytest.mark.parametrize(
    "error",
    [
        SupplierOutcomeUnknownError("timed out"),
        SupplierRefusedError(RefusalClass.OTHER, "Something went wrong"),
    ],
)
async def test_a_row_first_seen_after_a_clock_set_back_is_claimed(
    shop: Shop, error: Exception
) -> None:
    """It was first seen at an instant before the send, but after the send in fact."""
    order = await seen_by_a_clock_set_back(shop, error)
    await shop.look_for(700)
    found = await shop.get(order.order_id)
    assert (found.state, found.ref_id) == (OrderState.ACCEPTED, "mine")
    assert (await shop.wallet()).held == PRICE


async def test_an_undated_row_seen_after_a_clock_set_back_raises_the_doubt(shop: Shop) -> None:
    """An undated row is left to an admin, who may attach it."""
    lost = SupplierOutcomeUnknownError("timed out")
    order = await seen_by_a_clock_set_back(shop, lost, is_dated=False)
    await shop.look_for(700)
    assert await shop.outcome_of(order) == (OrderState.PARKED, ParkReason.UNKNOWN)
    with pytest.raises(RefundUncertainError):
        await shop.admin.refund(ADMIN, order.order_id)
    assert (await shop.admin.attach(ADMIN, order.order_id, "mine")).ref_id == "mine"


@pytest.mark.parametrize(
    ("is_skew_known", "made_after", "is_claimed"),
    [(True, 1, True), (True, -8, False), (False, 1, False)],
)
async def test_a_row_of_a_list_requested_before_the_send_is_judged_by_its_date(
    shop: Shop, is_skew_known: bool, made_after: float, is_claimed: bool
) -> None:
    """The list was answered after the send. A row that is not claimed is offered to an admin."""
    if is_skew_known:
        await shop.know_skew()

    async def lose_an_order() -> None:
        lost = await shop.ambiguous()
        created_at = shop.clock.now() + timedelta(seconds=made_after)
        shop.supplier.shows(shop.row(lost, "r1", created_at=created_at))

    shop.supplier.before_list = lose_an_order
    await shop.recon.compare(ADMIN)
    await shop.look_for(700)
    order = await shop.get(OrderId(1))
    if is_claimed:
        assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "r1")
    else:
        assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.UNKNOWN)
        evidence = await shop.admin.order_evidence(ADMIN, order.order_id)
        assert [row.ref_id for row in evidence.candidates] == ["r1"]


async def test_a_covering_miss_is_dated_by_the_request(shop: Shop) -> None:
    """A list requested at 55 s and answered at 65 s proves nothing about 65 s."""
    order = await shop.ambiguous()

    async def ten_seconds() -> None:
        shop.clock.advance(10)

    await shop.reconcile.look_up()
    shop.clock.advance(55)
    asked_at = shop.clock.now()
    shop.supplier.before_list = ten_seconds
    await shop.reconcile.look_up()
    missed = await shop.get(order.order_id)
    assert (missed.last_covering_miss_at, missed.first_miss_after_60s_at) == (asked_at, None)


# --- the supplier's clock ---


async def rules_for(shop: Shop, order: Order) -> LookupRules:
    """Return the bounds of the evidence for an order."""
    return await shop.store.read(lookup_rules, shop.rules, order)


async def poll_row(shop: Shop, order: Order, seconds: float) -> LookupRules:
    """Poll an order's row, dated `seconds` after its send; return the bounds afterwards."""
    made_at = (order.sent_at or order.created_at) + timedelta(seconds=seconds)
    shop.supplier.rows = [shop.row(order, order.ref_id or "", created_at=made_at)]
    await shop.poll_for(60)
    return await rules_for(shop, order)


async def accepted_after(shop: Shop, number: str, ref_id: str, call_seconds: float) -> Order:
    """Let the supplier accept an order in a call of that length."""
    queued = await shop.queue(number=number)
    held = HeldReply(shop.reply(queued, ref_id))
    shop.supplier.will(held)
    order = await shop.start()
    calling = asyncio.ensure_future(shop.send.carry_out(order))
    await held.asked.wait()
    shop.clock.advance(call_seconds)
    held.released.set()
    await calling
    return await shop.get(order.order_id)


async def test_the_skew_margin_is_6_s_plus_the_shortest_calls_length(shop: Shop) -> None:
    long = await accepted_after(shop, NUMBER, "r1", 20)
    assert (await rules_for(shop, long)).skew_margin == MAX_SKEW
    undated = shop.row(long, "r1", created_at=None)
    shop.supplier.rows = [undated]
    await shop.poll_for(60)
    assert not (await rules_for(shop, long)).is_skew_known
    assert (await poll_row(shop, long, 0)).skew_margin == timedelta(seconds=26)
    short = await accepted_after(shop, OTHER, "r2", 2)
    assert (await poll_row(shop, short, 0)).skew_margin == timedelta(seconds=8)
    longer = await accepted_after(shop, "081200000077", "r3", 30)
    moved = await poll_row(shop, longer, 900)
    assert (moved.skew, moved.skew_margin) == (timedelta(seconds=870), timedelta(seconds=36))


async def test_an_older_order_polled_later_does_not_change_the_skew_back(shop: Shop) -> None:
    old = await accepted_after(shop, NUMBER, "r1", 2)
    assert (await poll_row(shop, old, 0)).skew == timedelta(0)
    shop.clock.advance(600)
    new = await accepted_after(shop, OTHER, "r2", 2)
    assert (await poll_row(shop, new, -600)).skew == timedelta(seconds=-599)
    assert (await poll_row(shop, old, 0)).skew == timedelta(seconds=-599)


# --- a ref_id that the panel refuses ---

GONE, LATER = "Transaksi tidak ditemukan", "Coba lagi nanti"
SORRY = "Something went wrong, please contact the admin."


@pytest.mark.parametrize(
    ("error", "is_missing"),
    [
        (SupplierRefusedError(RefusalClass.OTHER, GONE), True),
        (SupplierRefusedError(RefusalClass.PRODUCT, GONE), True),
        (SupplierRefusedError(RefusalClass.OTHER, SORRY), False),
        (SupplierRefusedError(RefusalClass.PRODUCT, "Layanan sedang gangguan"), False),
        (SupplierRefusedError(RefusalClass.CREDENTIALS, LATER), False),
        (SupplierRefusedError(RefusalClass.MAINTENANCE, LATER), False),
        (SupplierRefusedError(RefusalClass.THROTTLE, LATER), False),
        (SupplierReadError("502"), False),
    ],
)
async def test_a_failed_poll_counts_as_a_missing_row_only_if_it_denies_the_order(
    shop: Shop, error: SupplierError, is_missing: bool
) -> None:
    order = await shop.accepted()
    shop.supplier.read_error = error
    await shop.poll_for(750)
    polled = await shop.get(order.order_id)
    assert polled.park_reason == (ParkReason.ROW_MISSING if is_missing else None)
    assert polled.state is (OrderState.PARKED if is_missing else OrderState.ACCEPTED)
    if is_missing:
        with pytest.raises(AttachError) as caught:
            await shop.admin.attach(ADMIN, order.order_id, "r9")
        assert caught.value.fault is AttachFault.NO_SUCH_ROW


async def test_a_row_that_cannot_be_fetched_is_not_attached(shop: Shop) -> None:
    parked = await shop.parked()
    refused = SupplierRefusedError(RefusalClass.CREDENTIALS, "API Key not registered")
    shop.supplier.read_error = refused
    with pytest.raises(AttachError) as caught:
        await shop.admin.attach(ADMIN, parked.order_id, "r9")
    assert caught.value.fault is AttachFault.NO_ANSWER


# --- destination kinds ---


@pytest.mark.parametrize(
    ("meter", "other"), [("81234567890", "081234567890"), ("081234567890", "81234567890")]
)
async def test_a_row_of_another_meter_is_not_claimed(shop: Shop, meter: str, other: str) -> None:
    """With a leading 0 it is another meter, but the same phone number."""
    order = await shop.ambiguous(meter, code="PLN20")
    shop.supplier.shows(shop.row(order, "other", destination=other))
    await shop.look_for(40)
    lost = await shop.get(order.order_id)
    assert (lost.state, lost.last_covering_miss_at) == (OrderState.AMBIGUOUS, None)
    shop.supplier.shows(shop.row(order, "mine", destination=f"2.{meter}"))
    await shop.look_for(60)
    assert (await shop.get(order.order_id)).ref_id == "mine"
