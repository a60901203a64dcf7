"""Machine alerts: told once while they stand, again when it gets worse, and when they are over."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.domain.machine import Certificate, Room
from bot.domain.notice import NoticeKind
from bot.ports.facts import CERTIFICATE_ENDS_AT
from bot.services.machine_alerts import WatchMachine, forget_machine
from bot.services.machine_health import ClockComparison, MachineHealth, TimeSource
from bot.services.notices.standing import IS_OVER
from tests.services.shop import ADMIN, ADMIN_CHAT, NOON, Shop
from tests.services.test_backups import Folder

SECOND, MINUTE, HOUR, DAY = (
    timedelta(**{name: 1}) for name in ("seconds", "minutes", "hours", "days")
)
MB = 1_000_000
DATABASE = 100 * MB


class FakeMachine:
    """A machine whose facts the test sets."""

    def __init__(self) -> None:
        self.free: int | None = 50_000 * MB
        self.shown: Certificate | None = None
        self.calls = 0

    async def room(self) -> Room | None:
        return None if self.free is None else Room(self.free, DATABASE)

    async def certificate(self) -> Certificate | None:
        self.calls += 1
        return self.shown


class Watcher:
    """The watch over such a machine, of a shop that makes a backup each day."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.machine = FakeMachine()
        self.folder = Folder()
        self.folder.made.append(NOON)
        self.health = MachineHealth(ClockComparison(shop.clock))
        self.watch = WatchMachine(
            shop.store, self.machine, self.folder, self.health, shop.rules, shop.clock
        )

    async def at(self, moment: datetime) -> list[str]:
        """Run the step of this moment; return the new alerts, "… over" for their end."""
        self.shop.clock.at = moment
        assert await self.watch.step() == 60
        alerts = await self.shop.deliveries(ADMIN_CHAT, NoticeKind.ALERT)
        data = [one.notice.data for one in alerts]
        return [f"{one['condition']}{' over' if IS_OVER in one else ''}" for one in data]

    def back_up(self, at: datetime) -> None:
        """Make a backup."""
        self.folder.made.append(at)


@pytest.fixture
def watcher(shop: Shop) -> Watcher:
    """The watch over a machine that has all it needs."""
    return Watcher(shop)


