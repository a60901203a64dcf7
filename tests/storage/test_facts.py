"""The repository of facts: single values that survive a restart."""

from bot.ports.store import Transaction


def test_a_fact_has_the_value_put_last(tx: Transaction) -> None:
    assert tx.facts.get("skew") is None
    tx.facts.put("skew", "3")
    tx.facts.put("skew", "")
    tx.facts.put("other", "x")
    assert (tx.facts.get("skew"), tx.facts.get("other")) == ("", "x")
