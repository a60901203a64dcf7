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
from storage.conditions import CONDITIONS
from storage.confirmations import CONFIRMATIONS
from storage.database import STATEMENTS_KEPT
from storage.dialogs import DIALOGS
from storage.erasing import STEPS
from storage.erasures import ERASURES
from storage.inbox import UPDATES
from storage.joining import INVITATIONS
from storage.joining import REQUESTS as JOIN_REQUESTS
from storage.ledger import ACCOUNTS, TRANSFERS
from storage.orders import ORDERS
from storage.outbox import NOTICES
from storage.prices import CHANGES
from storage.reopening_requests import REQUESTS as REOPENING_REQUESTS
from storage.restock_requests import REQUESTS
from storage.rows import Mapper
from storage.staff import MEMBERS
from storage.staff_links import LINKS
from storage.statements import FOLDER, statements
from storage.supplier_comparison import FINDINGS
from storage.supplier_rows import ROWS
from storage.threads import MESSAGES, THREADS
from storage.topups import TOPUPS
from storage.withheld_products import WITHHELD
from tests.storage.samples import in_memory

MODULES = Path(__file__).parents[2] / "storage"

TABLES: dict[str, Mapper[Any]] = {
    "accounts": ACCOUNTS,
    "admin_acts": ACTS,
    "conditions": CONDITIONS,
    "confirmations": CONFIRMATIONS,
    "dialogs": DIALOGS,
    "erasures": ERASURES,
    "inbox": UPDATES,
    "invitations": INVITATIONS,
    "join_requests": JOIN_REQUESTS,
    "orders": ORDERS,
    "outbox": NOTICES,
    "price_changes": CHANGES,
    "recon_findings": FINDINGS,
    "reopening_requests": REOPENING_REQUESTS,
    "restock_requests": REQUESTS,
    "staff": MEMBERS,
    "staff_links": LINKS,
    "supplier_rows": ROWS,
    "thread_messages": MESSAGES,
    "threads": THREADS,
    "topups": TOPUPS,
    "transfers": TRANSFERS,
    "withheld_products": WITHHELD,
}

# Statements that read a whole table or index, each with the reason. All others use an index.
SCANS = {
    "admin_acts.found": "reads from the newest and stops at the limit; names of persons, once",
    "admin_acts.found_of": "reads the names of persons, once",
    "admin_acts.latest": "reads from the newest and stops at the limit",
    "catalogue.add_category": "scans only if this transaction broke a reference",
    "catalogue.categories": "returns all rows",
    "catalogue.last_fetch": "the table has one row",
    "catalogue.put_product": "scans only if this transaction broke a reference",
    "conditions.all": "returns all rows; there are few",
    "customer_cards.named": "reads the words of all customers, from an index of them alone",
    "customer_cards.newest": "reads from the newest and stops at the limit",
    "erasures.all": "returns all rows; there are few",
    "erasures.incomplete": "reads all rows; there are few",
    "erasures.notices_to": "a person asks for their data",
    "policy.settings": "returns all rows; there are few",
    "policy.levels": "returns all rows; there are few",
    "selection.categories": "returns all rows; there are few",
    "selection.products": "returns all rows; there are few",
    "staff.everybody": "returns all rows; there are few",
    "staff.accounts": "returns all rows; there are few",
    "inbox.forget_handled": "only for another bot, at the start",
    "inbox.lower_ids": "returns all rows of a partial index",
    "inbox.pending": "returns all rows of a partial index",
    "inbox.span": "only for another bot, at the start",
    "joining.open_invitations": "a partial index of the invitations that were not taken back",
    "joining.waiting": "a partial index of the requests that wait, up to the limit",
    "ledger.wallets_total": "the table has one row",
    "ledger.wallets_with_credit": "returns all rows of a partial index",
    "orders.add": "scans only if this transaction broke a reference",
    "orders.counts_by_state": "the table has one row for each state",
    "orders.queued_of_withheld": "reads every withheld product in a partial index",
    "outbox.backlog": "counts all rows of a partial index",
    "outbox.undelivered_proofs": "only for another bot, at the start",
    "outbox.next_per_chat": "reads from the most urgent chat and stops at the limit",
    "policy.short_codes": "returns all rows; the owner typed them",
    "prices.add_level": "scans only if this transaction broke a reference",
    "prices.bought_lately": "reads from the newest and stops at the limit",
    "prices.delete_level": "there are few rules",
    "prices.last_change": "reads the newest",
    "reopening_requests.take": "returns and deletes all rows",
    "restock_requests.wanted": "reads every open request in a partial index",
    "threads.forget_deliveries": "only for another bot, at the start",
    "topups.forget_messages": "only for another bot, at the start",
    "topups.forget_payment_messages": "only for another bot, at the start",
    "topups.release_expired": "reads every open top-up in a partial index",
    "topups.awaiting_decision": "returns nearly all rows of a partial index",
    "withheld_products.open": "returns all rows of a partial index",
}

