"""The daily backup: made when it is due or as soon as can be, and never at the shop's cost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BackupError
from bot.services.backups import BackUp, last_due
from tests.services.shop import NOON, Shop
from tests.services.torn_store import TornStore

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = NOON - 9 * HOUR
"""Three o'clock in the morning of the first day, in Jakarta."""


class Folder:
    """Remembers when copies were made, and fails when it is told to."""

    def __init__(self) -> None:
        self.made: list[datetime] = []
        self.failure: BackupError | None = None
        self.attempts = 0

    async def newest_at(self, now: datetime) -> datetime | None:
        return max(self.made, default=None)

    async def make(self, at: datetime) -> str:
        self.attempts += 1
        if self.failure is not None:
            raise self.failure
        self.made.append(at)
        return "copy.db"


class Keeper:
    """The use case over such a folder."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.folder = Folder()
        self.torn = TornStore(shop.store)
        self.back_up = BackUp(self.torn, self.folder, shop.rules, shop.clock, 3)

    async def at(self, moment: datetime) -> tuple[list[datetime], timedelta]:
        """Do what is due at a moment; return what was made, and the pause until the next."""
        self.shop.clock.at = moment
        before = len(self.folder.made)
        seconds = await self.back_up.step()
        return self.folder.made[before:], timedelta(seconds=seconds)


@pytest.fixture
def keeper(shop: Shop) -> Keeper:
    """A shop without a backup."""
    return Keeper(shop)


async def test_a_shop_without_a_backup_gets_one_at_once(keeper: Keeper) -> None:
    """Then one every day at three in the morning by the shop's clock."""
    assert await keeper.at(NOON) == ([NOON], 15 * HOUR)
    assert await keeper.at(NOON + HOUR) == ([], 14 * HOUR)
    assert await keeper.at(THREE + DAY) == ([THREE + DAY], DAY)
    assert await keeper.at(THREE + DAY) == ([], DAY)


async def test_a_shop_that_is_shut_at_night_makes_it_in_the_morning(keeper: Keeper) -> None:
    """It opens at eight, with yesterday's as the newest."""
    keeper.folder.made.append(NOON)
    eight = THREE + DAY + 5 * HOUR
    assert await keeper.at(eight) == ([eight], 19 * HOUR)


async def test_a_failure_is_told_and_tried_again_every_hour(keeper: Keeper) -> None:
    """The shop goes on meanwhile, and nobody is told anew at every attempt within the hour."""
    keeper.folder.failure = BackupError("no room")
    assert await keeper.at(NOON) == ([], 15 * HOUR)
    assert await keeper.shop.alerts() == ["backup_failed"]
    assert await keeper.at(NOON + HOUR / 2) == ([], HOUR / 2)
    assert keeper.folder.attempts == 1
    keeper.folder.failure = None
    assert await keeper.at(NOON + HOUR) == ([NOON + HOUR], 14 * HOUR)


async def test_a_clock_that_is_set_back_ends_the_wait(keeper: Keeper) -> None:
    """The hour after a failure is not waited for twice."""
    keeper.folder.failure = BackupError("no room")
    await keeper.at(NOON)
    await keeper.at(NOON - HOUR)
    assert keeper.folder.attempts == 2


async def test_a_database_that_takes_no_message_stops_nobody(keeper: Keeper) -> None:
    """A full disk takes neither the copy nor the alert."""
    keeper.folder.failure = BackupError("no room")
    keeper.torn.refuse_writes(1)
    await keeper.at(NOON)
    assert (keeper.torn.refused, await keeper.shop.alerts()) == (1, [])


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is put on by the strategy
    st.integers(0, 23),
)
def test_the_last_due_instant_is_within_the_last_day(now: datetime, hour: int) -> None:
    """And it was that hour then."""
    due_at = last_due(now, hour, JAKARTA)
    assert timedelta(0) <= now - due_at < DAY
    assert (due_at.astimezone(JAKARTA).hour, due_at.minute) == (hour, 0)
