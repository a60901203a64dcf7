"""The .sql files match the records, use indexes, and are all in use."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import OrderState
from storage.admin_acts import ACTS
from storage.audit import GOODS, RULES, SENDING
from storage.catalogue import CATEGORIES
from storage.conditions import CONDITIONS
from storage.confirmations import CONFIRMATIONS
from storage.customers import CUSTOMERS
from storage.database import STATEMENTS_KEPT
from storage.dialogs import DIALOGS
from storage.inbox import UPDATES
from storage.ledger import ACCOUNTS, TRANSFERS
from storage.orders import ORDERS
from storage.outbox import NOTICES
from storage.reopening_requests import REQUESTS as REOPENING_REQUESTS
from storage.restock_requests import REQUESTS
from storage.rows import Mapper
from storage.statements import FOLDER, statements
from storage.supplier_comparison import FINDINGS
from storage.supplier_rows import ROWS
from storage.topups import TOPUPS
from storage.withheld_products import WITHHELD

MODULES = Path(__file__).parents[2] / "storage"

TABLES: dict[str, Mapper[Any]] = {
    "accounts": ACCOUNTS,
    "admin_acts": ACTS,
    "categories": CATEGORIES,
    "conditions": CONDITIONS,
    "confirmations": CONFIRMATIONS,
    "customers": CUSTOMERS,
    "dialogs": DIALOGS,
    "inbox": UPDATES,
    "orders": ORDERS,
    "outbox": NOTICES,
    "recon_findings": FINDINGS,
    "reopening_requests": REOPENING_REQUESTS,
    "restock_requests": REQUESTS,
    "supplier_rows": ROWS,
    "topups": TOPUPS,
    "transfers": TRANSFERS,
    "withheld_products": WITHHELD,
}

# Statements that scan a whole table or index, each with the reason. All others use an index.
SCANS = {
    "admin_acts.latest": "reads from the newest and stops at the limit",
    "catalogue.add_category": "scans only if this transaction broke a reference",
    "catalogue.categories": "returns all rows",
    "catalogue.last_fetch": "the table has one row",
    "catalogue.product_ids": "returns all rows",
    "catalogue.products": "returns all rows",
    "catalogue.put_products": "scans only if this transaction broke a reference",
    "conditions.all": "returns all rows; there are few",
    "inbox.pending": "returns all rows of a partial index",
    "ledger.wallets_with_credit": "reads every wallet; runs at start only",
    "ledger.wallets_total": "sums all wallets; runs for /balance only",
    "orders.counts_by_state": "counts all rows in a covering index",
    "orders.queued_of_withheld": "reads every withheld product in a partial index",
    "outbox.backlog": "counts all rows of a partial index",
    "outbox.next_per_chat": "reads from the most urgent chat and stops at the limit",
    "reopening_requests.take": "returns and deletes all rows",
    "restock_requests.wanted": "reads every open request in a partial index",
    "topups.release_expired": "reads every open top-up in a partial index",
    "topups.awaiting_decision": "the same; runs for an admin's first screen only",
    "withheld_products.open": "returns all rows of a partial index",
}


def all_statements() -> Iterator[tuple[str, str]]:
    """Yield the name of every statement, as `file.statement`, and its SQL."""
    for path in sorted(FOLDER.glob("*.sql")):
        queries = statements(path.stem)
        for name in queries.available_queries:
            if not name.endswith("_cursor"):
                yield f"{path.stem}.{name}", getattr(queries, name).sql


STATEMENTS = dict(all_statements())


@pytest.mark.parametrize("table", TABLES)
def test_every_field_has_its_column(connection: sqlite3.Connection, table: str) -> None:
    columns = {row["name"] for row in connection.execute(f"pragma table_info({table})")}
    assert columns >= set(TABLES[table].columns)


@pytest.mark.parametrize("statement", ["orders.add", "orders.save"])
def test_every_field_of_an_order_is_written(statement: str) -> None:
    """A field left out would fall back to its default at the next read."""
    written = set(re.findall(r":(\w+)", STATEMENTS[statement]))
    computed = {"target"}  # Computed from the destination, which never changes.
    unwritten = {"order_id"} if statement == "orders.add" else set()
    assert written - computed == set(ORDERS.columns) - unwritten


def test_there_is_a_parameter_for_every_state() -> None:
    for name in ("in_states", "due", "next_due"):
        parameters = re.findall(r":state_[0-9]+", STATEMENTS[f"orders.{name}"])
        assert len(parameters) == len(set(parameters)) == len(OrderState)


def scans(connection: sqlite3.Connection, sql: str) -> list[str]:
    """Return the SCAN steps of a statement's query plan, without those of its own parameters."""
    parameters = dict.fromkeys(re.findall(r":(\w+)", sql))
    plan = connection.execute(f"explain query plan {sql.rstrip(';')}", parameters)
    steps = [row["detail"] for row in plan if row["detail"].startswith("SCAN")]
    return [step for step in steps if step != "SCAN terms" and "CONSTANT ROW" not in step]


def test_frequent_statements_use_an_index(connection: sqlite3.Connection) -> None:
    scanning = {
        name
        for name, sql in STATEMENTS.items()
        if not name.startswith(("audit.", "restoration.")) and scans(connection, sql)
    }
    assert scanning == set(SCANS)


def test_every_statement_is_used() -> None:
    unused = []
    for name in STATEMENTS:
        aggregate, statement = name.split(".")
        source = (MODULES / f"{aggregate}.py").read_text(encoding="utf-8")
        if f"_sql.{statement}" not in source and statement not in (*RULES, SENDING, GOODS):
            unused.append(name)
    assert unused == []


def test_every_statement_stays_prepared() -> None:
    """Preparing a statement costs more than running it."""
    assert len(STATEMENTS) + 10 < STATEMENTS_KEPT


@pytest.mark.parametrize(
    "word",
    [
        "glob", "ifnull", "insert or", "json_", "julianday", "last_insert_rowid", "rowid",
        "strftime", "total(", "datetime(",
    ],
)  # fmt: skip
def test_the_sql_avoids_features_of_sqlite_only(word: str) -> None:
    """The same statements will run on PostgreSQL."""
    assert [name for name, sql in STATEMENTS.items() if word in sql.lower()] == []
