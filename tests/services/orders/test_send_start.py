"""Before the order call: which orders may be sent, which wait, and which are cancelled."""

from datetime import timedelta

import pytest

from bot.domain.cutoff import CutoffWindow
from bot.domain.errors import (
    StoreUnavailableError,
    SupplierOutcomeUnknownError,
    SupplierUnavailableError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, OrderId, OrderState, WaitReason
from bot.services.orders.queue import Wait
from bot.services.orders.send import Send
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, Shop


async def test_an_empty_queue_waits_without_a_deadline(shop: Shop) -> None:
    assert await shop.send.start() == Wait(None)


async def test_starting_commits_the_order_as_sending_before_the_call(shop: Shop) -> None:
    await shop.queue()
    started = await shop.start()
    stored = await shop.get(started.order_id)
    assert stored == started
    assert (stored.state, stored.sent_at) == (OrderState.SENDING, shop.clock.now())
    assert (stored.send_number, stored.send_attempts) == (1, 1)
    assert shop.supplier.calls == []


async def test_orders_are_sent_oldest_first_with_a_gap_of_6_s(shop: Shop) -> None:
    """A related panel refuses a second order within 6 s."""
    first = await shop.queue()
    second = await shop.queue(BUDI)
    assert (await shop.start()).order_id == first.order_id
    shop.clock.advance(2)
    assert await shop.wait() == Wait(4.0)
    shop.clock.advance(4)
    assert isinstance(blocked := await shop.send.start(), Wait)
    assert blocked.seconds is not None
    third = await shop.queue(number="081299999999")
    assert (await shop.start()).order_id == third.order_id
    assert (await shop.get(second.order_id)).wait_reason is WaitReason.SAME_TARGET


async def test_a_last_send_in_the_future_does_not_delay_the_next(shop: Shop) -> None:
    await shop.queue()
    await shop.start()
    await shop.queue(number="081299999999")
    shop.clock.advance(-3_600)
    assert not isinstance(await shop.send.start(), Wait)


async def test_the_first_byte_must_leave_within_five_seconds_of_the_commit(shop: Shop) -> None:
    """Later the order returns to the queue."""
    order = await shop.queue()
    started = await shop.start()
    shop.clock.advance(5)
    await shop.send.carry_out(started)
    assert shop.supplier.calls == []
    assert (await shop.get(order.order_id)).state is OrderState.QUEUED
    shop.clock.advance(2)
    started = await shop.start()
    shop.supplier.will(shop.reply(order))
    shop.clock.advance(1.5)
    await shop.send.carry_out(started)
    (call,) = shop.supplier.calls
    assert (call.service_code, call.destination) == ("SM10", order.destination)
    assert call.first_byte_within_seconds == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("change", "reason", "alerts"),
    [
        ({"is_ready": False}, CancelReason.NOT_READY, []),
        ({"code": "SM11"}, CancelReason.NOT_READY, []),
        ({"cutoff": CutoffWindow(719, 730)}, CancelReason.CUTOFF, []),
        ({"cost": Rupiah(11_201)}, CancelReason.COST_ABOVE_PRICE, ["cost_above_price"]),
    ],
)
async def test_an_order_that_became_unavailable_or_dearer_is_cancelled(
    shop: Shop, change: dict[str, object], reason: CancelReason, alerts: list[str]
) -> None:
    order = await shop.queue()
    await shop.delivered_kinds()
    await shop.relist("SM10", **change)
    await shop.wait()
    cancelled = await shop.get(order.order_id)
    assert (cancelled.state, cancelled.cancel_reason) == (OrderState.CANCELLED, reason)
    assert (await shop.wallet()).held == 0
    delivered = await shop.deliveries()
    told = [one.notice.kind for one in delivered if one.notice.chat_id == ANNI_CHAT]
    assert told == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    alerted = [
        one.notice.data["condition"] for one in delivered if one.notice.chat_id == ADMIN_CHAT
    ]
    assert alerted == alerts
    assert shop.supplier.calls == []


