"""The hours of the staff."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.staff_hours import DEFAULT_HOURS, StaffHours, hours_in, parse_hours
from bot.domain.waiting_times import answer_due_at, is_after_opening

WITA = ZoneInfo("Asia/Makassar")
DAY = StaffHours(time(8), time(21))
NIGHT = StaffHours(time(18), time(2))


def at(clock: str, day: int = 24) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day} {clock}").replace(tzinfo=WITA)


@pytest.mark.parametrize(
    ("hours", "clock", "is_inside"),
    [
        (DAY, "08:00", True),
        (DAY, "21:00", True),
        (DAY, "07:59", False),
        (NIGHT, "23:00", True),
        (NIGHT, "01:00", True),
        (NIGHT, "12:00", False),
    ],
)
def test_whether_somebody_answers(hours: StaffHours, clock: str, is_inside: bool) -> None:
    assert hours.includes(at(clock)) is is_inside


def test_the_next_opening() -> None:
    assert DAY.next_opening(at("06:00")) == at("08:00")
    assert DAY.next_opening(at("08:00")) == at("08:00", 25)
    assert NIGHT.next_opening(at("01:00")) == at("18:00")


def test_hours_are_stored_as_they_are_read() -> None:
    assert parse_hours(str(NIGHT)) == NIGHT
    assert hours_in("") is DEFAULT_HOURS
    assert hours_in("18:00-02:00") == NIGHT


@pytest.mark.parametrize(
    ("parked", "due"),
    [("10:00", "13:00"), ("06:30", "09:30"), ("05:30", "09:00"), ("19:00", None)],
)
def test_an_answer_is_promised_within_the_hours(parked: str, due: str | None) -> None:
    expected = at("09:00", 25) if due is None else at(due)
    found = answer_due_at(at(parked), WITA, DAY)
    assert found == expected
    assert is_after_opening(found, DAY) is (expected.time() == time(9))


def test_past_midnight_an_answer_is_promised_the_same_night() -> None:
    assert answer_due_at(at("22:00"), WITA, NIGHT) == at("01:00", 25)
    assert answer_due_at(at("01:00"), WITA, NIGHT) == at("19:00")
