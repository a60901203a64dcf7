"""Before the order call: what may be sent, what waits, and what is given up."""

from datetime import timedelta

import pytest

from bot.domain.errors import (
    StoreUnavailableError,
    SupplierOutcomeUnknownError,
    SupplierUnavailableError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, CustomerId, Order, OrderState, WaitReason
from bot.services.orders.queue import Wait
from bot.services.orders.send import Send
from tests.services.shop import ADMIN, ANNI, BUDI, Shop
from tests.services.torn_store import TornStore


async def test_an_empty_queue_waits_for_an_order(shop: Shop) -> None:
    """Nothing to do until something changes."""
    assert await shop.send.start() == Wait(None)
    assert shop.send.live == frozenset()


async def test_starting_commits_the_order_as_sending(shop: Shop) -> None:
    """Before any byte leaves, the database says so."""
    await shop.queue()
    started = await shop.start()
    stored = await shop.get(started.order_id)
    assert stored == started
    assert (stored.state, stored.sent_at) == (OrderState.SENDING, shop.clock.now())
    assert (stored.send_number, stored.send_attempts) == (1, 1)
    assert shop.send.live == {started.order_id}
    assert shop.supplier.calls == []


async def test_orders_are_sent_oldest_first_with_a_gap(shop: Shop) -> None:
    """The related server refuses a second order within 6 s."""
    first = await shop.queue()
    second = await shop.queue(BUDI)
    assert (await shop.start()).order_id == first.order_id
    shop.clock.advance(2)
    assert await shop.wait() == Wait(4.0)
    shop.clock.advance(4)
    assert isinstance(blocked := await shop.send.start(), Wait)
    assert blocked.seconds is not None
    third = await shop.queue(number="081299999999")
    started = await shop.send.start()
    assert isinstance(started, Order)
    assert started.order_id == third.order_id
    assert (await shop.get(second.order_id)).wait_reason is WaitReason.SAME_TARGET


async def test_a_clock_set_back_does_not_stop_the_sending(shop: Shop) -> None:
    """The last send lies in the future then, and the gap is not waited for until it comes."""
    await shop.queue()
    await shop.start()
    await shop.queue(number="081299999999")
    shop.clock.advance(-3_600)
    assert isinstance(await shop.send.start(), Order)


async def test_the_call_gets_what_is_left_of_five_seconds(shop: Shop) -> None:
    """From the commit to the first byte."""
    order = await shop.queue()
    started = await shop.start()
    shop.supplier.will(shop.reply(order))
    shop.clock.advance(1.5)
    await shop.send.carry_out(started)
    (call,) = shop.supplier.calls
    assert (call.service_code, call.destination) == ("SM10", order.destination)
    assert call.first_byte_within_seconds == pytest.approx(3.5)
    assert shop.send.live == frozenset()


async def test_five_seconds_after_the_commit_nothing_is_sent(shop: Shop) -> None:
    """The order goes back to the queue without a call."""
    await shop.queue()
    started = await shop.start()
    shop.clock.advance(5)
    await shop.send.carry_out(started)
    assert shop.supplier.calls == []
    assert (await shop.get(started.order_id)).state is OrderState.QUEUED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_ready": False}, CancelReason.NOT_READY),
        ({"cost": Rupiah(11_201)}, CancelReason.COST_ABOVE_PRICE),
    ],
)
async def test_an_order_that_cannot_be_sold_any_more_is_cancelled(
    shop: Shop, change: dict[str, object], reason: CancelReason
) -> None:
    """Sold out, or dearer than its price, since it was confirmed."""
    order = await shop.queue()
    await shop.told()
    await shop.relist("SM10", **change)
    await shop.wait()
    cancelled = await shop.get(order.order_id)
    assert (cancelled.state, cancelled.cancel_reason) == (OrderState.CANCELLED, reason)
    assert (await shop.wallet()).held == 0
    assert await shop.told(ANNI) == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    assert shop.supplier.calls == []


async def test_a_cost_above_the_price_is_told_the_admins(shop: Shop) -> None:
    """The list moved against the shop."""
    await shop.queue()
    await shop.relist("SM10", cost=Rupiah(11_201))
    await shop.wait()
    assert await shop.alerts() == ["cost_above_price"]


