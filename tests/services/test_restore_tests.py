"""Restore tests: the newest backup is tried once a week, and a failure is told each day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import BackupError, BackupNotTriedError
from bot.domain.notice import NoticeKind
from bot.services.machine_health import ClockComparison, MachineHealth
from bot.services.notices.standing import IS_OVER
from bot.services.restore_tests import RestoreTests, last_test
from tests.services.shop import ADMIN_CHAT, NOON, Shop
from tests.services.test_backups import Folder

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)
QUIET = NOON - 8 * HOUR
"""Four o'clock in the morning in Jakarta: the hour after the backup."""


class Trials:
    """Trials of backups in memory; each raises `failure` if set."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.failure: BackupError | None = None
        self.cleared = 0

    async def run(self, place: str) -> None:
        self.tried.append(place)
        if self.failure is not None:
            raise self.failure

    async def clear_leftovers(self) -> None:
        self.cleared += 1

    def stop(self) -> None:
        """Nothing runs."""


class RestoreRunner:
    """The restore tests of a shop that makes its backups at three."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.folder = Folder()
        self.trials = Trials()
        self.health = MachineHealth(ClockComparison(shop.clock))
        self.start()

    def start(self, backup_hour: int = 3) -> None:
        """Start again; what is in memory is lost."""
        self.tests = RestoreTests(
            self.shop.store,
            self.folder,
            self.trials,
            self.health,
            self.shop.rules,
            self.shop.clock,
            backup_hour,
        )

    async def at(self, moment: datetime) -> bool:
        """Run the step of this moment; return whether a backup was tried."""
        self.shop.clock.at = moment
        before = len(self.trials.tried)
        assert await self.tests.step() == 60
        return len(self.trials.tried) > before

    async def told(self) -> list[tuple[str, bool]]:
        """Return the new alerts: the cause, and whether it is over."""
        alerts = await self.shop.deliveries(ADMIN_CHAT, NoticeKind.ALERT)
        return [(str(one.notice.data["cause"]), IS_OVER in one.notice.data) for one in alerts]


@pytest.fixture
def runner(shop: Shop) -> RestoreRunner:
    """The restore tests of a shop with one backup."""
    runner = RestoreRunner(shop)
    runner.folder.made.append(NOON)
    return runner


async def test_a_first_backup_is_tested_soon_after_the_start(runner: RestoreRunner) -> None:
    runner.folder.made.clear()
    assert not await runner.at(NOON)
    assert runner.trials.cleared == 1
    assert not await runner.at(NOON + 11 * MINUTE)
    runner.folder.made.append(NOON)
    assert await runner.at(NOON + 12 * MINUTE)
    assert not await runner.at(NOON + 13 * MINUTE)
    test = await runner.shop.store.read(last_test)
    assert test is not None
    assert (test.at, test.made_at, test.failure) == (NOON + 12 * MINUTE, NOON, "")
    assert await runner.told() == []


async def test_a_test_is_made_each_week_in_the_quiet_hour(runner: RestoreRunner) -> None:
    await runner.at(QUIET)
    assert await runner.at(QUIET + 30 * MINUTE)
    assert not await runner.at(QUIET + 6 * DAY)
    assert not await runner.at(QUIET + 7 * DAY - MINUTE)
    assert await runner.at(QUIET + 7 * DAY)


async def test_a_test_that_was_missed_is_made_after_the_start(runner: RestoreRunner) -> None:
    await runner.at(NOON)
    await runner.at(NOON + HOUR)
    runner.start(backup_hour=-1)
    later = NOON + 8 * DAY
    assert not await runner.at(later)
    assert await runner.at(later + 10 * MINUTE)
    assert runner.trials.cleared == 2


async def test_a_clock_set_back_makes_a_test_due(runner: RestoreRunner) -> None:
    await runner.at(NOON)
    assert await runner.at(NOON + HOUR)
    assert await runner.at(NOON - DAY)


async def test_a_failure_is_told_and_the_next_backup_tested(runner: RestoreRunner) -> None:
    runner.trials.failure = BackupError("damaged: page 7")
    await runner.at(NOON)
    assert await runner.at(NOON + HOUR)
    assert await runner.told() == [("damaged: page 7", False)]
    assert not await runner.at(NOON + 2 * HOUR)
    runner.folder.made.append(NOON + DAY)
    assert await runner.at(NOON + DAY)
    assert await runner.told() == [("damaged: page 7", False)]
    runner.trials.failure = None
    runner.folder.made.append(NOON + 2 * DAY)
    assert await runner.at(NOON + 2 * DAY)
    assert await runner.told() == [("", True)]


async def test_a_test_that_could_not_be_made_says_nothing_about_the_backup(
    runner: RestoreRunner,
) -> None:
    runner.trials.failure = BackupNotTriedError("no room")
    await runner.at(NOON)
    assert await runner.at(NOON + HOUR)
    assert runner.health.test_prevented == "no room"
    assert await runner.told() == []
    assert await runner.shop.store.read(last_test) is None
    assert not await runner.at(NOON + 3 * HOUR)
    runner.trials.failure = None
    assert await runner.at(NOON + 4 * HOUR)
    assert runner.health.test_prevented == ""
