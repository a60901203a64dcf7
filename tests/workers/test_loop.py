"""The worker loop steps when work is due or data has changed, and survives failures."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotFoundError
from bot.ports.store import Transaction
from bot.workers.loop import Loop, outside_any_loop, waking
from tests.services.shop import Shop
from tests.workers.steps import ScriptedSteps, running, wait_until

NOW = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)


async def for_a_while(loop: Loop, seconds: float) -> None:
    """Run a loop for `seconds`, then stop it."""
    async with running(loop):
        await asyncio.sleep(seconds)


@pytest.mark.parametrize(
    ("ends", "ran_at"),
    [
        ((0, 0, 5), [0, 0, 0, 5]),
        ((None,), [0, 60]),
        ((600,), [0, 60]),
        ((2.5, 2.5), [0, 2.5, 5]),
    ],
)
def test_a_loop_steps_again_when_its_step_asks_and_at_least_every_minute(
    runner: asyncio.Runner, ends: tuple[float | None, ...], ran_at: list[float]
) -> None:
    steps = ScriptedSteps(*ends)
    runner.run(for_a_while(Loop("test", steps), 61))
    assert steps.ran_at[: len(ran_at)] == ran_at


def test_failed_steps_are_retried_with_growing_pauses(runner: asyncio.Runner) -> None:
    steps = ScriptedSteps(*[ValueError("a bug")] * 7)
    loop = Loop("test", steps)
    runner.run(for_a_while(loop, 40))
    assert steps.ran_at == [0, 1, 3, 8, 18]
    assert loop.failures == 5
    again = Loop("test", ScriptedSteps(ValueError("a bug")))
    runner.run(for_a_while(again, 5))
    assert again.failures == 0


def test_a_woken_loop_steps_at_once(runner: asyncio.Runner) -> None:
    """A wake-up during a step counts too: the change may have come too late for that step."""
    held = asyncio.Event()
    ran = 0

    async def step() -> float | None:
        nonlocal ran
        ran += 1
        await held.wait()
        return None

    async def scene() -> None:
        loop = Loop("test", step)
        async with running(loop):
            await asyncio.sleep(1)
            loop.wake()
            held.set()
            await asyncio.sleep(1)
            assert ran == 2
            loop.wake()
            await asyncio.sleep(1)
            assert ran == 3

    runner.run(scene())


def test_a_failed_step_keeps_its_pause_despite_wake_ups(runner: asyncio.Runner) -> None:
    """In a busy shop it would otherwise fail at every write."""
    steps = ScriptedSteps(ValueError("a bug"), ValueError("a bug"))
    loop = Loop("test", steps)

    async def scene() -> None:
        async with running(loop):
            for _ in range(40):
                await asyncio.sleep(0.1)
                loop.wake()

    runner.run(scene())
    assert steps.ran_at[:3] == [0, 1, 3]
    assert len(steps.ran_at) > 5


def test_a_wake_up_during_a_failing_step_waits_for_the_pause(runner: asyncio.Runner) -> None:
    loop: Loop
    ran_at: list[float] = []

    async def step() -> float | None:
        ran_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.2)
        await asyncio.create_task(from_elsewhere())
        raise ValueError("a bug")

    async def from_elsewhere() -> None:
        outside_any_loop()
        loop.wake()
        if len(ran_at) == 2:
            loop.stop()

    loop = Loop("test", step)
    runner.run(loop.run())
    assert [round(at - ran_at[0], 1) for at in ran_at] == [0, 1.2]


def test_a_stopped_loop_finishes_its_step_and_begins_no_other(runner: asyncio.Runner) -> None:
    loop: Loop
    ran: list[str] = []

    async def step() -> float | None:
        ran.append("began")
        loop.stop()
        await asyncio.sleep(3)
        ran.append("ended")
        loop.wake()
        return 0

    loop = Loop("test", step)
    runner.run(loop.run())
    assert ran == ["began", "ended"]


@pytest.mark.parametrize(("how", "count"), [("wake", 1), ("look_again", 2), ("outside", 2)])
def test_a_loop_is_not_woken_by_its_own_step(runner: asyncio.Runner, how: str, count: int) -> None:
    """It would never sleep otherwise; a task that the step started may wake it."""
    loop: Loop
    ran = 0

    async def from_elsewhere() -> None:
        outside_any_loop()
        loop.wake()

    async def step() -> float | None:
        nonlocal ran
        ran += 1
        if ran > 1:
            return None
        if how == "outside":
            await asyncio.create_task(from_elsewhere())
        else:
            getattr(loop, how)()
        return None

    loop = Loop("test", step)
    runner.run(for_a_while(loop, 10))
    assert ran == count


def _note(tx: Transaction, key: str) -> None:
    tx.facts.put(key, "there")


def _pause(tx: Transaction) -> None:
    tx.conditions.raise_("paused", "", NOW)


async def test_a_write_wakes_the_loops_that_wait_for_what_it_touched(shop: Shop) -> None:
    steps = [ScriptedSteps(), ScriptedSteps()]
    touched, other = (
        Loop(topic, step, frozenset({topic}))
        for topic, step in zip(("facts", "conditions"), steps, strict=True)
    )
    shop.store.on_commit(waking([touched, other]))
    async with running(touched, other):
        await wait_until(lambda: all(len(step.ran_at) == 1 for step in steps))
        await shop.store.write(_note, "a")
        await wait_until(lambda: len(steps[0].ran_at) == 2)
        await shop.store.write(_pause)
        await wait_until(lambda: len(steps[1].ran_at) == 2)
    assert [len(step.ran_at) for step in steps] == [2, 2]


async def test_a_failed_write_wakes_no_loop(shop: Shop) -> None:
    woken = recording(shop, "facts")

    def fail(tx: Transaction) -> None:
        _note(tx, "a")
        raise NotFoundError

    with pytest.raises(NotFoundError):
        await shop.store.write(fail)
    assert woken == []
    await shop.store.write(_note, "b")
    assert woken == ["woken"]


async def test_a_write_that_changes_no_row_wakes_no_loop(shop: Shop) -> None:
    woken = recording(shop, "conditions")
    await shop.store.write(lambda tx: tx.conditions.clear("paused"))
    assert woken == []
    await shop.store.write(_pause)
    await shop.store.write(lambda tx: tx.conditions.clear("paused"))
    assert woken == ["woken"] * 2


async def test_the_write_of_a_cancelled_task_wakes_the_loop(shop: Shop) -> None:
    """It is committed all the same: the work that it made due would wait for a minute."""
    woken = recording(shop, "facts")
    task = asyncio.create_task(shop.store.write(_note, "a"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until(lambda: woken == ["woken"])


async def test_a_write_that_nobody_waits_for_wakes_the_loop(shop: Shop) -> None:
    woken = recording(shop, "facts")
    shop.store.write_soon(_note, "a")
    await shop.store.write(_pause)
    await wait_until(lambda: woken == ["woken"])


def recording(shop: Shop, topic: str) -> list[str]:
    """Return a list that grows whenever a loop that waits for the topic is woken."""
    woken: list[str] = []
    shop.store.on_commit(waking([RecordingLoop(woken, topic)]))
    return woken


class RecordingLoop(Loop):
    """Records that it was woken."""

    def __init__(self, woken: list[str], topic: str) -> None:
        super().__init__("recording", ScriptedSteps(), frozenset({topic}))
        self._record = woken

    def wake(self) -> None:
        self._record.append("woken")
