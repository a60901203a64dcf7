"""Polling accepted orders: which rows count, the effect of each status, and parking."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import SupplierReadError
from bot.domain.ledger import REVENUE, SUPPLIER_COST
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState, ParkReason
from bot.services.orders.row_evidence import query_context
from bot.services.orders.supplier_clock import SupplierClock, clock_of
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI, NOON, PRICE, Shop

OTHER, THIRD = "081299999999", "081277777777"


async def test_without_accepted_orders_nothing_is_polled(shop: Shop) -> None:
    assert await shop.reconcile.poll() is None
    await shop.ambiguous()
    assert await shop.reconcile.poll() is None


async def test_polls_start_after_5_seconds_and_back_off_to_30(shop: Shop) -> None:
    await shop.accepted()
    shop.supplier.reads.clear()
    asked = await shop.poll_for(3_600)
    assert asked[0] == 5
    pauses = [later - sooner for sooner, later in pairwise(asked)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 5
    assert pauses[-1] == pytest.approx(30, abs=1)
    assert set(shop.supplier.reads) == {"r1"}


async def test_success_posts_the_hold_books_the_cost_and_notifies(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.delivered_kinds()
    shop.supplier.says("r1", "Success", voucher="1111-2222", note="SN 5")
    await shop.poll_for(5)
    done = await shop.get(order.order_id)
    assert (done.state, done.voucher, done.note) == (OrderState.SUCCEEDED, "1111-2222", "SN 5")
    assert (done.next_check_at, done.ended_at) == (None, shop.clock.now())
    assert (await shop.wallet()).balance == 100_000 - PRICE
    assert await shop.posted(REVENUE) == PRICE
    assert await shop.posted(SUPPLIER_COST) == -10_200
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    assert await shop.reconcile.poll() is None


@pytest.mark.parametrize("word", ["error", "GAGAL", "Refund", "cancelled"])
async def test_failure_voids_the_hold_and_keeps_note_and_cost(shop: Shop, word: str) -> None:
    """A cost of 0 on a refunded row must not overwrite the cost."""
    order = await shop.accepted()
    shop.supplier.says("r1", word, note="Nomor salah", cost=Rupiah(0))
    await shop.poll_for(5)
    failed = await shop.get(order.order_id)
    assert (failed.state, failed.note) == (OrderState.FAILED, "Nomor salah")
    assert failed.supplier_cost == 10_200
    assert (await shop.wallet()).available == 100_000


@pytest.mark.parametrize("word", ["finished", ""])
async def test_an_unknown_status_word_is_alerted_and_polled_on(shop: Shop, word: str) -> None:
    order = await shop.accepted()
    await shop.delivered_kinds()
    shop.supplier.says("r1", word)
    await shop.poll_for(5)
    still = await shop.get(order.order_id)
    assert (still.state, still.status_word) == (OrderState.ACCEPTED, word)
    (alert,) = await shop.deliveries(ADMIN_CHAT)
    assert alert.notice.data == {"condition": "unknown_status", "detail": word or "(empty)"}
    shop.supplier.says("r1", "success")
    await shop.poll_for(10)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED


async def test_partial_parks_and_a_later_final_row_settles(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.says("r1", "Partial")
    await shop.poll_for(5)
    assert await shop.outcome_of(order) == (OrderState.PARKED, ParkReason.PARTIAL)
    assert (await shop.wallet()).held == PRICE
    await shop.poll_for(120)
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    shop.supplier.says("r1", "success")
    await shop.poll_for(60)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED


@pytest.mark.parametrize(
    "foreign", [{"ref_id": "r9"}, {"service_code": "SM20"}, {"destination": OTHER}]
)
async def test_a_row_of_another_order_is_ignored(shop: Shop, foreign: dict[str, str]) -> None:
    """A panel that ignores `ref_id` answers with another order's success."""
    order = await shop.accepted()
    shop.supplier.ignores_ref_id = True
    shop.supplier.rows = [shop.row(order, **{"ref_id": "r1", "status_word": "success", **foreign})]
    await shop.poll_for(100)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED


