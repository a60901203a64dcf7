"""Rights as they are granted and stored."""

from bot.domain.staff import NO_RIGHTS, Right, rights_in, written


def test_rights_are_written_in_one_order_and_read_again() -> None:
    rights = frozenset({Right.CODES, Right.SELL})
    assert written(rights) == "sell codes"
    assert rights_in(written(rights)) == rights


def test_a_stored_word_that_is_no_right_gives_none() -> None:
    """An owner's rights come from `ADMIN_IDS` alone, whatever is in the database."""
    assert rights_in("cases nonsense owner") == {Right.CASES}
    assert rights_in("") == NO_RIGHTS
