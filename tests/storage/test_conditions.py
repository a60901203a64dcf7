"""What is the matter now, in the database."""

from dataclasses import replace

from bot.domain.condition import Condition
from storage.transaction import SqlTransaction
from tests.storage.samples import NOW, SECOND

NIGHT = Condition("paused", "night", NOW, None)


def test_a_condition_holds_until_it_is_cleared(tx: SqlTransaction) -> None:
    """And clearing what does not hold is no news."""
    assert tx.conditions.get("paused") is None
    assert not tx.conditions.clear("paused")
    assert tx.conditions.raise_("paused", "night", NOW) == NIGHT
    assert tx.conditions.get("paused") == NIGHT
    assert tx.conditions.clear("paused")
    assert tx.conditions.get("paused") is None


def test_raising_again_keeps_when_it_began_and_was_told(tx: SqlTransaction) -> None:
    """The detail is the newest."""
    tx.conditions.raise_("paused", "night", NOW)
    tx.conditions.notified("paused", NOW + SECOND)
    again = tx.conditions.raise_("paused", "still", NOW + 2 * SECOND)
    assert again == replace(NIGHT, detail="still", notified_at=NOW + SECOND)
    assert tx.conditions.get("paused") == again


def test_what_was_cleared_begins_anew(tx: SqlTransaction) -> None:
    """With its own beginning, and nobody told."""
    tx.conditions.raise_("paused", "night", NOW)
    tx.conditions.notified("paused", NOW)
    tx.conditions.clear("paused")
    assert tx.conditions.raise_("paused", "", NOW + SECOND) == Condition(
        "paused", "", NOW + SECOND, None
    )


def test_everything_that_holds_is_oldest_first(tx: SqlTransaction) -> None:
    """Each by itself."""
    for name, at in (("b", NOW), ("a", NOW + SECOND), ("c", NOW)):
        tx.conditions.raise_(name, "", at)
    assert [condition.name for condition in tx.conditions.all()] == ["b", "c", "a"]
