"""Every statement is accepted by the server, with the types of our parameters, and uses indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from storage.statements import statements
from tests.postgres.shared import connect_raw, empty_database
from tests.storage.test_statements import NOT_EVERY_DAY, SCANS, STATEMENTS, WITH_STATISTICS

TYPES = {"bigint": "bigint", "integer": "bigint", "text": "text", "name": "text"}
"""The types that the server infers, and what is sent instead: all our integers are bigint."""


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    """A connection that plans as if reading a whole table cost more than anything else."""
    with empty_database() as url, closing(connect_raw(url)) as connection:
        connection.prepare_threshold = None
        connection.execute("set enable_seqscan = off; set plan_cache_mode = force_generic_plan")
        yield connection


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
def test_the_server_accepts_the_statement(server: psycopg.Connection, name: str) -> None:
    types = prepare(server, name)
    given = f" ({', '.join(['null'] * len(types))})" if types else ""
    plan = [str(line) for (line,) in server.execute(f"explain execute one{given}")]
    reads_table = any("Seq Scan on" in line for line in plan)
    if reads_table and not name.startswith(NOT_EVERY_DAY):
        assert name in {*SCANS, *WITH_STATISTICS}, "\n".join(plan)
