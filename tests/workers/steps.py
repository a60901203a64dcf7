"""A scripted step for worker loops, which records when it ran."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.workers.loop import Loop, Step, waking
from bot.workers.schedule import TOPICS
from tests.services.shop import Shop


class ScriptedSteps:
    """Returns or raises the given results in turn, then returns None: nothing is due."""

    def __init__(self, *ends: float | Exception | None) -> None:
        self._ends = list(ends)
        self.ran_at: list[float] = []

    async def __call__(self) -> float | None:
        self.ran_at.append(round(asyncio.get_running_loop().time(), 2))
        end = self._ends.pop(0) if self._ends else None
        if isinstance(end, Exception):
            raise end
        return end


async def wait_until(is_so: Callable[[], bool]) -> None:
    """Yield to other tasks until the condition holds, for at most 30 s."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - the awaited state has no event
            await asyncio.sleep(0)


def worker(shop: Shop, name: str, step: Step) -> Loop:
    """Return the loop of a worker of the schedule, which the writes to its topics wake."""
    loop = Loop(name, step, TOPICS[name])
    shop.store.on_commit(waking([loop]))
    return loop


def outbox_loop(shop: Shop) -> Loop:
    """Return the loop of the outbox, which looks again when a delivery ends."""
    loop = worker(shop, "deliver_outbox", shop.deliver.step)
    shop.deliver.on_delivery_end(loop.wake_always)
    return loop


@asynccontextmanager
async def running(*loops: Loop) -> AsyncIterator[None]:
    """Run loops during a block, and stop them after it."""
    tasks = [asyncio.create_task(loop.run()) for loop in loops]
    yield
    for loop in loops:
        loop.stop()
    await asyncio.gather(*tasks)
