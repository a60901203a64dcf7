"""Since when a process has known its lost orders, by a clock that nobody sets."""

import asyncio
from datetime import timedelta

from bot.domain.order import OrderId
from bot.services.orders.elapsed import Known, loop_seconds

FIRST, SECOND = OrderId(1), OrderId(2)


def test_an_order_is_known_from_when_it_was_met() -> None:
    """Meeting it again changes nothing; one that is met no more is forgotten."""
    now = [100.0]
    known = Known(lambda: now[0])
    assert known.ages() == {}
    known.meet([FIRST])
    now[0] = 130.0
    known.meet([FIRST, SECOND])
    now[0] = 140.0
    assert known.ages() == {FIRST: timedelta(seconds=40), SECOND: timedelta(seconds=10)}
    known.meet([SECOND])
    known.meet([FIRST, SECOND])
    assert known.ages() == {FIRST: timedelta(0), SECOND: timedelta(seconds=10)}


async def test_the_event_loops_clock_is_the_usual_one() -> None:
    """It only goes forward."""
    before = asyncio.get_running_loop().time()
    assert before <= loop_seconds() <= asyncio.get_running_loop().time()
