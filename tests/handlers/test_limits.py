"""Counting what each chat sends: a minute at a time, and in little memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.i18n import load_languages
from handlers.limits import MINUTE, MinuteCounts
from handlers.texts.limits import too_many_orders, too_many_updates
from tests.handlers.builders import NOW


def test_a_minute_is_counted_from_its_first_update() -> None:
    """After it the next one begins."""
    counts = MinuteCounts()
    seconds = (0, 30, 59, 60, 61)
    found = [counts.count(1, NOW + timedelta(seconds=after)).count for after in seconds]
    assert found == [1, 2, 3, 1, 2]


def test_each_chat_has_its_own_minute() -> None:
    """Nobody waits for another's haste."""
    counts = MinuteCounts()
    assert [counts.count(chat_id, NOW).count for chat_id in (1, 1, 2)] == [1, 2, 1]


@pytest.mark.parametrize(("after", "left"), [(0, 60), (0.5, 60), (59.01, 1), (59.9999, 1)])
def test_who_waits_is_told_whole_seconds(after: float, left: int) -> None:
    """Never one too few, and never none."""
    counts = MinuteCounts()
    counts.count(1, NOW)
    now = NOW + timedelta(seconds=after)
    assert counts.count(1, now).seconds_left(now) == left


def test_a_clock_that_is_set_back_holds_nobody_for_hours() -> None:
    """A minute that lies ahead is none."""
    counts = MinuteCounts()
    counts.count(1, NOW)
    assert counts.count(1, NOW - timedelta(hours=1)).count == 1


def test_quiet_chats_are_forgotten() -> None:
    """What is kept does not grow with the number of people who ever wrote."""
    counts = MinuteCounts()
    for number in range(5_000):
        counts.count(number, NOW + timedelta(seconds=number))
    assert len(counts) <= MINUTE.total_seconds() + 1


def test_a_crowd_takes_no_more_than_its_place() -> None:
    """Of very many at once the oldest are forgotten, and the newest counted on."""
    counts = MinuteCounts(chats_kept=100)
    for number in range(1_000):
        counts.count(number, NOW)
    assert len(counts) == 100
    assert counts.count(999, NOW).count == 2
    assert counts.count(0, NOW).count == 1


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("seconds", [1, 60])
def test_the_sentences_say_when_to_go_on(language: str, seconds: int) -> None:
    """Both pop up over the chat, where Telegram has room for 200 characters."""
    words = load_languages()[language]
    for sentence in (too_many_updates, too_many_orders):
        text = sentence(words, seconds)
        assert f" {seconds} " in text
        assert len(text) <= 200
