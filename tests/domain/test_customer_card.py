"""How customers are found by words and numbers."""

from __future__ import annotations

import pytest

from bot.domain.customer_card import (
    clean,
    folded,
    number_ending,
    number_prefixes,
    search_text_of,
)


def test_a_search_text_has_all_names_and_ids() -> None:
    assert search_text_of(" Bu  TUTI", "Tuti_9", 1001, None) == "bu tuti @tuti_9 1001"
    assert search_text_of("Tuti", "", None, 7) == "tuti 7"
    assert folded("  STRASSE\t9 ") == folded("straße 9") == "strasse 9"


@pytest.mark.parametrize(
    ("term", "prefixes"),
    [
        ("0812", ("0812",)),
        ("0812 3456-78", ("081234567 8".replace(" ", ""),)),
        ("+62812", ("62812", "0812")),
        ("812", ("812", "0812")),
        ("12", ()),
        ("budi", ()),
        ("budi99", ("budi99",)),
        ("٠٨١٢", ()),
    ],
)
def test_a_number_may_begin_in_these_ways(term: str, prefixes: tuple[str, ...]) -> None:
    assert number_prefixes(term) == prefixes


@pytest.mark.parametrize(
    ("term", "ending"), [("7890", "7890"), ("…7890", "…7890"), ("890", ""), ("budi", "")]
)
def test_four_characters_are_the_end_of_a_number(term: str, ending: str) -> None:
    assert number_ending(term) == ending


def test_typed_texts_are_cleaned_and_cut() -> None:
    assert clean("  a\x00b\nc\u202e  ", 99) == "ab\nc"
    assert clean("x" * 9, 4) == "xxxx"
