"""The gap between orders, and the shares of the read calls."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.supplier import ReadShare
from bot.supplier.throttle import OrderGap, ReadLimiter


def test_successes_narrow_the_gap_slowly_down_to_the_setting() -> None:
    gap = OrderGap(6.0)
    gap.widen()
    gap.narrow()
    assert 6.0 < gap.seconds < 9.0
    for _ in range(50):
        gap.narrow()
    assert gap.seconds == 6.0


def test_a_gap_of_zero_can_be_widened() -> None:
    gap = OrderGap(0.0)
    gap.widen()
    assert gap.seconds == 1.5


@given(base=st.floats(0, 120), steps=st.lists(st.booleans(), max_size=60))
def test_the_gap_keeps_its_bounds(base: float, steps: list[bool]) -> None:
    gap = OrderGap(base)
    for widens in steps:
        if widens:
            gap.widen()
        else:
            gap.narrow()
        assert base <= gap.seconds <= max(base, 60.0)


async def passed_at_once(limiter: ReadLimiter, share: ReadShare, wanted: int) -> int:
    """Return how many of `wanted` calls pass without waiting; the others are cancelled."""
    calls = [asyncio.ensure_future(limiter.acquire(share)) for _ in range(wanted)]
    for _ in range(5):
        await asyncio.sleep(0)
    passed = sum(call.done() for call in calls)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    return passed


@pytest.mark.parametrize(
    ("share", "passed"),
    [(ReadShare.RECONCILE, 60), (ReadShare.POLL, 42), (ReadShare.OTHER, 12)],
)
async def test_each_share_has_its_limit(share: ReadShare, passed: int) -> None:
    """Of 300 calls a minute 60 may come at once: polling gets 70 %, other reads 20 %."""
    assert await passed_at_once(ReadLimiter(300), share, 100) == passed


async def test_other_reads_leave_a_tenth_to_reconciliation() -> None:
    limiter = ReadLimiter(300)
    taken = [await passed_at_once(limiter, s, 100) for s in (ReadShare.POLL, ReadShare.OTHER)]
    assert taken == [42, 12]
    assert await passed_at_once(limiter, ReadShare.RECONCILE, 100) == 6


async def test_the_reads_at_start_do_not_wait() -> None:
    """Services and balance are read one after the other, under the default ceiling."""
    assert await passed_at_once(ReadLimiter(60), ReadShare.OTHER, 5) == 2


@pytest.mark.parametrize("ceiling", [1, 2, 10, 60])
@pytest.mark.parametrize("share", list(ReadShare))
async def test_a_low_ceiling_leaves_every_share_one_call(share: ReadShare, ceiling: int) -> None:
    assert await passed_at_once(ReadLimiter(ceiling), share, 1) == 1


@pytest.mark.parametrize("ceiling", [2, 10, 60, 600])
def test_no_minute_sees_more_calls_than_the_ceiling(ceiling: int) -> None:
    """The burst and the refill of one minute together stay below the ceiling."""
    bucket = ReadLimiter(ceiling)._all
    per_minute = 60 * bucket.max_rate / bucket.time_period
    assert bucket.max_rate + per_minute <= ceiling + 1e-9
