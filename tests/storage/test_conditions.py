"""The repository of conditions that hold now, such as a pause."""

from dataclasses import replace

from bot.domain.condition import Condition
from bot.ports.store import Transaction
from tests.storage.samples import NOW, SECOND

NIGHT = Condition("paused", "night", NOW, None)


def test_a_condition_holds_until_it_is_cleared(tx: Transaction) -> None:
    assert tx.conditions.get("paused") is None
    assert not tx.conditions.clear("paused")
    assert tx.conditions.raise_("paused", "night", NOW) == NIGHT
    assert tx.conditions.get("paused") == NIGHT
    assert tx.conditions.clear("paused")
    assert tx.conditions.get("paused") is None


def test_raising_again_keeps_the_begin_and_the_notification(tx: Transaction) -> None:
    tx.conditions.raise_("paused", "night", NOW)
    tx.conditions.notified("paused", NOW + SECOND)
    again = tx.conditions.raise_("paused", "still", NOW + 2 * SECOND)
    assert again == replace(NIGHT, detail="still", notified_at=NOW + SECOND)
    assert tx.conditions.get("paused") == again


def test_a_cleared_condition_begins_anew_when_raised(tx: Transaction) -> None:
    tx.conditions.raise_("paused", "night", NOW)
    tx.conditions.notified("paused", NOW)
    tx.conditions.clear("paused")
    assert tx.conditions.raise_("paused", "", NOW + SECOND) == Condition(
        "paused", "", NOW + SECOND, None
    )


def test_conditions_are_listed_oldest_first(tx: Transaction) -> None:
    for name, at in (("b", NOW), ("a", NOW + SECOND), ("c", NOW)):
        tx.conditions.raise_(name, "", at)
    assert [condition.name for condition in tx.conditions.all()] == ["b", "c", "a"]
