"""The daily backup: made when due or as soon as possible after, without stopping the shop."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BackupError
from bot.ports.backups import KeptBackup
from bot.services.backups import MakeBackups, last_due
from tests.services.failing_store import FailingStore
from tests.services.shop import NOON, Shop

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = NOON - 9 * HOUR
"""Three o'clock in the morning of the first day, in Jakarta."""


class Folder:
    """A backup folder in memory. Records when copies were made, and raises `failure` if set."""

    def __init__(self) -> None:
        self.made: list[datetime] = []
        self.new: list[str] = []
        self.checked: list[tuple[str, datetime]] = []
        self.failure: BackupError | None = None
        self.attempts = 0

    async def newest(self, now: datetime) -> KeptBackup | None:
        return KeptBackup("copy.db", max(self.made)) if self.made else None

    async def make(self, at: datetime) -> str:
        self.attempts += 1
        if self.failure is not None:
            raise self.failure
        self.made.append(at)
        return "copy.db"

    async def unchecked(self) -> list[str]:
        return self.new

    async def check(self, place: str, at: datetime) -> None:
        self.checked.append((place, at))
        if self.failure is not None:
            raise self.failure


class BackupRunner:
    """The backup use case on a shop and such a folder."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.folder = Folder()
        self.torn = FailingStore(shop.store)
        self.back_up = MakeBackups(self.torn, self.folder, shop.rules, shop.clock, 3)

    async def at(self, moment: datetime) -> tuple[list[datetime], timedelta]:
        """Run the step that is due at `moment`.

        Returns the times of new copies, and the pause until the next step.
        """
        self.shop.clock.at = moment
        before = len(self.folder.made)
        seconds = await self.back_up.step()
        return self.folder.made[before:], timedelta(seconds=seconds)


@pytest.fixture
def runner(shop: Shop) -> BackupRunner:
    """The backup use case of a shop without a backup."""
    return BackupRunner(shop)


async def test_the_first_backup_is_made_at_once_and_then_one_daily_at_three(
    runner: BackupRunner,
) -> None:
    assert await runner.at(NOON) == ([NOON], 15 * HOUR)
    assert await runner.at(NOON + HOUR) == ([], 14 * HOUR)
    assert await runner.at(THREE + DAY) == ([THREE + DAY], DAY)
    assert await runner.at(THREE + DAY) == ([], DAY)


async def test_a_backup_missed_while_the_bot_was_off_is_made_at_start(runner: BackupRunner) -> None:
    runner.folder.made.append(NOON)
    eight = THREE + DAY + 5 * HOUR
    assert await runner.at(eight) == ([eight], 19 * HOUR)


async def test_a_failure_is_alerted_and_retried_after_an_hour(runner: BackupRunner) -> None:
    runner.folder.failure = BackupError("no room")
    assert await runner.at(NOON) == ([], 15 * HOUR)
    assert await runner.shop.alerts() == ["backup_failed"]
    assert await runner.at(NOON + HOUR / 2) == ([], HOUR / 2)
    assert runner.folder.attempts == 1
    runner.folder.failure = None
    assert await runner.at(NOON + HOUR) == ([NOON + HOUR], 14 * HOUR)


async def test_while_backups_fail_it_is_told_once_a_day(runner: BackupRunner) -> None:
    """An owner who cannot help it at night is not told twelve times before the morning."""
    runner.folder.failure = BackupError("no room")
    told = []
    for hour in range(42):
        await runner.at(NOON + hour * HOUR)
        told += [hour] * len(await runner.shop.alerts())
    assert told == [0, 20, 40]
    await runner.back_up.failed("copy.db: damaged")
    assert await runner.shop.alerts() == ["backup_failed"]


async def test_a_clock_set_back_after_a_failure_retries_at_once(runner: BackupRunner) -> None:
    runner.folder.failure = BackupError("no room")
    await runner.at(NOON)
    assert await runner.shop.alerts() == ["backup_failed"]
    await runner.at(NOON - HOUR)
    assert runner.folder.attempts == 2
    assert await runner.shop.alerts() == ["backup_failed"]


async def test_a_failure_that_cannot_be_alerted_raises_nothing(runner: BackupRunner) -> None:
    """A full disk takes neither the copy nor the alert."""
    runner.folder.failure = BackupError("no room")
    runner.torn.refuse_writes(1)
    await runner.at(NOON)
    assert (runner.torn.refused, await runner.shop.alerts()) == (1, [])


async def test_copies_from_before_migrations_are_checked_afterwards(runner: BackupRunner) -> None:
    await runner.back_up.check()
    assert runner.folder.checked == []
    runner.folder.new = ["before-v6.db", "before-v7.db"]
    await runner.back_up.check()
    assert runner.folder.checked == [("before-v6.db", NOON), ("before-v7.db", NOON)]
    assert await runner.shop.alerts() == []


async def test_a_damaged_copy_is_alerted_and_the_next_one_checked(runner: BackupRunner) -> None:
    runner.folder.new = ["before-v6.db", "before-v7.db"]
    runner.folder.failure = BackupError("damaged: page 7")
    await runner.back_up.check()
    assert len(runner.folder.checked) == 2
    assert await runner.shop.alerts() == ["backup_failed"]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the time zone
    st.integers(0, 23),
)
def test_the_last_due_instant_is_within_the_last_day(now: datetime, hour: int) -> None:
    due_at = last_due(now, hour, JAKARTA)
    assert timedelta(0) <= now - due_at < DAY
    assert (due_at.astimezone(JAKARTA).hour, due_at.minute) == (hour, 0)
