"""When orders are sent: one start at a time, their calls side by side."""

from __future__ import annotations

import asyncio

from bot.domain.order import Order
from bot.services.orders.queue import Wait
from bot.services.orders.send import FIRST_BYTE_WITHIN, Send
from bot.workers.loop import outside_any_loop

START_WITHIN_SECONDS = FIRST_BYTE_WITHIN.total_seconds() + 1
"""How long a start under way is waited for at the end: one that takes longer sends nothing."""


class SendOrders:
    """Starts the next order whenever it may be sent, and carries it out in a task of its own."""

    def __init__(self, send: Send, start_within_seconds: float = START_WITHIN_SECONDS) -> None:
        """Begin with no call under way."""
        self._send = send
        self._start_within_seconds = start_within_seconds
        self._starting = asyncio.Lock()
        self._calls: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def step(self) -> float | None:
        """Start at most one order."""
        async with self._starting:
            started = await self._send.start()
            if isinstance(started, Wait):
                return started.seconds
            call = asyncio.create_task(self._carry_out(started), name=f"order {started.number}")
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        if self._is_over:
            await call
        return 0

    async def _carry_out(self, order: Order) -> None:
        outside_any_loop()
        await self._send.carry_out(order)

    async def finish(self, within_seconds: float) -> None:
        """Wait for the calls under way, and first for a start, since its commit is a promise.

        Begin no step after it. A call that takes longer is left to the next start of the bot, and
        a step whose start took longer ends when its order is back in the queue.
        """
        try:
            async with asyncio.timeout(self._start_within_seconds), self._starting:
                pass
        except TimeoutError:
            self._is_over = True  # Too late for the first byte: it goes back to the queue.
        if not self._calls:
            return
        _, late = await asyncio.wait(self._calls, timeout=within_seconds)
        for call in late:
            call.cancel()
        await asyncio.gather(*late, return_exceptions=True)
