"""The worker loop steps when work is due or data has changed, and survives failures."""

import asyncio

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Transaction
from bot.workers.loop import Loop, WakingStore, outside_any_loop
from tests.services.failing_store import FailingStore
from tests.services.shop import Shop
from tests.workers.steps import ScriptedSteps, running, wait_until


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


async def test_every_write_wakes_every_loop(shop: Shop) -> None:
    steps = [ScriptedSteps(), ScriptedSteps()]
    loops = [Loop(f"loop {number}", step) for number, step in enumerate(steps)]
    store = WakingStore(shop.store)
    store.set_loops(loops)
    async with running(*loops):
        await wait_until(lambda: all(len(step.ran_at) == 1 for step in steps))
        await store.write(_note, "a")
        await wait_until(lambda: all(len(step.ran_at) == 2 for step in steps))
    assert [len(step.ran_at) for step in steps] == [2, 2]


async def test_a_failed_write_wakes_no_loop(shop: Shop) -> None:
    torn = FailingStore(shop.store)
    store = WakingStore(torn)
    await store.write(_note, "early")
    woken: list[str] = []
    store.set_loops([RecordingLoop(woken)])
    torn.refuse_writes(1)
    with pytest.raises(StoreUnavailableError):
        await store.write(_note, "a")
    assert woken == []
    await store.write(_note, "b")
    assert woken == ["woken"]


class RecordingLoop(Loop):
    """Records that it was woken."""

    def __init__(self, woken: list[str]) -> None:
        super().__init__("recording", ScriptedSteps())
        self._record = woken

    def wake(self) -> None:
        self._record.append("woken")
