"""Numbers that customers send on their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.number import KnownNumber, NumberError, NumberFault, read_number

PREFIXES = {"TELKOMSEL": ("0812", "0851"), "BY.U": ("0851",), "XL": ("0859",)}
TSEL = frozenset({"TELKOMSEL"})
ANNIS = KnownNumber("081234567890", TSEL, None)


def read(text: str) -> KnownNumber | None:
    return read_number(text, PREFIXES)


@pytest.mark.parametrize(
    "text",
    [
        "081234567890",
        "+62 812-3456-7890",
        "62 812 3456 7890 ",
        "\u202a+62\u00a0812\u20113456\u20117890\u202c",
        "nomor 0812 3456 7890 ya",
        "tsel 10 0812-3456-7890",
        "081234567890, 081234567890",
        "(0812) 3456.7890",
        "wa.me/6281234567890",
    ],
)
def test_a_phone_number_is_known_as_people_send_it(text: str) -> None:
    """Pasted, with words around it, or twice the same."""
    assert read(text) == ANNIS


def test_a_shared_prefix_belongs_to_both_brands() -> None:
    """0851 is Telkomsel's and by.U's."""
    found = read("085112345678")
    assert found is not None
    assert found.brands == {"TELKOMSEL", "BY.U"}


def test_an_unknown_prefix_is_still_a_phone_number() -> None:
    """It begins with 08, so it is no meter's."""
    assert read("080012345678") == KnownNumber("080012345678", frozenset(), None)


@pytest.mark.parametrize(
    "text", ["12345678901", "123456789012", "pln 20 12345678901", "86012345678"]
)
def test_eleven_or_twelve_digits_are_a_meter(text: str) -> None:
    """Unless they are a phone number of some operator."""
    found = read(text)
    assert found is not None
    assert found.phone is None
    assert (found.meter or "?") in text


@pytest.mark.parametrize("text", ["81234567890", "628123456789"])
def test_what_may_be_both_is_said_to_be_both(text: str) -> None:
    """A phone number without its 0 may be a meter's too."""
    found = read(text)
    assert found is not None
    assert found.is_unclear
    assert found.meter == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("081234567890 085912345678", NumberFault.SEVERAL),
        ("081234567890/085912345678", NumberFault.SEVERAL),
        ("081234567890 12345678901", NumberFault.SEVERAL),
        ("+65 91234567", NumberFault.FOREIGN),
        ("0065 91234567", NumberFault.FOREIGN),
        ("0812abc4567890", NumberFault.LETTERS),
        ("0812O34567", NumberFault.LETTERS),
        ("081234567", NumberFault.LENGTH),
        ("081234567890123456", NumberFault.LENGTH),
        ("1234567890123456", NumberFault.LENGTH),
    ],
)
def test_what_was_meant_as_a_number_is_told_what_is_wrong(text: str, fault: NumberFault) -> None:
    """Each fault by its name."""
    with pytest.raises(NumberError) as raised:
        read(text)
    assert raised.value.fault is fault


@pytest.mark.parametrize(
    "text", ["", "tsel 10", "telkomsel 100.000", "axis 2gb", "10000", "1.000.000", "٠٨١٢٣٤٥٦٧٨٩٠"]
)
def test_words_and_amounts_are_no_number(text: str) -> None:
    """They are something to look for; digits of other scripts are no digits."""
    assert read(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is typed has an answer."""
    try:
        found = read(text)
    except NumberError:
        return
    assert found is None or found.phone or found.meter
