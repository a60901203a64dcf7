"""The words of brand names, whatever joins them."""

import pytest

from bot.domain.search.brand_words import MAX_WORDS, joined_name, word_runs


@pytest.mark.parametrize("name", ["E-TOLL", "e toll", "Etoll", "E.TOLL"])
def test_punctuation_and_case_do_not_matter(name: str) -> None:
    assert joined_name(name) == "ETOLL"


def test_only_adjacent_whole_words_are_joined() -> None:
    assert word_runs("BNI TAP-CASH") == {"BNI", "TAP", "CASH", "BNITAP", "TAPCASH", "BNITAPCASH"}
    assert word_runs(" - ") == frozenset()


def test_only_the_first_words_of_a_long_name_count() -> None:
    assert "LAST" not in word_runs("A " * MAX_WORDS + "LAST")