async def test_a_cost_that_rose_up_to_the_price_is_taken(shop: Shop) -> None:
    """The price charged is the price shown; the margin is smaller."""
    order = await shop.queue()
    await shop.relist("SM10", cost=Rupiah(11_200))
    started = await shop.start()
    assert (started.order_id, started.cost, started.price) == (order.order_id, 11_200, 11_200)


async def test_an_order_of_a_product_that_closed_is_cancelled(shop: Shop) -> None:
    """It was confirmed a minute before the cutoff."""
    shop.clock.advance(11.5 * 3600 - 60)
    order = await shop.queue(code="NIGHT")
    shop.clock.advance(61)
    await shop.wait()
    assert (await shop.get(order.order_id)).cancel_reason is CancelReason.CUTOFF


async def test_a_product_that_left_the_list_is_not_ready(shop: Shop) -> None:
    """The supplier does not know it any more."""
    order = await shop.queue()
    await shop.relist("SM10", code="SM11")
    await shop.wait()
    assert (await shop.get(order.order_id)).cancel_reason is CancelReason.NOT_READY


async def test_a_cancelled_order_does_not_keep_the_next_from_starting(shop: Shop) -> None:
    """One look through the queue finds the first that may be sent."""
    await shop.queue()
    other = await shop.queue(BUDI, "XL10", "081799999999")
    await shop.relist("SM10", is_ready=False)
    assert (await shop.start()).order_id == other.order_id


async def test_waiting_has_one_bound(shop: Shop) -> None:
    """After QUEUE_MAX_SECONDS the order is cancelled, whatever it waited for."""
    await shop.admin.pause(ADMIN)
    await shop.admin.resume(ADMIN)
    order = await shop.queue()
    await shop.admin.pause(ADMIN)
    shop.clock.advance(300)
    assert await shop.wait() == Wait(600.0)
    shop.clock.advance(600)
    assert await shop.wait() == Wait(None)
    cancelled = await shop.get(order.order_id)
    assert cancelled.cancel_reason is CancelReason.WAITED_TOO_LONG
    assert (await shop.wallet()).held == 0


async def test_the_gap_is_not_slept_through_by_an_expiring_order(shop: Shop) -> None:
    """The sooner of the two decides when to look again."""
    await shop.queue(number="081299999999")
    shop.clock.advance(891)
    await shop.queue()
    shop.clock.advance(4)
    shop.supplier.order_gap_seconds = 0
    started = await shop.start()
    shop.supplier.order_gap_seconds = 60
    await shop.queue(number="081277777777")
    shop.clock.advance(1)
    wait = await shop.wait()
    assert started.destination == "081299999999"
    assert wait.seconds == 59


async def test_pausing_stops_sending_and_says_so(shop: Shop) -> None:
    """The waiting customer reads it once."""
    order = await shop.queue()
    await shop.told()
    await shop.admin.pause(ADMIN)
    await shop.wait()
    await shop.wait()
    assert (await shop.get(order.order_id)).wait_reason is WaitReason.PAUSED
    assert await shop.told(ANNI) == [NoticeKind.ORDER]
    await shop.admin.resume(ADMIN)
    assert (await shop.start()).wait_reason is None


async def test_an_order_that_surely_did_not_leave_waits_and_is_sent_again(shop: Shop) -> None:
    """DNS, connection refused, TLS: back to the queue, with a growing pause."""
    order = await shop.queue()
    back = await shop.send_next(SupplierUnavailableError("refused"))
    assert (back.state, back.wait_reason) == (OrderState.QUEUED, WaitReason.SUPPLIER_AWAY)
    assert (await shop.wallet()).held == order.price
    shop.supplier.order_gap_seconds = 0
    assert await shop.wait() == Wait(2.0)
    shop.clock.advance(2)
    again = await shop.send_next(SupplierUnavailableError("refused"))
    assert again.send_attempts == 2
    assert await shop.wait() == Wait(4.0)
    shop.clock.advance(4)
    accepted = await shop.send_next(shop.reply(order))
    assert (accepted.state, accepted.send_attempts) == (OrderState.ACCEPTED, 3)
    assert len(shop.supplier.calls) == 3


