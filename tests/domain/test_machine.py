"""When a disk, a certificate or a clock needs the owner."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.machine import Certificate, Room, clock_stage, is_clock_right

GB = 1_000_000_000
NOW = datetime(2026, 3, 14, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("free", "database", "shortage", "is_ample"),
    [
        (625_000_000, 10_000_000, 0, True),
        (624_000_000, 10_000_000, 0, False),
        (499_000_000, 10_000_000, 1, False),
        (249_000_000, 10_000_000, 2, False),
        (124_000_000, 10_000_000, 3, False),
        (59_000_000, 10_000_000, 4, False),
        (3 * GB, GB, 0, False),
        (3 * GB - 1, GB, 1, False),
        (GB, GB, 4, False),
    ],
)
def test_a_disk_is_low_while_there_is_time_to_act(
    free: int, database: int, shortage: int, is_ample: bool
) -> None:
    room = Room(free, database)
    assert (room.shortage, room.is_ample) == (shortage, is_ample)


@pytest.mark.parametrize(
    ("lives_days", "left_days", "stage"),
    [
        (90, 15, 0),
        (90, 14, 1),
        (90, 7, 2),
        (90, 3, 3),
        (90, 1, 4),
        (90, 0, 5),
        (90, -400, 5),
        (6, 5, 0),
        (6, 2.5, 0),
        (6, 2, 3),
    ],
)
def test_a_certificate_is_reported_when_its_renewal_is_late(
    lives_days: int, left_days: float, stage: int
) -> None:
    """One that lives for six days is renewed when two are left."""
    ends_at = NOW + left_days * DAY
    assert Certificate("shop.id", ends_at - lives_days * DAY, ends_at).stage(NOW) == stage


@pytest.mark.parametrize(
    ("seconds", "stage"), [(0, 0), (30, 0), (31, 1), (-31, 1), (-301, 2), (3_601, 3)]
)
def test_a_clock_may_be_half_a_minute_off(seconds: int, stage: int) -> None:
    assert clock_stage(timedelta(seconds=seconds)) == stage


@pytest.mark.parametrize(("seconds", "is_right"), [(15, True), (-15, True), (16, False)])
def test_a_clock_is_right_again_at_half_of_that(seconds: int, is_right: bool) -> None:
    assert is_clock_right(timedelta(seconds=seconds)) is is_right
