"""The .sql files: they fit the records, they find what they look for, and none is forgotten."""

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
from storage.recon import FINDINGS
from storage.reopening_requests import REQUESTS as REOPENING_REQUESTS
from storage.restock_requests import REQUESTS
from storage.rows import Mapper
from storage.statements import FOLDER, statements
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

# What goes through a whole table or index, each with the reason. All else must find its way.
SCANS = {
    "admin_acts.latest": "walks back from the newest and stops at the limit",
    "catalogue.add_category": "would, if a reference were broken in this transaction",
    "catalogue.categories": "wants them all",
    "catalogue.last_fetch": "the table has one row",
    "catalogue.product_ids": "wants them all",
    "catalogue.products": "wants them all",
    "catalogue.put_products": "would, if a reference were broken in this transaction",
    "conditions.all": "wants them all; there are a handful",
    "inbox.pending": "wants them all; the index holds only these",
    "ledger.lent_to": "looks at every wallet; only the start asks",
    "ledger.wallets_total": "adds up every customer; only /balance asks",
    "orders.counts_by_state": "counts them all, in an index that holds nothing else",
    "orders.queued_of_withheld": "looks at every withheld product; the index holds only these",
    "outbox.backlog": "counts them all; the index holds only these",
    "outbox.heads": "looks at every chat that waits; the index holds only these",
    "outbox.next_due": "the same",
    "reopening_requests.take": "takes them all",
    "restock_requests.wanted": "looks at every open request; the index holds only these",
    "topups.pending": "wants the oldest; the index holds only these",
    "topups.release_expired": "reads every undecided top-up; the index holds only these",
    "topups.awaiting_decision": "the same; only an admin's first screen reads it",
    "withheld_products.open": "wants them all; the index holds only these",
}


def all_statements() -> Iterator[tuple[str, str]]:
    """Yield every statement's name, with its file's, and its SQL."""
    for path in sorted(FOLDER.glob("*.sql")):
        queries = statements(path.stem)
        for name in queries.available_queries:
            if not name.endswith("_cursor"):
                yield f"{path.stem}.{name}", getattr(queries, name).sql


STATEMENTS = dict(all_statements())


@pytest.mark.parametrize("table", TABLES)
def test_every_field_has_its_column(connection: sqlite3.Connection, table: str) -> None:
    """A field that was added without a migration is found here, not in the shop."""
    columns = {row["name"] for row in connection.execute(f"pragma table_info({table})")}
    assert columns >= set(TABLES[table].columns)


@pytest.mark.parametrize("statement", ["orders.add", "orders.save"])
def test_every_field_of_an_order_is_written(statement: str) -> None:
    """One that is left out would fall back to its default at the next read."""
    written = set(re.findall(r":(\w+)", STATEMENTS[statement]))
    computed = {"target"}  # From the destination, which never changes.
    unwritten = {"order_id"} if statement == "orders.add" else set()
    assert written - computed == set(ORDERS.columns) - unwritten


def test_there_is_a_parameter_for_every_state() -> None:
    """A state that was added would be asked for in vain."""
    for name in ("in_states", "due", "next_due"):
        parameters = re.findall(r":state_[0-9]+", STATEMENTS[f"orders.{name}"])
        assert len(parameters) == len(set(parameters)) == len(OrderState)


def scans(connection: sqlite3.Connection, sql: str) -> list[str]:
    """Return the steps of a statement's plan that go through a whole table or index."""
    parameters = dict.fromkeys(re.findall(r":(\w+)", sql))
    plan = connection.execute(f"explain query plan {sql.rstrip(';')}", parameters)
    return [row["detail"] for row in plan if row["detail"].startswith("SCAN")]


def test_what_is_asked_often_is_found_by_an_index(connection: sqlite3.Connection) -> None:
    """With a year of orders as quickly as on the first day; audit and restore may take time."""
    scanning = {
        name
        for name, sql in STATEMENTS.items()
        if not name.startswith(("audit.", "restoration.")) and scans(connection, sql)
    }
    assert scanning == set(SCANS)


def test_every_statement_is_used() -> None:
    """One that nobody calls is out of date without anybody noticing."""
    unused = []
    for name in STATEMENTS:
        aggregate, statement = name.split(".")
        source = (MODULES / f"{aggregate}.py").read_text(encoding="utf-8")
        if f"_sql.{statement}" not in source and statement not in (*RULES, SENDING, GOODS):
            unused.append(name)
    assert unused == []


def test_every_statement_stays_prepared() -> None:
    """Preparing one anew costs more than running it."""
    assert len(STATEMENTS) + 10 < STATEMENTS_KEPT


@pytest.mark.parametrize(
    "word",
    [
        "glob",
        "ifnull",
        "insert or",
        "json_",
        "julianday",
        "last_insert_rowid",
        "rowid",
        "strftime",
        "total(",
        "datetime(",
    ],
)
def test_the_sql_is_at_home_elsewhere(word: str) -> None:
    """Several bots of one reseller will share a PostgreSQL, with the same statements."""
    assert [name for name, sql in STATEMENTS.items() if word in sql.lower()] == []
