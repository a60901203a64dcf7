"""Every statement is accepted by the server, with the types of our parameters, and uses indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from storage.statements import statements
from tests.postgres.shared import connect_raw, empty_database
from tests.storage.test_statements import NOT_EVERY_DAY, SCANS, STATEMENTS

TYPES = {"bigint": "bigint", "integer": "bigint", "text": "text", "name": "text"}
"""The types that the server infers, and what is sent instead: all our integers are bigint."""

READS_WHOLE = {
    "policy.price_rules": "returns all rows; the owner made them",
    "orders.find": "without statistics, the newest orders until enough have the destination",
    "threads.old_messages": "without statistics, the threads in order beside the old messages",
}
"""Beside those of SQLite, each with the reason."""


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    """A connection that plans as if reading a whole table cost more than anything else."""
    with empty_database() as url, closing(connect_raw(url)) as connection:
        connection.prepare_threshold = None
        connection.execute("set enable_seqscan = off; set plan_cache_mode = force_generic_plan")
        yield connection


@pytest.fixture(scope="module")
def partial_indexes(server: psycopg.Connection) -> set[str]:
    found = server.execute("select indexrelid::regclass::text from pg_index where indpred notnull")
    return {name for (name,) in found}


def prepare(server: psycopg.Connection, name: str) -> list[str]:
    """Prepare a statement as Konter does, as "one"; return the types of its parameters."""
    aggregate, statement = name.split(".")
    names: dict[str, int] = {}
    sql = re.sub(
        r"%\((\w+)\)s",
        lambda found: f"${names.setdefault(found[1], len(names) + 1)}",
        getattr(statements(aggregate, "psycopg"), statement).sql,
    ).replace("%%", "%")
    server.execute("deallocate all")
    server.execute(f"prepare inferred as {sql}")
    row = server.execute("select parameter_types::text[] from pg_prepared_statements").fetchone()
    assert row is not None
    types = [TYPES[inferred] for inferred in row[0]]
    assert len(types) == len(names)
    given = f" ({', '.join(types)})" if types else ""
    server.execute(f"prepare one{given} as {sql}")
    return types


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_server_accepts_the_statement(
    server: psycopg.Connection, partial_indexes: set[str], name: str
) -> None:
    types = prepare(server, name)
    given = f" ({', '.join(['null'] * len(types))})" if types else ""
    row = server.execute(f"explain (format json) execute one{given}").fetchone()
    assert row is not None
    if not name.startswith(NOT_EVERY_DAY):
        read = list(read_whole(row[0][0]["Plan"], partial_indexes))
        assert read == [] or name in {*SCANS, *READS_WHOLE}, read


def read_whole(node: dict[str, Any], partial_indexes: set[str]) -> Iterator[str]:
    """Yield the tables and the indexes of whole tables that a plan reads from end to end."""
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    index = node.get("Index Name", "")
    if index and index not in partial_indexes and "Index Cond" not in node:
        yield index
    for child in node.get("Plans", []):
        yield from read_whole(child, partial_indexes)