async def test_a_row_missing_for_ten_minutes_parks(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.rows.clear()
    await shop.poll_for(599)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED
    await shop.poll_for(31)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.ROW_MISSING


async def test_a_row_that_comes_back_resets_the_ten_minutes(shop: Shop) -> None:
    order = await shop.accepted()
    for _ in range(2):
        rows, shop.supplier.rows = shop.supplier.rows, []
        await shop.poll_for(500)
        shop.supplier.rows = rows
        await shop.poll_for(40)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED


@pytest.mark.parametrize("error", [None, SupplierReadError("502")])
async def test_an_order_not_final_for_a_day_parks(
    shop: Shop, error: SupplierReadError | None
) -> None:
    order = await shop.accepted()
    shop.supplier.read_error = error
    shop.clock.advance(24 * 3600 - 1)
    await shop.poll_for(0)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED
    await shop.poll_for(31)
    assert (await shop.get(order.order_id)).park_reason is ParkReason.NOT_FINAL


async def test_polls_due_together_share_one_list_read(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0.5
    orders = [await shop.accepted(number, f"r{number}") for number in (OTHER, THIRD)]
    shop.supplier.reads.clear()
    shop.supplier.says(f"r{OTHER}", "success")
    await shop.poll_for(5)
    assert shop.supplier.reads == ["list poll"]
    states = [(await shop.get(order.order_id)).state for order in orders]
    assert states == [OrderState.SUCCEEDED, OrderState.ACCEPTED]


async def test_an_order_not_in_the_list_is_read_by_its_ref_id_at_once(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0.5
    orders = [await shop.accepted(number, f"r{number}") for number in (OTHER, THIRD)]
    hidden = shop.supplier.rows.pop()
    shop.supplier.reads.clear()
    shop.clock.advance(5)
    assert await shop.reconcile.poll() == 0
    shop.supplier.rows.append(hidden)
    shop.supplier.says(f"r{OTHER}", "success")
    await shop.reconcile.poll()
    assert shop.supplier.reads == ["list poll", f"r{OTHER}"]
    assert (await shop.get(orders[0].order_id)).state is OrderState.SUCCEEDED


async def test_orders_beyond_the_newest_15_are_read_by_their_ref_id(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.credit(ANNI, 200_000)
    for number in range(17):
        await shop.accepted(f"0812000001{number:02}", f"r{number}")
    shop.supplier.reads.clear()
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.reconcile.poll()
    await shop.reconcile.poll()
    assert shop.supplier.reads == ["list poll", "r0", "r1"]


async def test_a_failed_list_read_postpones_all_its_orders(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0.5
    orders = [await shop.accepted(number, f"r{number}") for number in (OTHER, THIRD)]
    shop.supplier.read_error = SupplierReadError("502")
    shop.clock.advance(5)
    assert await shop.reconcile.poll() == pytest.approx(5)
    for order in orders:
        due_at = (await shop.get(order.order_id)).next_check_at
        assert due_at == shop.clock.now() + timedelta(seconds=5)


async def test_an_order_settled_during_the_read_is_not_changed(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    await shop.poll_for(5)
    shop.supplier.says("r1", "success")
    parked = await shop.get(order.order_id)
    await shop.admin.refund(ADMIN, order.order_id)
    done = await shop.get(order.order_id)
    for error in (None, SupplierReadError("502")):
        shop.supplier.read_error = error
        asked = await query_context(shop.store, shop.rules, shop.clock)
        await shop.reconcile._poll_one(parked, asked)
    assert await shop.get(order.order_id) == done


async def test_an_order_is_not_parked_while_its_target_has_an_unresolved_order(shop: Shop) -> None:
    """A unique index allows one unresolved order of a target."""
    first = await shop.accepted(ref_id="r1")
    lost = await shop.ambiguous(customer_id=BUDI)
    shop.supplier.says("r1", "partial")
    await shop.poll_for(10)
    assert (await shop.get(first.order_id)).state is OrderState.ACCEPTED
    shop.supplier.shows(shop.row(lost, "r2"))
    await shop.look_for(20)
    assert (await shop.get(lost.order_id)).state is OrderState.ACCEPTED
    await shop.poll_for(30)
    assert (await shop.get(first.order_id)).park_reason is ParkReason.PARTIAL


async def skew(shop: Shop, order: Order, off: float) -> float:
    """Poll a row dated `off` seconds from the send; return the learned skew in seconds."""
    created_at = (order.sent_at or shop.clock.now()) + timedelta(seconds=off)
    shop.supplier.rows = [shop.row(order, created_at=created_at)]
    await shop.poll_for(40)
    return (await shop.store.read(clock_of, order.account)).skew.total_seconds()


async def test_the_skew_is_learned_from_polled_rows(shop: Shop) -> None:
    """It changes only as far as the row contradicts it: a row is created during its call."""
    order = await shop.accepted()
    assert await skew(shop, order, 0) == 0
    assert await skew(shop, order, -1) == 0
    assert await skew(shop, order, 90) == 90
    assert await skew(shop, order, 91) == 91
    assert await skew(shop, order, -100) == -99


async def test_no_skew_is_learned_from_rows_of_lost_orders_or_without_date(shop: Shop) -> None:
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, created_at=(lost.sent_at or NOON) + timedelta(seconds=80)))
    await shop.look_for(3)
    await shop.poll_for(10)
    assert await shop.store.read(clock_of, lost.account) == SupplierClock()
    shop.supplier.rows = [shop.row(lost, created_at=None)]
    await shop.poll_for(30)
    assert await shop.store.read(clock_of, lost.account) == SupplierClock()
