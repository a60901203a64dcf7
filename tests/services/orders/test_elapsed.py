"""The elapsed time of lost orders is measured by a monotonic clock."""

import asyncio
from datetime import timedelta

from bot.domain.order import OrderId
from bot.services.orders.elapsed import ElapsedTracker, loop_seconds

FIRST, SECOND = OrderId(1), OrderId(2)


def test_the_time_of_an_order_counts_from_when_it_was_first_listed() -> None:
    """Listing it again changes nothing. An order that is not listed is forgotten."""
    now = [100.0]
    tracker = ElapsedTracker(lambda: now[0])
    assert tracker.elapsed() == {}
    tracker.track([FIRST])
    now[0] = 130.0
    tracker.track([FIRST, SECOND])
    now[0] = 140.0
    assert tracker.elapsed() == {FIRST: timedelta(seconds=40), SECOND: timedelta(seconds=10)}
    tracker.track([SECOND])
    tracker.track([FIRST, SECOND])
    assert tracker.elapsed() == {FIRST: timedelta(0), SECOND: timedelta(seconds=10)}


async def test_the_default_clock_is_the_event_loops() -> None:
    before = asyncio.get_running_loop().time()
    assert before <= loop_seconds() <= asyncio.get_running_loop().time()
