"""Letters in or beside a number: mistyped digits, or an amount, a name or a code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_input.phone_number import NumberError, NumberFault, ParsedNumber, parse_number

PREFIXES = {"TELKOMSEL": ("0812", "0852"), "TRI": ("0895",)}


@pytest.mark.parametrize(
    "text",
    [
        "0895 3456 7890 1O", "0812 345 678 9O", "1234 5678 901 2B", "0812 345 678 l2",
        "0812 345 678 7O8", "0812-345-678-9O", "0812.345.678.9O", "0812_345_678_9O",
        "(0812) 345-678 9O ya", "+62 812 345 678 9O", "62812345678 9O", "0812345678-9O",
        "081234567890 1O", "081234567890 2B", "081234567890 l2", "081234567890 S10",
        "12345678901 2B", "0812 345 678 9a", "0812 345 678 x9", "0812 345 678 9g",
        "0812 345 678 9d", "0812 345 678 9x", "0812 345 678 O", "0812 345 678 lO",
        "0812 345 678 S", "0812 345 678 O ya", "0812345678 O", "O812 3456 7890", "O 812 345 6789",
        "O8 12345678901", "B2 12345678901", "l412 3456 789", "1O 0812 345 6789", "0812 34S6 7890",
        "0812 3456 7B90", "pulsa 10k 0812 345 678 9O mama", "0812 345 678 9\u041e",
        "0812 345 678 \u041e9", "0812 345 678 9\u00b2", "0812 345 678 \u2468\u24ea",
        "0812 345 678\u200b 9O", "0812 3456, 78O9", "0812 345 678, 9O", "0812345678\n9O",
        "1234 5678 901, 2B", "0812 345 6789, 0O", "0812345678; 1O", "0812 345 678 xx",
        "0812 345 678, XX", "0812 345 678 **", "0812 **** 7890", "0812 xxxx 7890",
        "0895 3456 7890 xx", "1234 5678 901 xx", "0812345678\u2022\u2022", "0812 345 678 D",
        "081234567890 xx", "0812 345 678 q",
    ],
)  # fmt: skip
def test_a_group_with_a_letter_makes_a_number_unclear(text: str) -> None:
    """The group was meant as digits; the rest alone would be another customer's number."""
    with pytest.raises(NumberError) as raised:
        parse_number(text, PREFIXES)
    assert raised.value.fault is NumberFault.LETTERS


@pytest.mark.parametrize(
    "text",
    [
        "081234567890 pulsa 10", "081234567890 10rb", "0812 3456 7890 10k", "081234567890-10rb",
        "081234567890 5gb", "081234567890 1,5gb", "081234567890 5g", "081234567890 30d",
        "2gb30hari 081234567890", "081234567890 24jam", "0812 3456 7890 10an", "081234567890 2x",
        "081234567890 x2gb", "081234567890 tsel", "tsel10 081234567890", "0812 3456 7890 tsel10",
        "rp10 081234567890", "S10 081234567890", "IS10 +6281234567890", "081234567890 T10",
        "im3 081234567890", "Budi2 0812-3456-7890", "mama 0812 3456 7890", "081234567890 BOSS",
        "o 081234567890", "081234567890 I need 10k", "Kamar 3A\n081234567890",
        "081234567890, blok 2B", "081234567890\n2B", "**0812 3456 7890**", "0812 3456 7890 p",
        "a 0812 3456 7890",
    ],
)  # fmt: skip
def test_amounts_names_and_codes_beside_a_number_are_ignored(text: str) -> None:
    found = parse_number(text, PREFIXES)
    assert found is not None
    assert found.phone == "081234567890"


@pytest.mark.parametrize("text", ["PLN20 12345678901", "T20 12345678901", "12345678901 20rb"])
def test_amounts_and_codes_beside_a_meter_are_ignored(text: str) -> None:
    found = parse_number(text, PREFIXES)
    assert found is not None
    assert found.meter == "12345678901"


@pytest.mark.parametrize("text", ["2B 50000", "ml 86dm 5x", "3in1 10gb 100000"])
def test_letters_in_a_text_without_a_number_are_words(text: str) -> None:
    assert parse_number(text, PREFIXES) is None


@given(
    st.from_regex(r"(?:0812|62812|\+62812)[0-9]{7,8}", fullmatch=True),
    st.lists(st.integers(2, 4), min_size=6, max_size=6),
    st.data(),
)
def test_a_mistyped_digit_never_makes_another_number(
    number: str, sizes: list[int], data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(number) - 1))
    mistyped = number[:at] + data.draw(st.sampled_from("OoIlSBZ")) + number[at + 1 :]
    between = data.draw(st.sampled_from([" ", "-", ".", " - "]))
    groups, begin = [], 0
    for size in sizes:
        groups.append(mistyped[begin : begin + size])
        begin += size
    text = between.join(group for group in [*groups, mistyped[begin:]] if group)
    try:
        found: ParsedNumber | None = parse_number(text, PREFIXES)
    except NumberError:
        return
    assert found is None
