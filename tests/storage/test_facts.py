"""Single values that outlive the process, in the database."""

from storage.transaction import SqlTransaction


def test_a_fact_is_what_was_put_last(tx: SqlTransaction) -> None:
    """Each by its name, empty ones too."""
    assert tx.facts.get("skew") is None
    tx.facts.put("skew", "3")
    tx.facts.put("skew", "")
    tx.facts.put("other", "x")
    assert (tx.facts.get("skew"), tx.facts.get("other")) == ("", "x")
