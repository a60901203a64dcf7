"""Phone and meter numbers in messages that customers send unprompted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Rupiah
from bot.domain.typed_input.phone_number import (
    NumberError,
    NumberFault,
    ParsedNumber,
    parse_contact,
    parse_number,
    without_numbers,
)
from tests.domain.samples import pairs

PREFIXES = {"TELKOMSEL": ("0812", "0851"), "BY.U": ("0851",), "XL": ("0859",)}
TSEL = frozenset({"TELKOMSEL"})
ANNIS = ParsedNumber("081234567890", TSEL, None)


def read(text: str) -> ParsedNumber | None:
    return parse_number(text, PREFIXES)


def fault_of(parse: Callable[[str], object], text: str) -> NumberFault:
    with pytest.raises(NumberError) as raised:
        parse(text)
    return raised.value.fault


@pytest.mark.parametrize(
    "text",
    [
        "081234567890", "+62 812-3456-7890", "62 812 3456 7890 ", "+62 (0)812 3456 7890",
        "+62 (0) 81234567890", "62-0-81234567890", "\u202a+62\u00a0812\u20113456\u20117890\u202c",
        "nomor 0812 3456 7890 ya", "081234567890, 081234567890", "(0812) 3456.7890",
        "wa.me/6281234567890", "kirim ke +62 812 3456 7890 ya", "+62812 3456 7890 (mama)",
        "62 812 3456 7890 pulsa", "isi +62 812-3456-7890 ya", "081234567890!", '"081234567890"',
        "081234567890🙏", "0812_3456_7890", "S10.081234567890", "0812 34 56 78 90",
        "2 gb 081234567890", "0\ufe0f\u20e38\ufe0f\u20e312 3456 7890",
    ],
)  # fmt: skip
def test_a_phone_number_is_recognised_in_common_messages(text: str) -> None:
    assert read(text) == ANNIS


@pytest.mark.parametrize(
    ("text", "nominal"),
    pairs({
        5_000: ["081234567890 5"],
        10_000: [
            "081234567890 10", "081234567890.10", "081234567890/10", "081234567890=10",
            "081234567890, 10", "isi 08123 4567 890 10rb", "tsel 10 0812-3456-7890",
            "10 0812 3456 7890",
        ],
        100_000: ["081234567890\n100"],
        15_000: ["081234567890 15k"],
        50_000: [
            "081234567890 50000", "0812 3456 7890 50000", "0812 3456 7890 50.000",
            "pulsa 50.000 ke 081234567890", "Rp50.000 ke 081234567890",
        ],
        25_000: ["0812 3456 7890 25rb"],
        None: [
            "10 20 081234567890", "pulsa 10\x1crb ke 081234567890", "pulsa 100jt ke 081234567890",
            "pulsa 0,1rb ke 081234567890",
        ],
        1_500_000: ["pulsa 1,5jt ke 081234567890"],
    }),
)  # fmt: skip
def test_an_amount_beside_a_number_is_no_part_of_it(text: str, nominal: Rupiah | None) -> None:
    assert read(text) == replace(ANNIS, nominal=nominal)


@pytest.mark.parametrize(
    ("text", "meter", "nominal"),
    [
        ("14123456789 5", "14123456789", 5_000),
        ("14123456789 20", "14123456789", 20_000),
        ("5 12345678901", "12345678901", 5_000),
        ("token 20rb 14123456789", "14123456789", 20_000),
        ("20 1412 3456 789", "14123456789", 20_000),
        ("1412 3456 7890", "141234567890", None),
        ("12.345.678.901", "12345678901", None),
    ],
)
def test_an_amount_beside_a_meter_is_no_part_of_it(
    text: str, meter: str, nominal: Rupiah | None
) -> None:
    assert read(text) == ParsedNumber(None, frozenset(), meter, nominal)


@pytest.mark.parametrize(
    "text",
    [
        "0812345678 25", "+62812345678 25", "62 812345678 25", "081234567890 7",
        "0812 3456 789 10", "0812 3456 7890 1", "0812 3456 7890 10", "0812-3456-7890-5",
        "0812 345 678 90", "1412 3456 789 5", "0821 1 081234567890", "+62 812 3456 7890 10",
    ],
)  # fmt: skip
def test_a_number_whose_last_digits_may_be_an_amount_is_refused(text: str) -> None:
    assert fault_of(read, text) is NumberFault.TRAILING


@given(
    st.from_regex(r"0812[0-9]{7,9}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}", fullmatch=True),
    st.sampled_from([" ", ".", "/", "-", " - ", "=", " x ", "\n"]),
)
def test_digits_after_a_whole_number_are_never_joined_to_it(
    number: str, behind: str, between: str
) -> None:
    try:
        found = read(f"{number}{between}{behind}")
    except NumberError:
        return
    assert found is not None
    assert found.phone == number


def test_a_shared_prefix_belongs_to_both_brands() -> None:
    found = read("085112345678")
    assert found is not None
    assert found.brands == {"TELKOMSEL", "BY.U"}


def test_an_unknown_prefix_is_still_a_phone_number() -> None:
    assert read("080012345678") == ParsedNumber("080012345678", frozenset(), None)


@pytest.mark.parametrize("text", ["12345678901", "123456789012", "pln 12345678901", "86012345678"])
def test_eleven_or_twelve_digits_are_a_meter(text: str) -> None:
    found = read(text)
    assert found is not None
    assert found.phone is None
    assert (found.meter or "?") in text


@pytest.mark.parametrize("text", ["81234567890", "628123456789"])
def test_a_number_that_may_be_phone_or_meter_is_unclear(text: str) -> None:
    found = read(text)
    assert found is not None
    assert found.is_unclear
    assert found.meter == text


@pytest.mark.parametrize(
    ("text", "fault"),
    pairs({
        NumberFault.SEVERAL: [
            "081234567890 085912345678", "081234567890/085912345678", "081234567890 12345678901",
            "0812 3456 7890 0859 1234 5678", "0812 3456 7890, 0859 1234 5678",
            "0812345678 081234567890", "081234567890, +65 91234567", "081234567890 12345678",
        ],
        NumberFault.FOREIGN: [
            "+65 91234567", "+852 9123 4567", "00852 91234567", "0085291234567", "+84912345678",
        ],
        NumberFault.LETTERS: [
            "0812abc4567890", "0812O34567", "0812 345O 6789", "08121234567a", "O81212345678",
            "08l212345678", "12O 350.001",
        ],
        NumberFault.SCRIPT: [
            "\u0660\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
            "\uff10\uff18\uff11\uff12\uff13\uff14\uff15\uff16", "0812\u0969\u096a\u096b\u096c7890",
        ],
        NumberFault.LENGTH: [
            "0812 1234 5678 9012", "4111 1111 1111 1111", "+62 21 555 12345", "021 555 50000",
            "0812 0859 1234 5678 9012", "081234567", "081234567890123456", "1234567890123456",
        ],
        NumberFault.TRAILING: ["0812 3456 7890 10 0859 1234 5678"],
    }),
)  # fmt: skip
def test_an_invalid_number_is_refused_with_its_fault(text: str, fault: NumberFault) -> None:
    assert fault_of(read, text) is fault


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tsel 10",
        "telkomsel 100.000",
        "axis 2gb",
        "10000",
        "1.000.000",
        "10000 20000 30000",
        "100000000",
        "12345678",
        "081234567890" + " x" * 200,
    ],
)
def test_words_and_amounts_are_no_number(text: str) -> None:
    assert read(text) is None


@given(st.text())
def test_any_text_gives_a_number_nothing_or_a_number_error(text: str) -> None:
    try:
        found = read(text)
    except NumberError:
        return
    assert found is None or found.phone or found.meter


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("gopay 100rb 0812 3456 7890", "gopay"),
        ("dana 50 ke 081234567890", "dana ke"),
        ("kuota 1,5 gb 081234567890", "kuota 1,5 gb"),
        ("by.u 10 gb\n+62 812 3456 7890", "by.u 10 gb"),
        ("081234567890", ""),
    ],
)
def test_the_text_beside_a_number_is_returned_without_number_and_amount(
    text: str, rest: str
) -> None:
    assert without_numbers(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "6281234567890", "+6281234567890", "006281234567890", "081234567890", "+62 812-3456-7890",
        "(+62) 812 3456 7890", "+62 (0)812 3456 7890", "0812 3456 789 0", "62.812.3456.7890",
        "\u202a+62\u00a0812\u20113456\u20117890\u202c", "\ufeff0812\u200b34567890",
    ],
)  # fmt: skip
def test_an_indonesian_contact_gives_its_number(text: str) -> None:
    assert parse_contact(text) == "081234567890"


@pytest.mark.parametrize(
    "text",
    [
        "85291234567", "821012345678", "886912345678", "85512345678", "84912345678",
        "819012345678", "81234567890", "+852 9123 4567", "0085291234567", "00 852 9123 4567",
        "\u202a+852\u00a09123\u00a04567\u202c", "16285551234", "+1 (628) 555-1234", "6591234567",
    ],
)  # fmt: skip
def test_a_contact_of_another_country_is_foreign(text: str) -> None:
    """Even where a leading 0 would make an Indonesian number of it."""
    assert fault_of(parse_contact, text) is NumberFault.FOREIGN


@pytest.mark.parametrize(
    ("text", "fault"),
    pairs({
        NumberFault.LENGTH: [
            "", "62812", "628123456789012", "0215551234", "62215551234", "062812345678",
            "+081234567890", "+6281234567890;ext=1",
        ],
        NumberFault.SCRIPT: ["\u0660\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"],
    }),
)  # fmt: skip
def test_an_invalid_contact_is_refused_with_its_fault(text: str, fault: NumberFault) -> None:
    assert fault_of(parse_contact, text) is fault


@given(st.text("0123456789+ -()\u200b", max_size=24))
def test_a_contact_without_an_indonesian_prefix_is_never_a_number(text: str) -> None:
    digits = "".join(one for one in text if one in "0123456789+")
    try:
        phone = parse_contact(text)
    except NumberError:
        return
    assert digits.startswith(("62", "+62", "0062", "08"))
    assert phone.startswith("08")
