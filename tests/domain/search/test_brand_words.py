"""The words of brand names, whatever joins them."""

import pytest

from bot.domain.search.brand_words import MOST_WORDS, joined, spellings


@pytest.mark.parametrize("name", ["E-TOLL", "e toll", "Etoll", "E.TOLL"])
def test_punctuation_and_case_do_not_matter(name: str) -> None:
    assert joined(name) == "ETOLL"


def test_only_adjacent_whole_words_are_joined() -> None:
    assert spellings("BNI TAP-CASH") == {"BNI", "TAP", "CASH", "BNITAP", "TAPCASH", "BNITAPCASH"}
    assert spellings(" - ") == frozenset()


def test_only_the_first_words_of_a_long_name_count() -> None:
    assert "LAST" not in spellings("A " * MOST_WORDS + "LAST")