async def test_an_answer_of_any_kind_ends_the_backoff(shop: Shop) -> None:
    """The supplier is there."""
    shop.supplier.order_gap_seconds = 0
    await shop.queue()
    await shop.send_next(SupplierUnavailableError("refused"))
    shop.clock.advance(2)
    await shop.send_next(SupplierOutcomeUnknownError("reset"))
    await shop.queue(number="081299999999")
    await shop.send_next(SupplierUnavailableError("refused"))
    assert await shop.wait() == Wait(2.0)


async def test_while_the_supplier_is_away_everybody_who_waits_is_told(shop: Shop) -> None:
    """With the reason that customers may know."""
    await shop.queue()
    other = await shop.queue(BUDI, number="081299999999")
    await shop.send_next(SupplierUnavailableError("refused"))
    await shop.wait()
    assert (await shop.get(other.order_id)).wait_reason is WaitReason.SUPPLIER_AWAY


async def test_one_unresolved_order_for_a_product_and_number(shop: Shop) -> None:
    """The second waits, says why, and goes when the first is settled; others pass it."""
    first = await shop.ambiguous()
    second = await shop.queue(BUDI)
    await shop.told()
    shop.clock.advance(6)
    wait = await shop.wait()
    assert wait.seconds == 894
    assert (await shop.get(second.order_id)).wait_reason is WaitReason.SAME_TARGET
    assert await shop.told(BUDI) == [NoticeKind.ORDER]
    other = await shop.queue(BUDI, "SM20")
    assert (await shop.start()).order_id == other.order_id
    shop.supplier.shows(shop.row(first))
    await shop.look_for(3)
    assert (await shop.get(first.order_id)).state is OrderState.ACCEPTED
    assert (await shop.start()).order_id == second.order_id


async def test_a_parked_order_keeps_its_target_too(shop: Shop) -> None:
    """Its row may still show up."""
    await shop.parked()
    second = await shop.queue(BUDI)
    shop.clock.advance(6)
    await shop.wait()
    assert (await shop.get(second.order_id)).state is OrderState.QUEUED


async def test_after_twelve_sends_an_unseen_order_stops_the_sending(shop: Shop) -> None:
    """So that it cannot scroll out of the supplier's 15 rows."""
    await shop.credit(ANNI, 500_000)
    shop.supplier.order_gap_seconds = 1
    lost = await shop.ambiguous("081200000000")
    await shop.reconcile.look()
    for number in range(12):
        await shop.accepted(f"0812000001{number:02}", f"r{number}")
    last = await shop.queue(number="081299999999")
    shop.clock.advance(1)
    await shop.wait()
    assert (await shop.get(last.order_id)).wait_reason is WaitReason.BUSY
    shop.supplier.rows = shop.supplier.rows[:12]
    shop.clock.at = (lost.sent_at or shop.clock.at) + timedelta(seconds=121)
    await shop.reconcile.look()
    assert (await shop.get(lost.order_id)).was_covered_after(timedelta(seconds=120))
    assert (await shop.start()).order_id == last.order_id


async def test_a_call_without_an_answer_yet_stops_the_sending_too(shop: Shop) -> None:
    """Twelve others have passed it."""
    shop.supplier.order_gap_seconds = 1
    await shop.queue(number="081200000000")
    await shop.start()
    for number in range(12):
        await shop.queue(CustomerId(ADMIN), number=f"0812000001{number:02}")
        await shop.start()
    await shop.queue(number="081299999999")
    shop.clock.advance(1)
    await shop.wait()


async def test_between_two_sends_nothing_is_written(shop: Shop) -> None:
    """Every write of the shop wakes the sender, which must not make another of each."""
    torn = TornStore(shop.store)
    shop.send = Send(torn, shop.supplier, shop.shelf, shop.rules, shop.clock)
    first = await shop.queue()
    await shop.queue(number="081299999999")
    await shop.send_next(shop.reply(first))
    shop.clock.advance(2)
    torn.refuse_writes(1)
    assert await shop.wait() == Wait(4.0)
    shop.clock.advance(4)
    with pytest.raises(StoreUnavailableError):
        await shop.send.start()
