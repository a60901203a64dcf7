"""Parsing amounts of rupiah as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import AmountError, AmountFault
from bot.domain.money import MAX_AMOUNT, parse_rupiah
from tests.domain.samples import pairs

amounts = st.integers(1, MAX_AMOUNT)


@given(amounts, st.sampled_from(["", "Rp", "Rp ", "rp. ", "RP."]), st.sampled_from(".,|"))
def test_a_formatted_amount_parses_to_itself(amount: int, prefix: str, separator: str) -> None:
    written = f"{amount:,}".replace(",", separator.strip("|"))
    assert parse_rupiah(f"{prefix}{written}") == amount


@given(st.integers(1, 9_999), st.sampled_from(["rb", "ribu", "k", "K", " rb", " Ribu"]))
def test_words_for_thousand_are_parsed(count: int, word: str) -> None:
    assert parse_rupiah(f"{count}{word}") == count * 1_000


@given(
    st.integers(0, 999),
    st.integers(0, 99),
    st.sampled_from(",."),
    st.sampled_from([("rb", 1_000), ("jt", 1_000_000), (" juta", 1_000_000)]),
)
def test_decimals_of_a_thousand_or_million_are_exact(
    whole: int, hundredths: int, comma: str, unit: tuple[str, int]
) -> None:
    word, factor = unit
    expected = whole * factor + hundredths * factor // 100
    text = f"{whole}{comma}{hundredths:02}{word}"
    if expected == 0:
        with pytest.raises(AmountError):
            parse_rupiah(text)
    else:
        assert parse_rupiah(text) == expected


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_an_amount_error(text: str) -> None:
    try:
        amount = parse_rupiah(text)
    except AmountError:
        return
    assert 1 <= amount <= MAX_AMOUNT
    assert re.search("[1-9]", text)


@pytest.mark.parametrize(
    ("text", "amount"), [("Rp50.000,-", 50_000), ("1000jt", 1_000_000_000), ("  7500  ", 7_500)]
)
def test_other_spellings_are_parsed(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text", ["Rp.\u200950.000,-", "\u202a50\u200b.000\u202c", "50\u00a0rb", "50.000,\u2013"]
)
def test_invisible_characters_are_ignored(text: str) -> None:
    """Banking apps and web pages put them around copied amounts."""
    assert parse_rupiah(text) == 50_000


@pytest.mark.parametrize(
    ("text", "fault"),
    pairs({
        AmountFault.NOT_A_NUMBER: [
            "", "banyak", "1e6", "0x10", "1_000", "+5", "--5", "50 000", "50\u00a0000", "\u200b",
            "5m", "nan", "١٠٠", "१००", "\uff15\uff10\uff10\uff10",
        ],
        AmountFault.NOT_POSITIVE: [
            "\u202a-50.000\u202c", "\u20135", "-5", "Rp -50.000", "0", "0,0rb",
        ],
        AmountFault.AMBIGUOUS: [
            "1.5", "10.00", "1.000,00", "1.000,000", "1.500rb", "1,234jt", "5.",
        ],
        AmountFault.TOO_LARGE: ["1000000001", "1001jt", "9" * 21, "9" * 5_000],
    }),
)  # fmt: skip
def test_unclear_amounts_are_refused(text: str, fault: AmountFault) -> None:
    """Money is never guessed: a typing error must not become a credit."""
    with pytest.raises(AmountError) as caught:
        parse_rupiah(text)
    assert caught.value.fault is fault
    assert caught.value.text == text
