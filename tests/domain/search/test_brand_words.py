"""Words in brands' names, however they are joined."""

import pytest

from bot.domain.search.brand_words import MOST_WORDS, joined, spellings


@pytest.mark.parametrize("name", ["E-TOLL", "e toll", "Etoll", "E.TOLL"])
def test_signs_and_capitals_do_not_matter(name: str) -> None:
    """One word however a list spells it."""
    assert joined(name) == "ETOLL"


def test_only_whole_words_are_joined() -> None:
    """In their order, and without a gap."""
    assert spellings("BNI TAP-CASH") == {"BNI", "TAP", "CASH", "BNITAP", "TAPCASH", "BNITAPCASH"}
    assert spellings(" - ") == frozenset()


def test_a_long_name_is_looked_at_in_part() -> None:
    """A junk row costs no time."""
    assert "LAST" not in spellings("A " * MOST_WORDS + "LAST")
