"""The sending worker: concurrent calls, and a shutdown that waits for them."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from bot.domain.order import OrderState
from bot.ports.store import Transaction
from bot.workers.loop import Loop
from bot.workers.send_orders import SendOrders
from tests.services.failing_store import FailingStore
from tests.services.fakes import HeldReply
from tests.services.shop import ANNI, BUDI, Shop
from tests.workers.steps import running, worker

P = ParamSpec("P")
T = TypeVar("T")
OTHER = "081299999999"


class SlowStore(FailingStore):
    """A store whose next write waits until the test releases it."""

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
    """Rebuild the shop on a store whose writes can be held."""
    shop.store = slow = SlowStore(shop.store)
    shop.build()
    return slow


async def test_calls_run_concurrently_and_are_awaited_at_shutdown(shop: Shop) -> None:
    first, second = await shop.queue(), await shop.queue(BUDI, number=OTHER)
    answers = [HeldReply(shop.reply(order, f"r{order.order_id}")) for order in (first, second)]
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


async def test_with_nothing_to_send_the_step_returns_the_wait(shop: Shop) -> None:
    orders = SendOrders(shop.send)
    assert await orders.step() is None
    await shop.queue()
    await shop.send_next(shop.reply(await shop.queue(BUDI, number=OTHER)))
    assert await orders.step() == pytest.approx(shop.supplier.order_gap_seconds)
    await orders.finish(0)


async def test_a_call_that_takes_too_long_is_left_to_the_next_start(shop: Shop) -> None:
    order = await shop.queue()
    answer = HeldReply(shop.reply(order))
    shop.supplier.answers.append(answer)
    orders = SendOrders(shop.send)
    await orders.step()
    await answer.asked.wait()
    await orders.finish(0.01)
    assert (await shop.get(order.order_id)).state is OrderState.SENDING
    await shop.restart()
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS


async def test_a_shutdown_waits_for_an_order_whose_start_is_being_committed(shop: Shop) -> None:
    """SIGTERM arrives during the commit: the call that follows is made and recorded."""
    order = await shop.queue()
    slow = slow_store(shop)
    answer = HeldReply(shop.reply(order))
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


async def test_a_start_that_fails_to_commit_during_a_shutdown_sends_nothing(shop: Shop) -> None:
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


async def test_a_start_committed_too_late_for_a_shutdown_goes_back_to_the_queue(shop: Shop) -> None:
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
    """Its order may have blocked the next one; the start's own write wakes nothing."""
    order = await shop.queue(ANNI)
    answer = HeldReply(shop.reply(order))
    shop.supplier.answers.append(answer)
    orders = SendOrders(shop.send)
    stepped: asyncio.Queue[float | None] = asyncio.Queue()

    async def step() -> float | None:
        seconds = await orders.step()
        stepped.put_nowait(seconds)
        return seconds

    loop = worker(shop, "send_orders", step)
    async with asyncio.timeout(30), running(loop):
        assert await stepped.get() == 0
        await answer.asked.wait()
        assert await stepped.get() is None
        answer.released.set()
        assert await stepped.get() is None
    await orders.finish(10)


async def test_orders_that_start_together_are_called_at_the_same_time(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    queued = [await shop.queue(number=f"08120000000{number}") for number in range(3)]
    answers = [HeldReply(shop.reply(order, f"r{order.order_id}")) for order in queued]
    shop.supplier.answers.extend(answers)
    orders = SendOrders(shop.send)
    assert await orders.step() == 0
    for answer in answers:
        await answer.asked.wait()
    for answer in answers:
        answer.released.set()
    await orders.finish(10)
    states = {(await shop.get(order.order_id)).state for order in queued}
    assert states == {OrderState.ACCEPTED}
