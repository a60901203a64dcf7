"""The queue behind orders that must wait: other orders are sent, and expired ones cancelled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, OrderId, OrderState, WaitReason
from bot.ports.store import Transaction
from bot.services.orders import queue
from bot.services.orders.place import hold
from bot.services.orders.queue import Wait
from bot.services.orders.send import Send
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN, ANNI, BUDI, BUDI_CHAT, NUMBER, PRICE, Shop

FREE = "081299999999"
SPELLINGS = ("+62 812-3456-7890", "2.081234567890", "0062 81234567890", " 081234567890 ")


async def crowd(shop: Shop, count: int, numbers: Sequence[str] = (NUMBER,)) -> None:
    """Store `count` queued orders of Budi, each with its hold."""
    await shop.credit(BUDI, count * PRICE)
    product_id, now = shop.product("SM10"), shop.clock.now()
    sample = await shop.queue(number="081200009999")
    await shop.buy.cancel(ANNI, sample.order_id)

    def fill(tx: Transaction) -> None:
        for index in range(count):
            order = tx.orders.add(
                replace(
                    sample,
                    order_id=OrderId(0),
                    customer_id=BUDI,
                    product_id=product_id,
                    destination=numbers[index % len(numbers)],
                )
            )
            hold(tx, order, now)

    await shop.store.write(fill)


async def states(shop: Shop) -> Counter[OrderState]:
    """Return the number of orders in each state."""
    return Counter(await shop.store.read(lambda tx: tx.orders.counts_by_state()))


async def settled(shop: Shop) -> Wait:
    """Start until the sender has nothing more to do at once, as its worker does."""
    while (wait := await shop.wait()).seconds == 0:
        pass
    return wait


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("count", "numbers"),
    [
        *[(count, [NUMBER]) for count in (199, 200, 201, 2_500)],
        (900, [f"08120000000{index}" for index in range(3)]),
    ],
)
async def test_other_numbers_are_sent_past_any_number_of_waiting_orders(
    shop: Shop, count: int, numbers: list[str]
) -> None:
    for number in numbers:
        await shop.ambiguous(number)
    await shop.admin.resume(ADMIN)
    await crowd(shop, count, numbers)
    others = [await shop.queue(number=number) for number in (FREE, "081388888888")]
    assert [(await shop.start()).order_id for _ in others] == [one.order_id for one in others]


async def forget_targets(shop: Shop) -> None:
    """Set the targets to the destinations, as the migration did for an older version's orders."""

    def forget(tx: Transaction) -> None:
        tx.orders._connection.execute("update orders set target = destination")  # type: ignore[attr-defined]

    await shop.store.write(forget)


@pytest.mark.parametrize(("count", "is_older"), [(1_000, False), (queue.PAGE + 5, True)])
async def test_other_spellings_of_an_unresolved_number_wait_as_well(
    shop: Shop, count: int, is_older: bool
) -> None:
    """The supplier may echo them all alike. Older versions stored the spelling as the target."""
    await shop.ambiguous()
    await crowd(shop, count, SPELLINGS)
    if is_older:
        await forget_targets(shop)
    other = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == other.order_id
    shop.clock.advance(6)
    await settled(shop)
    counts = await states(shop)
    assert (counts[OrderState.QUEUED], counts[OrderState.SENDING]) == (count, 1)


async def test_orders_are_sent_by_fewest_attempts_then_oldest(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, 300)
    tried, first, second = [await shop.queue(number=f"08129999999{index}") for index in range(3)]
    await shop.store.write(
        lambda tx: tx.orders.save(replace(tried, send_attempts=1))  # returned to the queue once
    )
    sent = [(await shop.start()).order_id for _ in range(3)]
    assert sent == [first.order_id, second.order_id, tried.order_id]


