"""Absences: a start reports how long the bot did not run, and never nonsense."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.notice import NoticeKind
from bot.services.absences import ALIVE_AT, Absences, last_absence
from bot.services.restores import restore_state
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN_CHAT, NOON, Shop

MINUTE = timedelta(minutes=1)


class Life:
    """A shop, over its starts and stops."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.store = FailingStore(shop.store)
        self.absences = Absences(self.store, shop.rules, shop.clock)

    async def start(self, at: datetime) -> list[dict[str, str | int]]:
        """Start, and run for three minutes; return the absences that were reported."""
        self.absences = Absences(self.store, self.shop.rules, self.shop.clock)
        self.shop.clock.at = at
        for _ in range(3):
            assert await self.absences.step() == 60
            self.shop.clock.at += MINUTE
        alerts = await self.shop.deliveries(ADMIN_CHAT, NoticeKind.ALERT)
        return [dict(alert.notice.data) for alert in alerts]


async def test_an_absence_is_reported_with_the_orders_that_waited(shop: Shop) -> None:
    life = Life(shop)
    assert await life.start(NOON) == []
    await shop.queue()
    died_at = NOON + 2 * MINUTE
    until = NOON + 270 * MINUTE
    (told,) = await life.start(until)
    assert (told["since"], told["until"]) == (died_at.isoformat(), until.isoformat())
    assert (told["condition"], told["orders"], told["was_stopped"]) == ("was_away", 0, 0)
    assert await shop.store.read(last_absence) == (died_at, until)
    (told,) = await life.start(until + 9 * MINUTE)
    assert told["orders"] == 1


async def test_a_stop_is_told_from_a_crash(shop: Shop) -> None:
    life = Life(shop)
    await life.absences.stop()
    assert await shop.store.read(last_absence) is None
    await life.start(NOON)
    await life.absences.stop()
    (told,) = await life.start(NOON + 60 * MINUTE)
    assert (told["since"], told["was_stopped"]) == ((NOON + 3 * MINUTE).isoformat(), 1)
    (told,) = await life.start(NOON + 120 * MINUTE)
    assert told["was_stopped"] == 0


async def test_a_short_restart_is_not_reported(shop: Shop) -> None:
    life = Life(shop)
    await life.start(NOON)
    assert await life.start(NOON + 2 * MINUTE + timedelta(seconds=299)) == []


async def test_a_clock_set_back_and_a_restore_report_no_absence(shop: Shop) -> None:
    life = Life(shop)
    await life.start(NOON)
    await life.absences.stop()
    assert await life.start(NOON - 600 * MINUTE) == []
    (crash,) = await life.start(NOON - 500 * MINUTE)
    assert (crash["since"], crash["was_stopped"]) == ((NOON - 598 * MINUTE).isoformat(), 0)
    shop.clock.at = NOON + 600 * MINUTE
    await shop.store.write(restore_state, shop.rules, 2, shop.clock.now())
    told = await life.start(NOON + 601 * MINUTE)
    assert [one["condition"] for one in told] == ["restored"]
    assert await shop.store.read(lambda tx: tx.facts.get(ALIVE_AT))


async def test_a_stop_that_cannot_be_stored_does_not_fail(shop: Shop) -> None:
    life = Life(shop)
    await life.start(NOON)
    life.store.refuse_writes(1)
    await life.absences.stop()
    assert life.store.refused == 1
