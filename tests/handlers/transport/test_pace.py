"""The pace to Telegram, counted on a clock that the test sets."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

import pytest

from handlers.transport.pace import LONG_SECONDS, PASSED_OVER, Pace, Precedence, spare_of

ANSWER, OUTCOME, ORDER, NOTICE, BULK = Precedence


class Line:
    """Messages that wait for their turn, on a settable clock."""

    def __init__(self, messages_per_second: int) -> None:
        self.now = 0.0
        self.pace = Pace(messages_per_second, lambda: self.now)
        self.sent: list[tuple[Precedence, int]] = []
        self.sent_at: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, precedence: Precedence, count: int = 1) -> list[asyncio.Task[None]]:
        """Let messages of a class, numbered from 0, wait for their turn."""
        joined = [asyncio.create_task(self._send(precedence, number)) for number in range(count)]
        self._tasks += joined
        await self._settle()
        return joined

    async def _send(self, precedence: Precedence, number: int) -> None:
        await self.pace.turn(precedence)
        self.sent.append((precedence, number))
        self.sent_at.append(self.now)

    async def _settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float, step: float = 0.001) -> None:
        """Let time pass in steps of a millisecond."""
        for _ in range(round(seconds / step)):
            self.now += step
            self.pace.serve()
            await self._settle()

    def counts(self) -> dict[Precedence, int]:
        """Return how many of each class were sent since the last call."""
        counted = Counter(precedence for precedence, _ in self.sent)
        self.sent.clear()
        return dict(counted)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def most_within(times: Sequence[float], seconds: float) -> int:
    """Return the highest number of times in any period, without its end."""
    return max(
        (bisect_right(times, at + seconds - 1e-6) - first for first, at in enumerate(times)),
        default=0,
    )


@pytest.mark.parametrize("precedence", Precedence)
@pytest.mark.parametrize("per_second", [1, 2, 28, 100])
async def test_every_class_alone_gets_about_the_whole_pace(
    per_second: int, precedence: Precedence
) -> None:
    line = Line(per_second)
    await line.join(precedence, 10 * per_second)
    await line.pass_time(7.99, step=0.005)
    spare = spare_of(per_second)
    expected = 8 * (per_second - spare if precedence in {NOTICE, BULK} else per_second)
    assert len(line.sent_at) == pytest.approx(expected, abs=2 + spare)
    await line.close()


@pytest.mark.parametrize("precedence", Precedence)
async def test_a_high_pace_is_kept_by_a_loop_that_is_often_late(precedence: Precedence) -> None:
    line = Line(1_000)
    await line.join(precedence, 3_000)
    await line.pass_time(1.995, step=0.015)
    spare = spare_of(1_000)
    expected = 1_000 + {ANSWER: spare, NOTICE: -spare, BULK: -spare}.get(precedence, 0)
    assert len(line.sent_at) == pytest.approx(2 * expected, rel=0.03)
    await line.close()


async def test_after_an_idle_time_answers_are_given_a_seconds_turns_at_once() -> None:
    line = Line(28)
    await line.join(ANSWER, 100)
    assert line.counts() == {ANSWER: 30}
    await line.pass_time(0.99)
    assert line.counts() == {}
    await line.pass_time(0.02)
    assert line.counts() == {ANSWER: 30}
    await line.close()


async def test_other_messages_are_sent_one_after_the_other() -> None:
    """At once they would use up the second, and an answer would have to wait for its end."""
    line = Line(28)
    await line.join(NOTICE, 100)
    assert line.counts() == {NOTICE: 2}
    await line.pass_time(0.5)
    assert line.counts() == {NOTICE: 13}
    await line.close()


PATTERNS = (
    *("at once", "one by one", "bursts", "two bursts", "notices, then answers"),
    *("answers, then orders", "random"),
)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("per_second", [1, 10, 28, 60])
async def test_no_second_holds_much_more_than_the_pace(pattern: str, per_second: int) -> None:
    """Whatever arrives when, also after an idle time."""
    chance = random.Random(pattern)  # noqa: S311 - chooses what arrives
    line = Line(per_second)
    for number in range(100):
        match pattern:
            case "at once" if number == 0:
                await line.join(ANSWER, 400)
            case "one by one":
                await line.join(ANSWER, per_second // 10 + 1)
            case "bursts" if number % 20 == 0:
                await line.join(ANSWER, 3 * per_second)
            case "two bursts" if number in {0, 12}:
                await line.join(ANSWER, per_second)
            case "notices, then answers" if number % 25 == 0:
                await line.join(NOTICE if number % 50 == 0 else ANSWER, 2 * per_second)
            case "answers, then orders" if number == 0:
                await line.join(ORDER, 8 * per_second)
                await line.join(ANSWER, per_second + spare_of(per_second))
            case "random" if chance.random() < 0.3:
                await line.join(chance.choice(list(Precedence)), chance.randrange(per_second + 1))
        await line.pass_time(0.1, step=0.01)
    assert 0 < most_within(line.sent_at, 1) <= per_second + spare_of(per_second)
    assert most_within(line.sent_at, LONG_SECONDS) <= LONG_SECONDS * per_second
    await line.close()


async def test_turns_of_a_class_are_given_in_order() -> None:
    line = Line(10)
    await line.join(NOTICE, 40)
    await line.pass_time(5)
    assert line.sent == [(NOTICE, number) for number in range(40)]
    await line.close()


@pytest.mark.parametrize("waiting", [NOTICE, BULK])
@pytest.mark.parametrize(("per_second", "answers"), [(3, 1), (5, 2), (10, 2), (13, 2), (28, 4)])
async def test_answers_find_a_turn_at_once_while_notices_flow(
    per_second: int, answers: int, waiting: Precedence
) -> None:
    line = Line(per_second)
    await line.join(waiting, 1_000)
    await line.pass_time(2)
    line.counts()
    left = 0
    for _ in range(20):
        await line.join(ANSWER, answers)
        assert line.counts()[ANSWER] == answers
        await line.pass_time(1)
        left += line.counts().get(waiting, 0)
    assert left == pytest.approx(20 * (per_second - spare_of(per_second) - answers), rel=0.1)
    await line.close()


@pytest.mark.parametrize("waiting", [NOTICE, BULK])
async def test_outcomes_are_sent_soon_while_notices_flow(
    waiting: Precedence,
) -> None:
    line = Line(28)
    await line.join(waiting, 500)
    await line.pass_time(2)
    line.counts()
    await line.join(OUTCOME, 3)
    await line.pass_time(0.15)
    assert line.counts()[OUTCOME] == 3
    await line.close()


async def test_a_class_before_others_goes_first() -> None:
    line = Line(10)
    await line.join(ANSWER, 10 + spare_of(10))
    for precedence in reversed(Precedence):
        await line.join(precedence, 2)
    line.sent.clear()
    await line.pass_time(10)
    classes = [precedence for precedence, _ in line.sent]
    assert classes == sorted(classes)
    assert len(classes) == 2 * len(Precedence)
    await line.close()


async def test_answers_without_end_leave_a_tenth_to_each_class_that_waits() -> None:
    """Otherwise a few dozen people who write without pause would stop all vouchers."""
    line = Line(28)
    await line.join(OUTCOME, 500)
    await line.join(ANSWER, 2_000)
    await line.pass_time(4)
    line.counts()
    await line.pass_time(12)
    counts = line.counts()
    assert counts[ANSWER] + counts[OUTCOME] == pytest.approx(12 * 28, abs=2)
    assert counts[OUTCOME] == pytest.approx(12 * 28 / (PASSED_OVER + 1), abs=1)
    await line.close()


async def test_a_message_that_is_not_sent_gives_its_turn_back() -> None:
    line = Line(1)
    pace = line.pace
    given = asyncio.create_task(pace.turn(ANSWER))
    await asyncio.sleep(0)
    waiting, behind = await line.join(ANSWER, 2)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await given
    await line.pass_time(1)
    assert behind.done()
    (late,) = await line.join(ANSWER)
    line.now += 1
    pace.serve()
    late.cancel()  # Its turn was given, but the task has not run since.
    await asyncio.gather(late, return_exceptions=True)
    assert line.counts() == {ANSWER: 1}
    await line.join(NOTICE)
    assert line.counts() == {NOTICE: 1}
    await line.close()


async def test_the_next_turn_comes_by_itself() -> None:
    """Here by the event loop's own clock."""
    pace = Pace(1_000)
    async with asyncio.timeout(30):
        await asyncio.gather(*[pace.turn(BULK) for _ in range(20)])
