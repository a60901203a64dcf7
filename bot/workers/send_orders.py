"""The worker that sends orders: one transaction of starts at a time, their calls concurrently."""

from __future__ import annotations

import asyncio

from bot.domain.order import Order
from bot.services.orders.queue import Wait
from bot.services.orders.send import FIRST_BYTE_WITHIN, Send
from bot.workers.loop import outside_any_loop

START_WITHIN_SECONDS = FIRST_BYTE_WITHIN.total_seconds() + 1
"""How long to wait for a start at shutdown: a start that takes longer sends nothing."""
STARTED_TOGETHER = 4
"""How many orders one transaction starts: each waits for its commit on disk, and in a rush these
waits limit how many orders are sent."""


class SendOrders:
    """Starts the next orders when they may be sent, and makes each call in a task of its own."""

    def __init__(self, send: Send, start_within_seconds: float = START_WITHIN_SECONDS) -> None:
        self._send = send
        self._start_within_seconds = start_within_seconds
        self._starting = asyncio.Lock()
        self._calls: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def step(self) -> float | None:
        """Start the orders that may be sent; return the seconds until the next may start."""
        async with self._starting:
            started = await self._send.start(STARTED_TOGETHER)
            if isinstance(started, Wait):
                return started.seconds
            calls = [
                asyncio.create_task(self._make_call(order), name=f"order {order.number}")
                for order in started
            ]
            self._calls.update(calls)
            for call in calls:
                call.add_done_callback(self._calls.discard)
        if self._is_over:
            await asyncio.gather(*calls)
        return 0

    async def _make_call(self, order: Order) -> None:
        outside_any_loop()
        await self._send.carry_out(order)

    async def finish(self, within_seconds: float) -> None:
        """Wait for a running start, then up to `within_seconds` for the running calls.

        Call this after `stop` of the loop. A start is waited for because it commits its order as
        `sending`. A call that takes longer is cancelled, and the next run of the bot looks for its
        order. A start that takes longer puts its order back into the queue.
        """
        try:
            async with asyncio.timeout(self._start_within_seconds), self._starting:
                pass
        except TimeoutError:
            self._is_over = True  # Too late for the first byte: the order goes back to the queue.
        if not self._calls:
            return
        _, late = await asyncio.wait(self._calls, timeout=within_seconds)
        for call in late:
            call.cancel()
        await asyncio.gather(*late, return_exceptions=True)
