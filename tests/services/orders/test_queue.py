"""The queue behind numbers that must wait: everybody else is served, told, and given back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ledger import wallet_of
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, Order, OrderId, OrderState, WaitReason
from bot.ports.store import Transaction
from bot.services.orders import queue
from bot.services.orders.place import hold
from bot.services.orders.queue import Wait
from bot.services.orders.send import Send
from tests.services.shop import ANNI, BUDI, NUMBER, PRICE, Shop
from tests.services.torn_store import TornStore

FREE = "081299999999"
SPELLINGS = ("+62 812-3456-7890", "2.081234567890", "0062 81234567890", " 081234567890 ")


async def crowd(
    shop: Shop, count: int, numbers: Sequence[str] = (NUMBER,), wait: WaitReason | None = None
) -> None:
    """Queue many of Budi's orders, as a crowd would in ten minutes."""
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
                    wait_reason=wait,
                )
            )
            hold(tx, order, now)

    await shop.store.write(fill)


async def states(shop: Shop) -> Counter[OrderState]:
    """Return how many orders are in each state."""
    return Counter(await shop.store.read(lambda tx: tx.orders.counts_by_state()))


async def settled(shop: Shop) -> Wait:
    """Step until the sender has nothing more to do at once, as its worker does."""
    while (wait := await shop.wait()).seconds == 0:
        pass
    return wait


@pytest.mark.parametrize("count", [199, 200, 201, 2_500])
async def test_everybody_else_is_served_past_those_that_must_wait(shop: Shop, count: int) -> None:
    """However many orders wait for one number in doubt."""
    await shop.ambiguous()
    await crowd(shop, count)
    other = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == other.order_id


async def test_other_spellings_of_the_number_wait_as_well(shop: Shop) -> None:
    """The supplier may echo them all alike, so their rows could not be told apart."""
    await shop.ambiguous()
    await crowd(shop, 1_000, SPELLINGS)
    other = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == other.order_id
    shop.clock.advance(6)
    await settled(shop)
    counts = await states(shop)
    assert (counts[OrderState.QUEUED], counts[OrderState.SENDING]) == (1_000, 1)


async def test_several_numbers_in_doubt_hide_nobody(shop: Shop) -> None:
    """Nor does an order that is being sent."""
    numbers = [f"08120000000{index}" for index in range(3)]
    for number in numbers:
        await shop.ambiguous(number)
        shop.clock.advance(6)
    await shop.admin.resume(9001)
    await crowd(shop, 900, numbers)
    other, another = await shop.queue(number=FREE), await shop.queue(number="081388888888")
    assert (await shop.start()).order_id == other.order_id
    assert (await shop.start()).order_id == another.order_id


async def test_the_fewest_attempts_go_first_and_then_the_oldest(shop: Shop) -> None:
    """Also behind a crowd."""
    await shop.ambiguous()
    await crowd(shop, 300)
    tried, first, second = [await shop.queue(number=f"08129999999{index}") for index in range(3)]
    await shop.store.write(
        lambda tx: tx.orders.save(replace(tried, send_attempts=1))  # sent back once
    )
    sent = [(await shop.start()).order_id for _ in range(3)]
    assert sent == [first.order_id, second.order_id, tried.order_id]


async def test_all_that_waited_too_long_is_given_up(shop: Shop) -> None:
    """Beyond the first few hundred too, a bounded number in one transaction."""
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


async def test_an_order_is_sent_while_others_are_given_up(shop: Shop) -> None:
    """It need not wait for the end of the cleaning; a late one is never sent."""
    await shop.ambiguous()
    await crowd(shop, queue.AT_ONCE + 50, [f"0812{index:08}" for index in range(99)])
    shop.clock.advance(shop.rules.queue_max.total_seconds())
    fresh = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == fresh.order_id


async def test_an_order_that_expires_among_those_that_wait_wakes_the_sender(shop: Shop) -> None:
    """The wait ends when the oldest has waited too long."""
    await shop.ambiguous()
    await crowd(shop, 250)
    shop.clock.advance(300)
    assert await settled(shop) == Wait(600.0)
    shop.clock.advance(599)
    assert await shop.wait() == Wait(1.0)
    shop.clock.advance(1)
    assert await settled(shop) == Wait(None)
    assert (await states(shop))[OrderState.QUEUED] == 0