def moments(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    """Yield the moments from the first up to and including the last."""
    while first <= last:
        yield first
        first += step


# --- the disk ---


async def test_a_low_disk_is_told_weekly_and_at_once_when_it_gets_worse(watcher: Watcher) -> None:
    """Somebody with a small server cannot change it, and must not be told each day."""
    assert await watcher.at(NOON) == []
    watcher.machine.free = 400 * MB
    assert await watcher.at(NOON + MINUTE) == []
    assert await watcher.at(NOON + 10 * MINUTE) == ["disk_low"]
    for day in range(1, 7):
        watcher.back_up(NOON + day * DAY)
        assert await watcher.at(NOON + day * DAY) == []
    watcher.machine.free = 240 * MB
    assert await watcher.at(NOON + 6 * DAY + HOUR) == ["disk_low"]
    watcher.machine.free = 100 * MB
    assert await watcher.at(NOON + 6 * DAY + 2 * HOUR) == ["disk_low"]
    watcher.back_up(NOON + 7 * DAY)
    assert await watcher.at(NOON + 7 * DAY + 2 * HOUR) == ["disk_low"]
    watcher.machine.free = 550 * MB
    assert await watcher.at(NOON + 7 * DAY + 3 * HOUR) == []
    watcher.machine.free = None
    assert await watcher.at(NOON + 7 * DAY + 4 * HOUR) == []
    watcher.machine.free = 700 * MB
    assert await watcher.at(NOON + 7 * DAY + 5 * HOUR) == ["disk_low over"]
    watcher.machine.free = 400 * MB
    assert await watcher.at(NOON + 7 * DAY + 6 * HOUR) == ["disk_low"]


async def test_a_clock_set_back_lets_an_alert_be_told_again(watcher: Watcher) -> None:
    watcher.machine.free = 400 * MB
    assert await watcher.at(NOON) == ["disk_low"]
    assert await watcher.at(NOON - HOUR) == ["disk_low"]


# --- backups ---


async def test_an_old_backup_is_told_daily_until_there_is_a_new_one(watcher: Watcher) -> None:
    assert await watcher.at(NOON) == []
    told = [
        alert
        for moment in moments(NOON + 2 * DAY, NOON + 4 * DAY, 10 * MINUTE)
        for alert in await watcher.at(moment)
    ]
    assert told == ["backup_old", "backup_old"]
    watcher.back_up(NOON + 4 * DAY)
    assert await watcher.at(NOON + 4 * DAY + 10 * MINUTE) == ["backup_old over"]


async def test_a_backup_that_was_missed_while_the_bot_was_off_is_awaited(watcher: Watcher) -> None:
    later = NOON + 5 * DAY
    assert await watcher.at(later) == []
    watcher.back_up(later + MINUTE)
    assert await watcher.at(later + 2 * MINUTE) == []
    assert await watcher.at(later + 61 * MINUTE) == []
    watcher.folder.made.clear()
    assert await watcher.at(later + 2 * HOUR) == []
    assert await watcher.at(later + HOUR) == []
    assert await watcher.at(later + 2 * HOUR) == ["backup_old"]


async def test_without_daily_backups_their_age_is_only_shown(watcher: Watcher) -> None:
    watcher.health.makes_backups = False
    for day in range(5):
        assert await watcher.at(NOON + day * DAY) == []
    assert watcher.health.newest_backup is not None


# --- the clock ---


def answers(
    watcher: Watcher, source: TimeSource, begin: datetime, minutes: int, error: timedelta
) -> None:
    """Let somebody answer twice a minute, with a date by which our clock is off by `error`."""
    for moment in moments(begin, begin + minutes * MINUTE, MINUTE / 2):
        watcher.shop.clock.at = moment
        watcher.health.clock.heard(source, format_datetime(moment - error, usegmt=True))


async def test_a_wrong_clock_is_told_after_minutes(watcher: Watcher) -> None:
    clock, telegram = watcher.health.clock, TimeSource.TELEGRAM
    assert (clock.error, clock.is_off, clock.source) == (None, None, None)
    answers(watcher, telegram, NOON, 1, timedelta(0))
    assert await watcher.at(NOON + MINUTE) == []
    answers(watcher, telegram, NOON + 2 * MINUTE, 2, 40 * SECOND)
    assert clock.is_off is None
    assert await watcher.at(NOON + 4 * MINUTE) == []
    answers(watcher, telegram, NOON + 5 * MINUTE, 1, 40 * SECOND)
    assert await watcher.at(NOON + 6 * MINUTE) == ["clock_off"]
    answers(watcher, telegram, NOON + 7 * MINUTE, 1, timedelta(0))
    assert await watcher.at(NOON + 8 * MINUTE) == ["clock_off over"]


async def test_a_clock_at_the_limit_is_not_told_again_and_again(watcher: Watcher) -> None:
    """One that drifts by a second a day is there for a day, and the answers vary by as much."""
    told = []
    for hour in range(6):
        begin = NOON + hour * HOUR
        answers(watcher, TimeSource.TELEGRAM, begin, 5, 32 * SECOND)
        told += await watcher.at(begin + 5 * MINUTE)
        answers(watcher, TimeSource.TELEGRAM, begin + 6 * MINUTE, 1, 28 * SECOND)
        told += await watcher.at(begin + 7 * MINUTE)
    assert told == ["clock_off"]


async def test_one_late_answer_is_no_wrong_clock(watcher: Watcher) -> None:
    for minute in range(0, 10, 2):
        begin = NOON + minute * MINUTE
        answers(watcher, TimeSource.TELEGRAM, begin, 1, 40 * SECOND)
        answers(watcher, TimeSource.TELEGRAM, begin + 1.5 * MINUTE, 0, SECOND)
        assert await watcher.at(begin + 1.6 * MINUTE) == []


async def test_the_suppliers_clock_counts_only_without_telegrams(watcher: Watcher) -> None:
    supplier = TimeSource.SUPPLIER
    answers(watcher, supplier, NOON, 5, -HOUR)
    assert await watcher.at(NOON + 5 * MINUTE) == ["clock_off"]
    answers(watcher, TimeSource.TELEGRAM, NOON + 6 * MINUTE, 0, timedelta(0))
    assert await watcher.at(NOON + 6 * MINUTE) == ["clock_off over"]


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 14 Mar 2026 05:00:00 -0000"])
async def test_a_date_that_says_nothing_is_ignored(watcher: Watcher, date: str) -> None:
    watcher.health.clock.heard(TimeSource.TELEGRAM, date)
    assert watcher.health.clock.error is None


async def test_answers_in_quick_succession_are_not_compared(watcher: Watcher) -> None:
    heard = watcher.health.clock.heard
    heard(TimeSource.TELEGRAM, format_datetime(NOON, usegmt=True))
    heard(TimeSource.TELEGRAM, format_datetime(NOON - HOUR, usegmt=True))
    assert watcher.health.clock.error == -SECOND / 2


# --- the certificate ---


async def test_a_certificate_is_told_at_each_stage_and_daily_once_it_has_ended(
    watcher: Watcher,
) -> None:
    ends_at = NOON + 20 * DAY
    watcher.machine.shown = Certificate("shop.id", NOON - 70 * DAY, ends_at)
    told = []
    for day in range(24):
        watcher.back_up(NOON + day * DAY)
        if await watcher.at(NOON + day * DAY):
            told.append(20 - day)
    assert told == [14, 7, 3, 1, 0, -1, -2, -3]
    watcher.machine.shown = Certificate("shop.id", NOON, ends_at + 90 * DAY)
    watcher.back_up(NOON + 25 * DAY)
    assert await watcher.at(NOON + 25 * DAY) == ["certificate_ends over"]


async def test_a_certificate_is_read_daily_and_an_unreachable_address_hourly(
    watcher: Watcher,
) -> None:
    await watcher.at(NOON)
    await watcher.at(NOON + 59 * MINUTE)
    assert watcher.machine.calls == 1
    watcher.machine.shown = known = Certificate("shop.id", NOON - 70 * DAY, NOON + 20 * DAY)
    await watcher.at(NOON + HOUR)
    await watcher.at(NOON + 20 * HOUR)
    assert watcher.machine.calls == 2
    watcher.machine.shown = None
    await watcher.at(NOON + 25 * HOUR)
    assert (watcher.machine.calls, watcher.health.certificate) == (3, known)


async def test_the_end_of_the_certificate_is_kept_for_the_metrics(watcher: Watcher) -> None:
    def kept() -> Awaitable[str | None]:
        return watcher.shop.store.read(lambda tx: tx.facts.get(CERTIFICATE_ENDS_AT))

    watcher.health.has_webhook = True
    watcher.machine.free = 400 * MB
    assert await watcher.at(NOON) == ["disk_low"]
    assert await kept() is None
    watcher.machine.shown = Certificate("shop.id", NOON - 70 * DAY, NOON + 20 * DAY)
    await watcher.at(NOON + HOUR)
    assert await kept() == (NOON + 20 * DAY).isoformat()
    watcher.health.has_webhook = False
    await watcher.at(NOON + 2 * HOUR)
    assert await kept() == ""


# --- /status, and a restore ---


async def test_the_overview_shows_the_machine(watcher: Watcher) -> None:
    shop = watcher.shop
    assert (await shop.admin.overview(ADMIN)).machine is None
    await watcher.at(NOON)
    shop.admin._machine = watcher.health
    seen = (await shop.admin.overview(ADMIN)).machine
    assert seen is not None
    assert (seen.health, seen.test, seen.absence) == (watcher.health, None, None)


async def test_a_restored_database_knows_no_alert_of_the_machine(watcher: Watcher) -> None:
    watcher.machine.free = 400 * MB
    await watcher.at(NOON)
    await watcher.shop.store.write(forget_machine)
    watcher.machine.free = 50_000 * MB
    assert await watcher.at(NOON + 10 * MINUTE) == []
