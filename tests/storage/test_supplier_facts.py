"""The repository of facts per supplier account, and the migration of older facts."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import pytest

from storage.database import configure
from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.storage.samples import ACCOUNT, NOW, SECOND, fail_if_called

BEFORE = 12
"""The last schema version whose facts belonged to no account."""
LEARNED = {
    "supplier_skew_seconds": "25200",
    "supplier_skew_margin_seconds": "6",
    "supplier_skew_taught_by_send": "40",
    "rows_seen_at": "2026-03-14T05:00:00+00:00",
    "rows_seen_at_send": "40",
    "breaker_closed_at": "2026-03-14T04:00:00+00:00",
    "breaker_closing_told": "2026-03-14T04:00:00+00:00",
}


def test_a_fact_belongs_to_one_account(tx: SqlTransaction) -> None:
    assert tx.supplier_facts.get("U1", "skew") is None
    tx.supplier_facts.put("U1", "skew", "3")
    tx.supplier_facts.put("U1", "skew", "4")
    tx.supplier_facts.put("U2", "skew", "")
    tx.supplier_facts.put("U2", "other", "x")
    facts = [tx.supplier_facts.get(account, "skew") for account in ("U1", "U2", "U3")]
    assert facts == ["4", "", None]


@pytest.fixture
def older() -> Iterator[sqlite3.Connection]:
    """A database of that version with learned facts and an open breaker."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, load_migrations()[:BEFORE], fail_if_called)
    for name, value in {**LEARNED, "restored_from": "2026", "keys:1": "2"}.items():
        connection.execute("insert into facts values (?, ?)", (name, value))
    for name in ("breaker", "paused", "alert:breaker_open"):
        connection.execute("insert into conditions values (?, 'K1', 1, null)", (name,))
    yield connection
    connection.close()


def sent(connection: sqlite3.Connection, account: str, number: int | None, at: datetime) -> None:
    """Add an order of an account; `number` is its send number, or None if it was not sent."""
    connection.execute(
        "insert into orders (account, customer_id, product_id, service_code, product_name,"
        " category_type, main, destination, price, cost, state, created_at, is_counter_sale,"
        " version, send_attempts, send_number, status_word, voucher, note, refusal_message, looks)"
        " values (?, 1001, 1, 'SM10', 'Telkomsel', 'pulsa-reguler', 'TELKOMSEL', '0812', 10, 9,"
        " 'failed', ?, 0, 1, 1, ?, '', '', '', '', 0)",
        (account, int(at.timestamp()), number),
    )


def migrated(connection: sqlite3.Connection) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Migrate a database; return the facts by account, and the conditions that hold."""
    migrate(connection, load_migrations(), fail_if_called)
    configure(connection)
    facts: dict[str, dict[str, str]] = {}
    for row in connection.execute("select account, name, value from supplier_facts"):
        facts.setdefault(row["account"], {})[row["name"]] = row["value"]
    left = {row["name"] for row in connection.execute("select name from facts")}
    assert left == {"restored_from", "keys:1"}
    return facts, {row["name"] for row in connection.execute("select name from conditions")}


def test_facts_go_to_the_only_account_that_sent(older: sqlite3.Connection) -> None:
    sent(older, "U1", 40, NOW)
    sent(older, "U2", None, NOW + SECOND)
    facts, conditions = migrated(older)
    assert facts == {"U1": LEARNED}
    assert conditions == {"breaker:U1", "paused", "alert:breaker_open"}


def test_facts_are_dropped_if_two_accounts_sent(older: sqlite3.Connection) -> None:
    """It is unknown whose they are; the breaker goes to the account that sent last."""
    sent(older, "U1", 40, NOW)
    sent(older, "U2", 1, NOW + SECOND)
    facts, conditions = migrated(older)
    assert facts == {}
    assert conditions == {"breaker:U2", "paused", "alert:breaker_open"}


def test_facts_are_dropped_if_no_account_sent(older: sqlite3.Connection) -> None:
    facts, conditions = migrated(older)
    assert facts == {}
    assert conditions == {"paused", "alert:breaker_open"}


@pytest.mark.parametrize("skew", ["54001", "-1773464400", "97447371600"])
def test_an_absurd_clock_skew_is_not_migrated(older: sqlite3.Connection, skew: str) -> None:
    older.execute("update facts set value = ? where name = 'supplier_skew_seconds'", (skew,))
    sent(older, ACCOUNT, 40, NOW)
    facts, _ = migrated(older)
    assert facts == {
        ACCOUNT: {name: value for name, value in LEARNED.items() if "skew" not in name}
    }


def test_findings_survive_the_migration_that_rebuilt_their_table(older: sqlite3.Connection) -> None:
    older.execute(
        "insert into recon_findings values ('U1', 'price', 'r1', null, '1 / 2', 5, 6, 9001)"
    )
    migrate(older, load_migrations(), fail_if_called)
    older.execute(
        "insert into recon_findings values ('U1', 'date', 'r2', null, '1970', 7, null, null)"
    )
    found = older.execute("select kind, ref_id, closed_by from recon_findings order by ref_id")
    assert [tuple(row) for row in found] == [("price", "r1", 9001), ("date", "r2", None)]
