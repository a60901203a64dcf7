"""When orders are sent: side by side, and at the end no call is left alone."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from bot.domain.order import OrderState
from bot.ports.store import Transaction
from bot.workers.loop import Loop, WakingStore
from bot.workers.send_orders import SendOrders
from tests.services.scripted import Held
from tests.services.shop import ANNI, BUDI, Shop
from tests.services.torn_store import TornStore

P = ParamSpec("P")
T = TypeVar("T")
OTHER = "081299999999"


class SlowStore(TornStore):
    """Its next write is committed when the test lets it."""

    held = False

    def hold(self) -> None:
        """Hold the next write."""
        self.held = True
        self.asked, self.released = asyncio.Event(), asyncio.Event()

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self.held:
            self.held = False
            self.asked.set()
            await self.released.wait()
        return await super().write(use_case, *args, **kwargs)


def slow_store(shop: Shop) -> SlowStore:
    """Build the shop anew on a store whose writes can be held."""
    shop.store = slow = SlowStore(shop.store)
    shop.build()
    return slow


async def test_the_calls_of_two_orders_are_side_by_side(shop: Shop) -> None:
    """One slow answer holds up nobody; both are waited for at the end."""
    first, second = await shop.queue(), await shop.queue(BUDI, number=OTHER)
    answers = [Held(shop.reply(order, f"r{order.order_id}")) for order in (first, second)]
    shop.supplier.answers.extend(answers)
    orders = SendOrders(shop.send)
    for answer in answers:
        shop.clock.advance(shop.supplier.order_gap_seconds)
        assert await orders.step() == 0
        await answer.asked.wait()
    finishing = asyncio.create_task(orders.finish(10))
    for answer in answers:
        assert not finishing.done()
        answer.released.set()
    await finishing
    states = [(await shop.get(order.order_id)).state for order in (first, second)]
    assert states == [OrderState.ACCEPTED, OrderState.ACCEPTED]


async def test_with_nothing_to_send_the_step_says_how_long(shop: Shop) -> None:
    """Nothing waits, or the gap is not over; and there is nothing to finish."""
    orders = SendOrders(shop.send)
    assert await orders.step() is None
    await shop.queue()
    await shop.send_next(shop.reply(await shop.queue(BUDI, number=OTHER)))
    assert await orders.step() == pytest.approx(shop.supplier.order_gap_seconds)
    await orders.finish(0)


async def test_a_call_that_takes_too_long_is_left_to_the_next_start(shop: Shop) -> None:
    """It is cut off, its order stays `sending`, and the next start looks for it."""
    order = await shop.queue()
    answer = Held(shop.reply(order))
    shop.supplier.answers.append(answer)
    orders = SendOrders(shop.send)
    await orders.step()
    await answer.asked.wait()
    await orders.finish(0.01)
    assert (await shop.get(order.order_id)).state is OrderState.SENDING
    assert shop.send.live == frozenset()
    await shop.restart()
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS


async def test_an_order_whose_start_is_being_committed_at_the_end_is_waited_for(
    shop: Shop,
) -> None:
    """The signal comes during the commit: the call that follows it is made, and recorded."""
    order = await shop.queue()
    slow = slow_store(shop)
    answer = Held(shop.reply(order))
    shop.supplier.answers.append(answer)
    orders = SendOrders(shop.send)
    loop = Loop("send_orders", orders.step)
    slow.hold()
    running = asyncio.create_task(loop.run())
    await slow.asked.wait()
    loop.stop()
    finishing = asyncio.create_task(orders.finish(10))
    await asyncio.sleep(0)
    slow.released.set()
    await answer.asked.wait()
    assert not finishing.done()
    answer.released.set()
    await finishing
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED
    await running
    assert len(shop.supplier.calls) == 1


async def test_a_start_that_fails_at_the_end_sends_nothing(shop: Shop) -> None:
    """No commit, no call: the order is in the queue, and the loop ends."""
    order = await shop.queue()
    slow = slow_store(shop)
    orders = SendOrders(shop.send)
    loop = Loop("send_orders", orders.step)
    slow.hold()
    slow.refuse_writes(1)
    running = asyncio.create_task(loop.run())
    await slow.asked.wait()
    loop.stop()
    finishing = asyncio.create_task(orders.finish(10))
    await asyncio.sleep(0)
    slow.released.set()
    await finishing
    await running
    assert (await shop.get(order.order_id)).state is OrderState.QUEUED
    assert shop.supplier.calls == []


async def test_a_start_committed_too_late_for_the_end_goes_back_to_the_queue(shop: Shop) -> None:
    """Nobody waits for its call any more, so none is made; its step ends when that is noted."""
    order = await shop.queue()
    slow = slow_store(shop)
    orders = SendOrders(shop.send, start_within_seconds=0.01)
    slow.hold()
    step = asyncio.create_task(orders.step())
    await slow.asked.wait()
    await orders.finish(10)
    shop.clock.advance(6)
    slow.released.set()
    assert await step == 0
    assert (await shop.get(order.order_id)).state is OrderState.QUEUED
    assert shop.supplier.calls == []


async def test_the_end_of_a_call_wakes_the_sender(shop: Shop) -> None:
    """Its order may have blocked the next one; what the start itself wrote does not wake it."""
    order = await shop.queue(ANNI)
    shop.store = store = WakingStore(shop.store)
    shop.build()
    answer = Held(shop.reply(order))
    shop.supplier.answers.append(answer)
    orders = SendOrders(shop.send)
    stepped: asyncio.Queue[float | None] = asyncio.Queue()

    async def step() -> float | None:
        seconds = await orders.step()
        stepped.put_nowait(seconds)
        return seconds

    loop = Loop("send_orders", step)
    store.wakes([loop])
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(10):
        assert await stepped.get() == 0
        await answer.asked.wait()
        assert await stepped.get() is None
        answer.released.set()
        assert await stepped.get() is None
    loop.stop()
    await running
    await orders.finish(10)
