"""Elapsed tracker: how long this process has known each unresolved order, by a monotonic clock.

The system clock may be set forward, so that two minutes seem to pass in one. An absence that has to
last two minutes must last two minutes on this clock as well. It starts again with each process: a
restart may lengthen the wait, and nothing shortens it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.domain.order import OrderId


def loop_seconds() -> float:
    """Return the seconds of the running event loop's clock, which is monotonic."""
    return asyncio.get_running_loop().time()


class ElapsedTracker:
    """The orders of unknown outcome that this process tracks, each with when it was first seen."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Take `seconds`, a monotonic clock."""
        self._seconds = seconds
        self._since: dict[OrderId, float] = {}

    def track(self, order_ids: Iterable[OrderId]) -> None:
        """Start to track these orders where they are new, and drop all others."""
        now = self._seconds()
        self._since = {order_id: self._since.get(order_id, now) for order_id in order_ids}

    def elapsed(self) -> dict[OrderId, timedelta]:
        """Return how long each order has been tracked."""
        now = self._seconds()
        return {order_id: timedelta(seconds=now - since) for order_id, since in self._since.items()}
