"""The pace to Telegram, counted on a clock that the test sets."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from handlers.transport.pace import PASSED_OVER, RESERVES, Pace, Precedence

ANSWER, OUTCOME, ORDER, NOTICE, BULK = Precedence


class Line:
    """Messages that wait for their turn, on a settable clock."""

    def __init__(self, messages_per_second: float) -> None:
        self.now = 0.0
        self.pace = Pace(messages_per_second, lambda: self.now)
        self.sent: list[tuple[Precedence, int]] = []
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


@pytest.mark.parametrize("precedence", Precedence)
@pytest.mark.parametrize("per_second", [1, 2, 28, 1_000])
async def test_every_class_alone_gets_the_whole_pace(
    per_second: int, precedence: Precedence
) -> None:
    line = Line(per_second)
    await line.join(precedence, 4 * per_second)
    at_once = line.counts().get(precedence, 0)
    assert 1 <= at_once <= per_second
    await line.pass_time(2)
    assert line.counts() == {precedence: 2 * per_second}
    await line.close()


async def test_turns_of_a_class_are_given_in_order() -> None:
    line = Line(10)
    await line.join(NOTICE, 40)
    await line.pass_time(4)
    assert line.sent == [(NOTICE, number) for number in range(40)]
    await line.close()


async def test_answers_find_a_turn_at_once_while_notices_flow_at_the_full_pace() -> None:
    line = Line(28)
    await line.join(BULK, 500)
    await line.join(NOTICE, 500)
    await line.pass_time(1)
    line.counts()
    for _ in range(20):
        await line.join(ANSWER, 5)
        answered = line.counts()
        assert answered[ANSWER] == 5
        await line.pass_time(1)
        others = line.counts()
        assert ANSWER not in others
        assert others[BULK] <= 3
        assert sum(answered.values()) + sum(others.values()) == pytest.approx(28, abs=1)
    await line.close()


@pytest.mark.parametrize("waiting", [ORDER, NOTICE, BULK])
async def test_an_outcome_finds_a_turn_at_once_while_others_flow(waiting: Precedence) -> None:
    line = Line(28)
    await line.join(waiting, 500)
    await line.pass_time(2)
    line.counts()
    await line.join(OUTCOME, 3)
    assert line.counts() == {OUTCOME: 3}
    await line.close()


async def test_all_together_stay_within_the_pace() -> None:
    line = Line(28)
    for precedence in reversed(Precedence):
        await line.join(precedence, 100)
    await line.pass_time(10)
    assert sum(line.counts().values()) <= 28 + 10 * 28
    await line.close()


async def test_a_class_before_others_goes_first() -> None:
    line = Line(10)
    await line.join(ANSWER, 10)
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
    await line.pass_time(1)
    line.counts()
    await line.pass_time(10)
    counts = line.counts()
    assert counts[ANSWER] + counts[OUTCOME] == 280
    assert counts[OUTCOME] == pytest.approx(280 / (PASSED_OVER + 1), abs=1)
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
        await asyncio.gather(*[pace.turn(BULK) for _ in range(1_010)])


def test_a_class_leaves_more_than_the_one_before_it() -> None:
    reserves = [RESERVES[precedence] for precedence in Precedence]
    assert reserves == sorted(set(reserves))
    assert reserves[-1] < 1
