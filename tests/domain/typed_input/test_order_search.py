"""Search terms for past orders: numbers in every spelling, and words."""

from __future__ import annotations

import pytest

from bot.domain.typed_input.order_search import MAX_TERMS, Term, destination_term, terms_of


@pytest.mark.parametrize(
    "text",
    [
        *("0812 3456", "08123456", "+62 812-3456", "62812 3456", "62 0812 3456", "0062 812 3456"),
        *("(0812) 3456", "0812.3456", "\u202a+62\u00a0812\u20113456\u202c", "0812/3456"),
        "0812-34-56",
    ],
)
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    (term,) = terms_of(text)
    assert term.numbers[0] == "08123456"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7890", ("7890",)),
        ("812 3456 7890", ("81234567890",)),
        ("815 1234 5678", ("81512345678",)),
        ("6281 2345", ("0812345", "62812345")),
        ("+852 9123 4567", ("85291234567",)),
        ("1234 5678 901", ("12345678901",)),
        ("12345678 (2001)", ("123456782001",)),
    ],
)
def test_a_partial_number_is_searched_for_literally(text: str, numbers: tuple[str, ...]) -> None:
    (term,) = terms_of(text)
    assert term.numbers == numbers


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("tsel 10", (("telkomsel", "tsel"), (" 10.000", " 10 ", " 10gb"))),
        ("gopay 50rb", (("go pay", "gopay"), (" 50.000", " 50000 "))),
        ("dana 50.000", (("dana",), (" 50.000", " 50000 "))),
        ("pesanan saya ke tri", (("tri",),)),
        ("pulsa transfer", (("pulsa",), ("transfer",))),
        ("k tsel", (("k",), ("telkomsel", "tsel"))),
        ("saya", ()),
        ("", ()),
        ("!?", ()),
    ],
)
def test_words_and_amounts_are_searched_for_as_product_names_spell_them(
    text: str, terms: tuple[tuple[str, ...], ...]
) -> None:
    assert tuple(term.names for term in terms_of(text)) == terms


@pytest.mark.parametrize("text", ["tsel 10 0812 3456", "10 0812 3456 tsel", "0812 3456 tsel 10"])
def test_an_amount_beside_a_number_is_a_term_of_its_own(text: str) -> None:
    assert Term(numbers=("08123456",)) in terms_of(text)
    assert len(terms_of(text)) == 3


def test_two_numbers_are_two_terms() -> None:
    assert [term.numbers for term in terms_of("08123456 08133333")] == [
        ("08123456",),
        ("08133333",),
    ]
    assert [term.numbers for term in terms_of("10 7890123")] == [(), ("7890123",)]


def test_the_number_of_terms_is_limited_and_duplicates_are_dropped() -> None:
    assert len(terms_of("a b c d e f")) <= MAX_TERMS
    assert terms_of("tri tri tri") == (Term(("tri",)),)


def test_a_saved_name_may_stand_for_two_numbers() -> None:
    assert destination_term(["081234567890", "12345678901", "3"]).numbers == (
        "081234567890",
        "12345678901",
    )