# Statements that sort, each with what limits the number of rows to sort.
SORTS = {
    "conditions.all": "there are few",
    "erasures.all": "there are few",
    "erasures.incomplete": "there are few",
    "policy.levels": "there are few",
    "staff.everybody": "there are few",
    "orders.due": "the orders that are due",
    "orders.find": "at most `limit` orders of each of two indexes",
    "orders.found_of": "one customer's orders",
    "orders.in_states": "open orders",
    "orders.latest_same": "the last minutes' orders of one customer for one product and number",
    "orders.not_notified_of_target": "the queue",
    "orders.outcomes_by_brand": "the orders of a few hours",
    "orders.queued_of_withheld": "the queue",
    "orders.sold_since": "five weeks by brand",
    "orders.unfinished": "open orders",
    "outbox.pending_in": "one chat's pending notices",
    "sales.brands_between": "the hours of a period by brand",
    "saved_numbers.trim": "one customer's numbers, which are limited",
    "staff_links.undecided": "those who ask now",
    "supplier_comparison.open": "open findings",
    "supplier_rows.unclaimed": "the unclaimed rows of a period",
    "threads.cases_of": "one customer's threads",
    "topups.approved_with_amount": "the top-ups of one total, a thousandth of all with its amount",
    "topups.messages": "the messages of one top-up",
    "topups.pending_with_total": "the top-ups of one total",
    "topups.reserved_totals": "one total for each code",
}

# With the statistics of a large shop, the planner takes these plans instead.
WITH_STATISTICS = {
    "orders.open_of": "sorts one customer's open orders",
    "orders.unfinished": "reads all orders, at start and after a restore only",
    "supplier_rows.had_rows_before": "stops at the first row that is older",
}

# These read whole tables, and no customer or admin waits for them: the commands `audit`, `backup`,
# `copy-database` and `restore`; and the erasure of a person, who waits for it once.
NOT_EVERY_DAY = ("audit.", "erasing.", "restoration.", "sums.")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """An empty database of SQLite: its plans are tested here."""
    with in_memory() as connection:
        yield connection


def all_statements() -> Iterator[tuple[str, str]]:
    """Yield the name of every statement, as `file.statement`, and its SQL."""
    for path in sorted(FOLDER.glob("*.sql")):
        queries = statements(path.stem, "sqlite3")
        for name in queries.available_queries:
            if not name.endswith("_cursor"):
                yield f"{path.stem}.{name}", getattr(queries, name).sql


STATEMENTS = dict(all_statements())


@pytest.mark.parametrize("table", TABLES)
def test_every_field_has_its_column(connection: sqlite3.Connection, table: str) -> None:
    columns = {row["name"] for row in connection.execute(f"pragma table_info({table})")}
    assert columns >= set(TABLES[table].columns)


BOUGHT = {
    "order_id", "account", "customer_id", "product_id", "service_code", "destination", "price",
    "created_at",
}  # fmt: skip
"""What never changes; `target` is computed from the destination."""


