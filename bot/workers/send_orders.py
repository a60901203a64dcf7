"""When orders are sent: one start at a time, their calls side by side."""

from __future__ import annotations

import asyncio

from bot.domain.order import Order
from bot.services.send import Send, Wait
from bot.workers.loop import outside_any_loop


class SendOrders:
    """Starts the next order whenever it may be sent, and carries it out in a task of its own."""

    def __init__(self, send: Send) -> None:
        """Begin with no call under way."""
        self._send = send
        self._calls: set[asyncio.Task[None]] = set()

    async def step(self) -> float | None:
        """Start at most one order."""
        started = await self._send.start()
        if isinstance(started, Wait):
            return started.seconds
        call = asyncio.create_task(self._carry_out(started), name=f"order {started.number}")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return 0

    async def _carry_out(self, order: Order) -> None:
        outside_any_loop()
        await self._send.carry_out(order)

    async def finish(self, within_seconds: float) -> None:
        """Wait for the calls under way; one that takes longer is left to the next start."""
        if not self._calls:
            return
        _, late = await asyncio.wait(self._calls, timeout=within_seconds)
        for call in late:
            call.cancel()
        await asyncio.gather(*late, return_exceptions=True)
