"""Known: since when this process has known the lost orders, by a clock that nobody sets.

The clock of the day may be set forward. An absence that has to last two minutes must last them
here as well; after a restart the time begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.domain.order import OrderId


def loop_seconds() -> float:
    """Return the seconds of the running event loop's clock, which only goes forward."""
    return asyncio.get_running_loop().time()


class Known:
    """The lost orders, each with when it was first met."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Know nobody; `seconds` is a clock that only goes forward."""
        self._seconds = seconds
        self._since: dict[OrderId, float] = {}

    def meet(self, order_ids: Iterable[OrderId]) -> None:
        """Begin to know these orders, and forget all others."""
        now = self._seconds()
        self._since = {order_id: self._since.get(order_id, now) for order_id in order_ids}

    def ages(self) -> dict[OrderId, timedelta]:
        """Return how long each order has been known by now."""
        now = self._seconds()
        return {order_id: timedelta(seconds=now - since) for order_id, since in self._since.items()}