@pytest.mark.parametrize(
    ("statement", "unwritten"), [("orders.add", {"order_id"}), ("orders.save", BOUGHT)]
)
def test_every_field_of_an_order_is_written(statement: str, unwritten: set[str]) -> None:
    """A field left out would fall back to its default at the next read."""
    values, _, compared = STATEMENTS[statement].partition("\nwhere")
    written = set(re.findall(r":(\w+)", values))
    assert written - {"target"} == set(ORDERS.columns) - unwritten
    assert set(re.findall(r":(\w+)", compared)) == (unwritten | {"version"} if compared else set())


def test_there_is_a_parameter_for_every_state() -> None:
    for name in ("in_states", "due", "next_due"):
        parameters = re.findall(r":state_[0-9]+", STATEMENTS[f"orders.{name}"])
        assert len(parameters) == len(set(parameters)) == len(OrderState)


@pytest.fixture(params=["without statistics", "with the statistics of a large shop"])
def planned(connection: sqlite3.Connection, request: pytest.FixtureRequest) -> sqlite3.Connection:
    """A database as Konter uses it, without statistics; and one on which `analyze` was run.

    Konter never runs `analyze`, because then the plans could change in a running shop. Its owner
    may. The statistics are those of a shop with a million orders (tests/bench/million.py).
    """
    if request.param != "without statistics":
        connection.execute("analyze")
        connection.execute("delete from sqlite_stat1")
        lines = (Path(__file__).parent / "large_shop_statistics.txt").read_text(encoding="utf-8")
        for line in lines.splitlines():
            table, index, numbers = line.split("|")
            values = (table, index or None, numbers)
            connection.execute("insert into sqlite_stat1 values (?, ?, ?)", values)
        connection.execute("analyze sqlite_schema")
    return connection


def plan_of(connection: sqlite3.Connection, sql: str) -> list[str]:
    """Return the steps of a statement's query plan."""
    parameters = dict.fromkeys(re.findall(r":(\w+)", sql))
    plan = connection.execute(f"explain query plan {sql.rstrip(';')}", parameters)
    return [row["detail"] for row in plan]


def is_scan(step: str, tables: set[str]) -> bool:
    """Whether a step reads a table or an index from end to end."""
    return step.startswith("SCAN") and step.split()[1] in tables


def plans(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the plans of all statements of every day, by name."""
    return {
        name: plan_of(connection, sql)
        for name, sql in STATEMENTS.items()
        if not name.startswith(NOT_EVERY_DAY)
    }


def test_statements_of_every_day_neither_scan_nor_sort(planned: sqlite3.Connection) -> None:
    tables = {row["name"] for row in planned.execute("select name from sqlite_schema")}
    found = plans(planned)
    scanning = {n for n, plan in found.items() if any(is_scan(step, tables) for step in plan)}
    sorting = {n for n, plan in found.items() if any("TEMP B-TREE" in step for step in plan)}
    if planned.execute("select 1 from sqlite_schema where name = 'sqlite_stat1'").fetchone():
        assert scanning <= {*SCANS, *WITH_STATISTICS}
        assert sorting <= {*SORTS, *WITH_STATISTICS}
    else:
        assert scanning == set(SCANS)
        assert sorting == set(SORTS)


def test_every_index_is_used(connection: sqlite3.Connection) -> None:
    """An index costs at every write. Unique ones are constraints."""
    indexes = connection.execute(
        "select name from sqlite_schema"
        " where type = 'index' and sql is not null and sql not like 'create unique%'"
    )
    used = {
        step.partition(" INDEX ")[2].split()[0]
        for sql in STATEMENTS.values()
        for step in plan_of(connection, sql)
        if " INDEX " in step
    }
    used.add("outbox_delayed")  # by the triggers of outbox_chats
    assert [row["name"] for row in indexes if row["name"] not in used] == []


def test_every_statement_is_used() -> None:
    unused = []
    for name in STATEMENTS:
        aggregate, statement = name.split(".")
        source = (MODULES / f"{aggregate}.py").read_text(encoding="utf-8")
        is_used = f"_sql.{statement}" in source or statement in STEPS
        if not is_used and statement not in (*RULES, SENDING, GOODS):
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