async def test_all_expired_orders_are_cancelled_in_bounded_steps(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, queue.AT_ONCE + 120)
    late = await shop.queue(number=FREE)
    shop.clock.advance(shop.rules.queue_max.total_seconds())
    assert await shop.wait() == Wait(0)
    assert (await states(shop))[OrderState.CANCELLED] == queue.AT_ONCE + 1
    await settled(shop)
    assert (await states(shop))[OrderState.QUEUED] == 0
    assert (await shop.get(late.order_id)).cancel_reason is CancelReason.WAITED_TOO_LONG
    assert (await shop.wallet(BUDI)).held == 0


async def test_a_new_order_is_sent_before_all_expired_ones_are_cancelled(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, queue.AT_ONCE + 50, [f"0812{index:08}" for index in range(99)])
    shop.clock.advance(shop.rules.queue_max.total_seconds())
    fresh = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == fresh.order_id


async def test_the_wait_ends_when_the_oldest_order_expires(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, 250)
    shop.clock.advance(300)
    assert await settled(shop) == Wait(600.0)
    shop.clock.advance(599)
    assert await shop.wait() == Wait(1.0)
    shop.clock.advance(1)
    assert await settled(shop) == Wait(None)
    assert (await states(shop))[OrderState.QUEUED] == 0


async def test_all_waiting_orders_get_their_reason_in_bounded_steps(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, queue.AT_ONCE + 30)
    shop.clock.advance(6)
    assert await shop.wait() == Wait(0)
    await settled(shop)

    def reasons(tx: Transaction) -> Counter[WaitReason | None]:
        queued = tx.orders.in_states("U1", (OrderState.QUEUED,))
        return Counter(order.wait_reason for order in queued)

    assert await shop.store.read(reasons) == {WaitReason.SAME_TARGET: queue.AT_ONCE + 30}
    await shop.admin.pause(ADMIN)
    await settled(shop)
    assert await shop.store.read(reasons) == {WaitReason.PAUSED: queue.AT_ONCE + 30}


async def test_repeated_starts_write_nothing_while_all_wait(shop: Shop) -> None:
    """Every write wakes the sender, so a write of its own would wake it again."""
    await shop.ambiguous()
    await crowd(shop, 250)
    shop.clock.advance(6)
    torn = FailingStore(shop.store)
    shop.send = Send(torn, shop.supplier, shop.catalogue_cache, shop.rules, shop.clock)
    await settled(shop)
    torn.refuse_writes(1)
    assert (await shop.wait()).seconds == 894
    await shop.admin.pause(ADMIN)
    torn.refuse_writes(0)
    await settled(shop)
    torn.refuse_writes(1)
    assert (await shop.wait()).seconds == 894


async def test_unavailable_orders_are_cancelled_in_bounded_steps(shop: Shop) -> None:
    await crowd(shop, queue.AT_ONCE + 60, [f"0812{index:08}" for index in range(999)])
    other = await shop.queue(code="SM20", number=FREE)
    await shop.relist("SM10", is_ready=False)
    shop.clock.advance(6)
    assert await shop.wait() == Wait(0)
    assert (await states(shop))[OrderState.CANCELLED] == queue.AT_ONCE + queue.FIRST_PAGE + 1
    assert (await shop.start()).order_id == other.order_id


async def test_the_oldest_waiting_order_is_sent_when_its_number_is_resolved(shop: Shop) -> None:
    lost = await shop.ambiguous()
    waiting = await shop.queue(BUDI)
    await crowd(shop, 250)
    shop.supplier.shows(shop.row(lost))
    await shop.look_for(3)
    assert (await shop.start()).order_id == waiting.order_id
    assert (await shop.wallet(BUDI)).held == 251 * PRICE


async def test_a_wait_reason_updates_the_orders_message_once(shop: Shop) -> None:
    await shop.ambiguous()
    await crowd(shop, 3)
    await shop.delivered_kinds()
    shop.clock.advance(6)
    await settled(shop)
    assert await shop.delivered_kinds(BUDI_CHAT) == [NoticeKind.ORDER] * 3
    shop.clock.advance(timedelta(minutes=1).total_seconds())
    await settled(shop)
    assert await shop.delivered_kinds(BUDI_CHAT) == []
