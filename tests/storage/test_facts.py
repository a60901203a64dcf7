"""The repository of facts: single values that survive a restart."""

import sqlite3

from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.storage.samples import fail_if_called


def test_a_fact_has_the_value_put_last(tx: SqlTransaction) -> None:
    assert tx.facts.get("skew") is None
    tx.facts.put("skew", "3")
    tx.facts.put("skew", "")
    tx.facts.put("other", "x")
    assert (tx.facts.get("skew"), tx.facts.get("other")) == ("", "x")


def test_unmet_purchases_are_kept_under_their_new_name() -> None:
    """A customer whose quote waited for a top-up before the update is still offered it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, load_migrations()[:22], fail_if_called)
    connection.execute("insert into facts values ('wish:1001', 't1'), ('wishes', 'x')")
    for kind, data in (("wallet", '{"wish":"t1","message_id":7}'), ("other", '{"note":"wish"}')):
        connection.execute(
            "insert into outbox (chat_id, kind, dedupe_key, created_at, data, state, attempts)"
            " values (1001, ?, ?, 1, ?, 'pending', 0)",
            (kind, kind, data),
        )
    migrate(connection, load_migrations(), fail_if_called)
    facts = connection.execute("select name, value from facts order by name").fetchall()
    assert facts == [("unmet_purchase:1001", "t1"), ("wishes", "x")]
    notices = connection.execute("select data from outbox order by notice_id").fetchall()
    assert notices == [('{"quote_token":"t1","message_id":7}',), ('{"note":"wish"}',)]
    connection.close()
