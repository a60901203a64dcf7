"""Single values of a reply are parsed strictly and never guessed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.supplier.scalars import floor_number, instant_of, line_of, text_of, whole_number, word_of


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (50500, 50500),
        ("50500", 50500),
        (" 50500 ", 50500),
        ("50500.00", 50500),
        (50500.0, 50500),
        ("-5", -5),
        (0, 0),
    ],
)
def test_whole_numbers_are_read_from_numbers_and_plain_text(value: object, number: int) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        "50,500", "50.500", "Rp 50500", "5e4", "1_000", "\u0665\u0660", "", " ", "+5", "50500.50",
        50.5, True, False, None, [], {}, 10**15, "9" * 16, 1e300,
    ],
)  # fmt: skip
def test_an_ambiguous_number_is_not_read(value: object) -> None:
    """Fifty thousand read as fifty would sell below cost."""
    assert whole_number(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [("1234.56", 1234), (1234.56, 1234), (-0.5, -1), ("-0.5", -1), ("1.234", None), (True, None)],
)
def test_a_balance_is_rounded_down(value: object, number: int | None) -> None:
    assert floor_number(value) == number


@pytest.mark.parametrize("value", [1774527037, "1774527037", 1774527037.9, 1774527037900])
def test_an_instant_is_epoch_seconds_or_milliseconds(value: object) -> None:
    assert instant_of(value) == datetime(2026, 3, 26, 12, 10, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        0, -1, -(10**14), None, "", "2026-03-26 12:10:37", True, 10**14 * 9, 10**15, 10**30, 1e300,
        -1e300, "9" * 15, "9" * 40, float("inf"), float("nan"), [],
    ],
)  # fmt: skip
def test_an_unreadable_instant_is_none(value: object) -> None:
    """A local time without a zone is no instant, nor is the year 30,000."""
    assert instant_of(value) is None


@pytest.mark.parametrize("value", [1, 9_999_999_999, 99_999_999_999, 10**14, 253_402_214_400])
def test_an_absurd_instant_is_read_unchanged(value: object) -> None:
    """It must be printable in every time zone; the lookup judges it later."""
    instant = instant_of(value)
    assert instant is not None
    for hours in (-12, 7, 14):
        shown = instant.astimezone(timezone(timedelta(hours=hours)))
        assert shown.strftime("%Y-%m-%d %H:%M:%S")


def test_words_are_texts_and_whole_numbers() -> None:
    assert word_of(" SM10 ") == "SM10"
    assert word_of(12345678901234567890) == "12345678901234567890"
    assert [*map(word_of, (None, True, 1.5, [], {}))] == [""] * 5


def test_a_free_text_loses_nothing() -> None:
    assert text_of(" a\nb ") == " a\nb "
    assert text_of(12345678901234567890) == "12345678901234567890"
    assert text_of({"code": ["X"]}) == '{"code":["X"]}'
    assert [*map(text_of, (None, True, False))] == ["", "", ""]


def test_a_line_has_no_control_or_formatting_characters() -> None:
    """Names go on buttons, where line breaks and direction marks do harm."""
    assert line_of("  Telkomsel \n 10.000\x00\u202e ") == "Telkomsel 10.000"