async def test_a_cost_up_to_the_price_is_accepted(shop: Shop) -> None:
    order = await shop.queue()
    await shop.relist("SM10", cost=Rupiah(11_200))
    started = await shop.start()
    assert (started.order_id, started.cost, started.price) == (order.order_id, 11_200, 11_200)


async def test_the_next_order_starts_in_the_step_that_cancels_one(shop: Shop) -> None:
    await shop.queue()
    other = await shop.queue(BUDI, "XL10", "081799999999")
    await shop.relist("SM10", is_ready=False)
    assert (await shop.start()).order_id == other.order_id


async def test_a_queued_order_is_cancelled_after_queue_max_seconds(shop: Shop) -> None:
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


async def test_the_wait_ends_at_the_next_expiry_when_the_gap_is_longer(shop: Shop) -> None:
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


async def test_a_pause_stops_sending_and_notifies_once(shop: Shop) -> None:
    order = await shop.queue()
    await shop.delivered_kinds()
    await shop.admin.pause(ADMIN)
    await shop.wait()
    await shop.wait()
    assert (await shop.get(order.order_id)).wait_reason is WaitReason.PAUSED
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER]
    await shop.admin.resume(ADMIN)
    assert (await shop.start()).wait_reason is None


async def test_an_order_surely_not_sent_is_sent_again_with_backoff(shop: Shop) -> None:
    """DNS, connection refused, TLS failure."""
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


