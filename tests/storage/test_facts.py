"""The repositories of facts: single values that survive a restart, some per supplier account."""

from bot.ports.store import Transaction


def test_a_fact_has_the_value_put_last(tx: Transaction) -> None:
    assert tx.facts.get("skew") is None
    tx.facts.put("skew", "3")
    tx.facts.put("skew", "")
    tx.facts.put("other", "x")
    assert (tx.facts.get("skew"), tx.facts.get("other")) == ("", "x")


def test_a_fact_belongs_to_one_account(tx: Transaction) -> None:
    assert tx.supplier_facts.get("U1", "skew") is None
    tx.supplier_facts.put("U1", "skew", "3")
    tx.supplier_facts.put("U1", "skew", "4")
    tx.supplier_facts.put("U2", "skew", "")
    tx.supplier_facts.put("U2", "other", "x")
    facts = [tx.supplier_facts.get(account, "skew") for account in ("U1", "U2", "U3")]
    assert facts == ["4", "", None]
