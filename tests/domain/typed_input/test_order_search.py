"""What is looked for among past orders: numbers in every spelling, and words."""

from __future__ import annotations

import pytest

from bot.domain.typed_input.order_search import MOST_TERMS, Term, term_for, terms_of


@pytest.mark.parametrize(
    "text",
    [
        *("0812 3456", "08123456", "+62 812-3456", "62812 3456", "62 0812 3456", "0062 812 3456"),
        *(
            "(0812) 3456",
            "0812.3456",
            "\u202a+62\u00a0812\u20113456\u202c",
            "0812/3456",
            "0812-34-56",
        ),
    ],
)
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    """As a part of what orders keep, which begins with 0."""
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
def test_a_part_of_a_number_is_looked_for_as_it_stands(text: str, numbers: tuple[str, ...]) -> None:
    """Its end, a meter's, a game's with its zone; also as digits that only begin like a country."""
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
def test_words_and_amounts_are_looked_for_as_names_have_them(
    text: str, terms: tuple[tuple[str, ...], ...]
) -> None:
    """By alias, too; small words around them say nothing."""
    assert tuple(term.names for term in terms_of(text)) == terms


@pytest.mark.parametrize("text", ["tsel 10 0812 3456", "10 0812 3456 tsel", "0812 3456 tsel 10"])
def test_an_amount_beside_a_number_is_not_a_part_of_it(text: str) -> None:
    """Each is a term of its own."""
    assert Term(numbers=("08123456",)) in terms_of(text)
    assert len(terms_of(text)) == 3


def test_two_numbers_are_two_terms() -> None:
    """The second begins like a number."""
    assert [term.numbers for term in terms_of("08123456 08133333")] == [
        ("08123456",),
        ("08133333",),
    ]
    assert [term.numbers for term in terms_of("10 7890123")] == [(), ("7890123",)]


def test_so_many_terms_count_and_no_more() -> None:
    """And each different one once."""
    assert len(terms_of("a b c d e f")) <= MOST_TERMS
    assert terms_of("tri tri tri") == (Term(("tri",)),)


def test_a_name_may_stand_for_two_numbers() -> None:
    """A phone and a meter of the same person."""
    assert term_for(["081234567890", "12345678901", "3"]).numbers == ("081234567890", "12345678901")