async def test_any_call_that_was_sent_resets_the_backoff(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.queue()
    await shop.send_next(SupplierUnavailableError("refused"))
    shop.clock.advance(2)
    await shop.send_next(SupplierOutcomeUnknownError("reset"))
    await shop.queue(number="081299999999")
    await shop.send_next(SupplierUnavailableError("refused"))
    assert await shop.wait() == Wait(2.0)


async def test_an_unreachable_supplier_is_the_wait_reason_of_all_queued_orders(shop: Shop) -> None:
    await shop.queue()
    other = await shop.queue(BUDI, number="081299999999")
    await shop.send_next(SupplierUnavailableError("refused"))
    await shop.wait()
    assert (await shop.get(other.order_id)).wait_reason is WaitReason.SUPPLIER_AWAY


async def test_an_order_waits_for_the_unresolved_one_of_its_target(shop: Shop) -> None:
    first = await shop.ambiguous()
    second = await shop.queue(BUDI)
    await shop.delivered_kinds()
    shop.clock.advance(6)
    wait = await shop.wait()
    assert wait.seconds == 894
    assert (await shop.get(second.order_id)).wait_reason is WaitReason.SAME_TARGET
    assert await shop.delivered_kinds(BUDI_CHAT) == [NoticeKind.ORDER]
    other = await shop.queue(BUDI, "SM20")
    assert (await shop.start()).order_id == other.order_id
    shop.supplier.shows(shop.row(first))
    await shop.look_for(3)
    assert (await shop.get(first.order_id)).state is OrderState.ACCEPTED
    assert (await shop.start()).order_id == second.order_id


async def test_twelve_sends_after_an_ambiguous_order_stop_sending(shop: Shop) -> None:
    """Otherwise its row could leave the supplier's list of 15."""
    await shop.credit(ANNI, 500_000)
    shop.supplier.order_gap_seconds = 1
    lost = await shop.ambiguous("081200000000")
    await shop.reconcile.look_up()
    for number in range(12):
        await shop.accepted(f"0812000001{number:02}", f"r{number}")
    last = await shop.queue(number="081299999999")
    shop.clock.advance(1)
    assert await shop.wait() == Wait(5.0)
    assert (await shop.get(last.order_id)).wait_reason is None
    shop.clock.advance(4)
    await shop.wait()
    assert (await shop.get(last.order_id)).wait_reason is WaitReason.BUSY
    shop.supplier.rows = shop.supplier.rows[:12]
    shop.clock.at = (lost.sent_at or shop.clock.at) + timedelta(seconds=121)
    await shop.reconcile.look_up()
    assert (await shop.get(lost.order_id)).has_covering_miss_after(timedelta(seconds=120))
    assert (await shop.start()).order_id == last.order_id


async def test_twelve_sends_after_a_sending_order_stop_sending(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 1
    await shop.queue(number="081200000000")
    await shop.start()
    for number in range(12):
        await shop.queue(ADMIN.customer_id, number=f"0812000001{number:02}")
        await shop.start()
    await shop.queue(number="081299999999")
    shop.clock.advance(1)
    await shop.wait()


async def test_repeated_starts_write_nothing_during_the_gap(shop: Shop) -> None:
    """Every write wakes the sender, so a write of its own would wake it again."""
    torn = FailingStore(shop.store)
    shop.send = Send(torn, shop.supplier, shop.catalogue_cache, shop.rules, shop.clock)
    first = await shop.queue()
    await shop.queue(number="081299999999")
    await shop.send_next(shop.reply(first))
    shop.clock.advance(2)
    torn.refuse_writes(1)
    assert await shop.wait() == Wait(4.0)
    shop.clock.advance(4)
    with pytest.raises(StoreUnavailableError):
        await shop.send.start()


async def start_together(shop: Shop) -> list[OrderId]:
    """Start up to 4 orders in one transaction; return those that started."""
    started = await shop.send.start(4)
    return [] if isinstance(started, Wait) else [order.order_id for order in started]


async def test_orders_start_together_as_they_would_one_by_one(shop: Shop) -> None:
    """A target starts once, in the order of the queue, with numbers of their own."""
    shop.supplier.order_gap_seconds = 0
    await shop.credit(ANNI, 500_000)
    numbers = ["081200000001", "081200000001", *[f"08120000001{n}" for n in range(4)]]
    queued = [await shop.queue(code="SM10", number=number) for number in numbers[:1]]
    queued += [await shop.queue(BUDI, number=number) for number in numbers[1:2]]
    queued += [await shop.queue(number=number) for number in numbers[2:]]
    first = [queued[index].order_id for index in (0, 2, 3, 4)]
    assert await start_together(shop) == first
    sends = [(await shop.get(order_id)).send_number for order_id in first]
    assert sends == [1, 2, 3, 4]
    assert (await shop.get(queued[1].order_id)).wait_reason is WaitReason.SAME_TARGET
    assert await start_together(shop) == [queued[5].order_id]
    assert await start_together(shop) == []


async def test_orders_start_one_by_one_when_the_supplier_wants_a_gap(shop: Shop) -> None:
    for number in range(3):
        await shop.queue(number=f"08120000000{number}")
    assert len(await start_together(shop)) == 1
    assert await start_together(shop) == []


async def test_orders_that_start_together_stop_at_the_window(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.credit(ANNI, 500_000)
    for number in range(16):
        await shop.queue(number=f"0812000001{number:02}")
    counts = [len(await start_together(shop)) for _ in range(5)]
    assert counts == [4, 4, 4, 1, 0]


async def test_nothing_is_sent_when_orders_that_start_together_cannot_be_stored(
    shop: Shop,
) -> None:
    shop.supplier.order_gap_seconds = 0
    orders = [await shop.queue(number=f"08120000000{number}") for number in range(2)]
    torn = FailingStore(shop.store)
    shop.send = Send(torn, shop.supplier, shop.catalogue_cache, shop.rules, shop.clock)
    torn.refuse_writes(1)
    with pytest.raises(StoreUnavailableError):
        await shop.send.start(4)
    states = {(await shop.get(order.order_id)).state for order in orders}
    assert states == {OrderState.QUEUED}
    assert shop.supplier.calls == []
