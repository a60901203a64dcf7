"""The shop is ready only if everything that a sale needs works; what is wrong is named."""

from __future__ import annotations

import asyncio

from bot.monitoring.readiness import SICK_AFTER_FAILURES, Readiness
from bot.monitoring.write_probe import PROBED_AT
from bot.workers.loop import Loop
from tests.monitoring.watched_shop import WatchedShop
from tests.workers.steps import running, wait_until


async def test_a_shop_that_sells_is_ready(watched: WatchedShop) -> None:
    health = await Readiness(watched.sources()).health()
    assert health.is_healthy
    assert health.details == {
        "start": "ok",
        "database": "ok",
        "migrations": "ok",
        "workers": "ok",
        "telegram": "ok",
        "supplier": "ok",
        "products": watched.shop.catalogue_cache.size,
        "catalogue_age_seconds": 0.0,
    }


async def test_the_database_is_written_at_most_once_in_a_while(watched: WatchedShop) -> None:
    """A scraper that asks a thousand times a second must cost no more than one that asks once."""
    readiness, written = Readiness(watched.sources(), probe_every_seconds=3600), []
    for _ in range(3):
        watched.shop.clock.advance(1)
        assert (await readiness.health()).is_healthy
        written.append(await watched.shop.store.read(lambda tx: tx.facts.get(PROBED_AT)))
    assert len(set(written)) == 1
    assert written[0] is not None


async def test_a_database_that_cannot_be_written_is_named(watched: WatchedShop) -> None:
    watched.store.refuse_writes(1)
    assert await watched.problems() == {"database": "cannot be written", "migrations": "unknown"}
    assert await watched.problems() == {}


async def test_a_write_that_hangs_is_not_joined_by_others(watched: WatchedShop) -> None:
    """A disk that hangs must not get a queue of writes, nor the scraper one of answers."""
    released = asyncio.Event()
    begun = 0
    writing = watched.store.write

    async def write(*given: object) -> object:
        nonlocal begun
        begun += 1
        await released.wait()
        return await writing(*given)  # type: ignore[arg-type]

    watched.store.write = write  # type: ignore[method-assign, assignment]
    readiness = Readiness(watched.sources(), answer_within_seconds=0, probe_every_seconds=0)
    for _ in range(3):
        assert (await readiness.checks())["database"].startswith("does not answer for")
    assert begun == 1
    released.set()


async def test_a_database_of_another_version_is_named(watched: WatchedShop) -> None:
    (told,) = (await watched.problems(schema_version=9)).values()
    assert told.endswith("needed is 9")


async def test_workers_that_hang_or_fail_are_named(watched: WatchedShop) -> None:
    held = asyncio.Event()

    async def hang() -> None:
        await held.wait()

    hanging = Loop("deliver_outbox", hang, longest_step_seconds=-1)
    watched.loop.failures = SICK_AFTER_FAILURES
    loops = {loop.name: loop for loop in (watched.loop, hanging)}
    async with running(hanging):
        await wait_until(lambda: hanging.heartbeat.age_seconds is not None)
        assert await watched.problems(loops=loops) == {
            "workers": "deliver_outbox is stuck, send_orders has failed 5 times"
        }
        held.set()


async def test_telegram_must_have_answered_lately(watched: WatchedShop) -> None:
    watched.receiver.silent_seconds = None
    assert await watched.problems() == {"telegram": "not reached yet"}
    watched.receiver.silent_seconds = 121.0
    assert await watched.problems() == {"telegram": "no answer for 121 s"}


async def test_the_supplier_must_have_answered_since_a_list_was_due(watched: WatchedShop) -> None:
    """A quiet shop asks for nothing but the list, every CATALOGUE_REFRESH_SECONDS."""
    health, clock = watched.shop.health, watched.shop.clock
    clock.advance(900 + 300)
    assert await watched.problems() == {}
    clock.advance(1)
    assert await watched.problems() == {"supplier": "no answer for 1201 s"}
    health.record_answer(clock.now(), None, is_order=False)
    health.record_failure(clock.now())
    clock.advance(300)
    health.record_failure(clock.now())
    assert await watched.problems() == {"supplier": "no answer for 300 s"}
    health.answered_at = None
    assert await watched.problems() == {"supplier": "not reached yet"}


async def test_a_held_start_is_not_ready(watched: WatchedShop) -> None:
    watched.is_held = True
    assert await watched.problems() == {"start": "held until its own health is good"}
