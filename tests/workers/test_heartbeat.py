"""A heartbeat tells a worker that hangs in a step, and one that does not go on."""

import asyncio

from bot.workers.heartbeat import LATE_SECONDS, Heartbeat


def test_a_worker_that_is_silent_for_too_long_is_stuck(runner: asyncio.Runner) -> None:
    async def scene() -> list[bool]:
        heartbeat = Heartbeat(longest_pause_seconds=100, longest_step_seconds=1_000)
        seen = [heartbeat.is_stuck]
        with heartbeat.step():
            for seconds in (999.0, 2.0):
                await asyncio.sleep(seconds)
                seen.append(heartbeat.is_stuck)
        for seconds in (99 + LATE_SECONDS, 2.0):
            await asyncio.sleep(seconds)
            seen.append(heartbeat.is_stuck)
        with heartbeat.step():
            seen.append(heartbeat.is_stuck)
        return seen

    assert runner.run(scene()) == [False, False, True, False, True, False]


def test_a_step_that_fails_ends_too(runner: asyncio.Runner) -> None:
    async def scene() -> int:
        heartbeat = Heartbeat(1)
        try:
            with heartbeat.step():
                await asyncio.sleep(5)
                raise ValueError
        except ValueError:
            await asyncio.sleep(2)
        return round(heartbeat.age_seconds or 0)

    assert runner.run(scene()) == 2
