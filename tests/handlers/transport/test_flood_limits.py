"""Counting the updates of each chat per minute, in bounded memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.transport.flood_limits import MINUTE, MinuteCounts
from tests.handlers.builders import NOW


def test_a_minute_is_counted_from_its_first_update() -> None:
    counts = MinuteCounts()
    seconds = (0, 30, 59, 60, 61)
    found = [counts.count(1, NOW + timedelta(seconds=after)).count for after in seconds]
    assert found == [1, 2, 3, 1, 2]


def test_chats_are_counted_separately() -> None:
    counts = MinuteCounts()
    assert [counts.count(chat_id, NOW).count for chat_id in (1, 1, 2)] == [1, 2, 1]


@pytest.mark.parametrize(("after", "left"), [(0, 60), (0.5, 60), (59.01, 1), (59.9999, 1)])
def test_the_wait_is_rounded_up_to_whole_seconds(after: float, left: int) -> None:
    counts = MinuteCounts()
    counts.count(1, NOW)
    now = NOW + timedelta(seconds=after)
    assert counts.count(1, now).seconds_left(now) == left


def test_a_clock_set_back_starts_a_new_minute() -> None:
    counts = MinuteCounts()
    counts.count(1, NOW)
    assert counts.count(1, NOW - timedelta(hours=1)).count == 1


def test_quiet_chats_are_forgotten() -> None:
    """Memory must not grow with the number of people who ever wrote."""
    counts = MinuteCounts()
    for number in range(5_000):
        counts.count(number, NOW + timedelta(seconds=number))
    assert len(counts) <= MINUTE.total_seconds() + 1


def test_the_number_of_counted_chats_is_bounded() -> None:
    counts = MinuteCounts(chats_kept=100)
    for number in range(1_000):
        counts.count(number, NOW)
    assert len(counts) == 100
    assert counts.count(999, NOW).count == 2
    assert counts.count(0, NOW).count == 1