async def test_all_who_wait_read_why(shop: Shop) -> None:
    """Once each, a bounded number in one transaction."""
    await shop.ambiguous()
    await crowd(shop, queue.AT_ONCE + 30)
    shop.clock.advance(6)
    assert await shop.wait() == Wait(0)
    await settled(shop)

    def reasons(tx: Transaction) -> Counter[WaitReason | None]:
        queued = tx.orders.in_states("U1", (OrderState.QUEUED,))
        return Counter(order.wait_reason for order in queued)

    assert await shop.store.read(reasons) == {WaitReason.SAME_TARGET: queue.AT_ONCE + 30}
    await shop.admin.pause(9001)
    await settled(shop)
    assert await shop.store.read(reasons) == {WaitReason.PAUSED: queue.AT_ONCE + 30}


async def test_nothing_is_written_while_all_wait(shop: Shop) -> None:
    """Every write of the shop wakes the sender, which must not make another of each."""
    await shop.ambiguous()
    await crowd(shop, 250)
    shop.clock.advance(6)
    torn = TornStore(shop.store)
    shop.send = Send(torn, shop.supplier, shop.shelf, shop.rules, shop.clock)
    await settled(shop)
    torn.refuse_writes(1)
    assert (await shop.wait()).seconds == 894
    await shop.admin.pause(9001)
    torn.refuse_writes(0)
    await settled(shop)
    torn.refuse_writes(1)
    assert (await shop.wait()).seconds == 894


async def test_many_that_cannot_be_sold_end_in_bounded_steps(shop: Shop) -> None:
    """The product sold out; whoever ordered another one is served next."""
    await crowd(shop, queue.AT_ONCE + 60, [f"0812{index:08}" for index in range(999)])
    other = await shop.queue(code="SM20", number=FREE)
    await shop.relist("SM10", is_ready=False)
    shop.clock.advance(6)
    assert await shop.wait() == Wait(0)
    assert (await states(shop))[OrderState.CANCELLED] == queue.AT_ONCE + 1
    assert (await shop.start()).order_id == other.order_id


async def test_orders_of_an_older_version_are_compared_by_spelling(shop: Shop) -> None:
    """It stored the destination alone; page after page of such orders is passed over."""
    await shop.ambiguous()
    await crowd(shop, queue.PAGE + 5, SPELLINGS)
    await forget_targets(shop)
    other = await shop.queue(number=FREE)
    assert (await shop.start()).order_id == other.order_id
    shop.clock.advance(6)
    await settled(shop)
    assert (await states(shop))[OrderState.QUEUED] == queue.PAGE + 5


async def forget_targets(shop: Shop) -> None:
    """Put the orders' targets where the migration put those of an older version."""

    def forget(tx: Transaction) -> None:
        tx.orders._connection.execute("update orders set target = destination")  # type: ignore[attr-defined]

    await shop.store.write(forget)


async def test_a_freed_number_is_served_again(shop: Shop) -> None:
    """The oldest of those that waited for it goes."""
    lost: Order = await shop.ambiguous()
    waiting = await shop.queue(BUDI)
    await crowd(shop, 250)
    shop.supplier.shows(shop.row(lost))
    await shop.look_for(3)
    assert (await shop.start()).order_id == waiting.order_id
    assert (await shop.wallet(BUDI)).held == 251 * PRICE
    account = await shop.store.read(lambda tx: tx.ledger.account(wallet_of(BUDI)))
    assert account.held == Rupiah(251 * PRICE)


async def test_the_reason_is_told_to_the_customer(shop: Shop) -> None:
    """As an edit of the order's one message."""
    await shop.ambiguous()
    await crowd(shop, 3)
    await shop.told()
    shop.clock.advance(6)
    await settled(shop)
    assert await shop.told(BUDI) == [NoticeKind.ORDER] * 3
    shop.clock.advance(timedelta(minutes=1).total_seconds())
    await settled(shop)
    assert await shop.told(BUDI) == []
