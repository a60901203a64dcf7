"""Statements on libpq: values and rows as SQLite has them, and what is sent with the next one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import psycopg
import pytest

from bot.domain.errors import DuplicateError, NotFoundError, StoreUnavailableError
from bot.ports.store import Topics
from storage.connection import (
    LaterCount,
    duplicates_translated,
    failures_translated,
    read_whole,
    write_whole,
)
from storage.facts import SqlFacts
from storage.group_commit import Write, write_group
from storage.postgres.connection import PostgresConnection
from storage.postgres.failures import FAULTS
from storage.postgres.wire import QueuedCommandError
from tests.postgres.shared import empty_database
from tests.storage.samples import fail_if_called

ADD = "insert into facts (name, value) values (%(name)s, %(value)s)"
GET = "select value from facts where name = %(name)s"
LARGE = 2**62


@pytest.fixture
def connection() -> Iterator[PostgresConnection]:
    with empty_database() as url, closing(PostgresConnection(url, is_writer=True)) as connection:
        yield connection


def value_of(connection: PostgresConnection, name: str) -> str | None:
    cursor = connection.cursor()
    cursor.execute(GET, {"name": name})
    row = cursor.fetchone()
    return None if row is None else row["value"]


def add(connection: PostgresConnection, name: str, value: str = "here") -> None:
    connection.cursor().execute(ADD, {"name": name, "value": value})


def test_a_row_is_read_by_name_by_position_and_in_turn(connection: PostgresConnection) -> None:
    cursor = connection.cursor()
    columns = "%(a)s + 1 as a, cast(%(b)s as text) as b, null as c, 2 > 1 as d, sum(%(a)s) as e"
    cursor.execute(f"select {columns}", {"a": LARGE, "b": "ä"})
    (row,) = cursor
    assert (row["a"], row[1], row["d"]) == (LARGE + 1, "ä", True)
    assert list(row) == [LARGE + 1, "ä", None, True, LARGE]
    assert list(row.keys()) == ["a", "b", "c", "d", "e"]


def test_a_parameter_that_was_null_at_first_may_be_a_large_number(
    connection: PostgresConnection,
) -> None:
    """The server would infer a type that is too small for it."""
    cursor, sql = connection.cursor(), "select coalesce(%(at)s, 1) as at"
    for value, found in ((None, 1), (LARGE, LARGE), (None, 1), (5, 5)):
        cursor.execute(sql, {"at": value})
        row = cursor.fetchone()
        assert row is not None
        assert int(row["at"]) == found


@pytest.mark.parametrize("text", ["", "%", "'; drop table facts; --", "\\", "Rp1.000 – 😀", "a\nb"])
def test_a_text_comes_back_as_it_was(connection: PostgresConnection, text: str) -> None:
    add(connection, "fact", text)
    assert value_of(connection, "fact") == text


def test_a_null_character_is_replaced(connection: PostgresConnection) -> None:
    add(connection, "fact", "one\0two")
    assert value_of(connection, "fact") == "one\ufffdtwo"


def test_a_statement_with_a_percent_sign_and_a_name_used_twice(
    connection: PostgresConnection,
) -> None:
    cursor = connection.cursor()
    cursor.execute("select %(a)s %% 7 as rest, %(a)s as a", {"a": 30})
    assert [list(row) for row in cursor] == [[2, 30]]


def test_many_rows_are_changed_with_one_statement(connection: PostgresConnection) -> None:
    cursor = connection.cursor()
    cursor.executemany(ADD, iter([{"name": name, "value": "here"} for name in "abc"]))
    assert cursor.rowcount == 3
    cursor.execute("delete from facts where value = %(value)s", {"value": "here"})
    assert cursor.rowcount == 3


def test_a_refusal_does_not_end_the_transaction(connection: PostgresConnection) -> None:
    def add_twice() -> None:
        add(connection, "one")
        with pytest.raises(psycopg.errors.UniqueViolation), connection.refusable():
            add(connection, "one")
        assert connection.can_commit
        with connection.refusable():
            add(connection, "two")

    write_whole(connection, add_twice, fail_if_called)
    assert value_of(connection, "one") == value_of(connection, "two") == "here"


def test_an_error_does_not_tell_the_row_that_was_refused(connection: PostgresConnection) -> None:
    """It may go to the log, where no customer's number or voucher may be."""

    def refused() -> None:
        connection.execute(
            "insert into saved_numbers (customer_id, kind, main, destination, name, used_at, zone)"
            " values (%(id)s, 'phone', 'main', '081234567890', 'Ibu', 1, '')",
            {"id": None},
        )

    def doubled() -> None:
        add(connection, "081234567890")
        with duplicates_translated(connection):
            add(connection, "081234567890")

    with pytest.raises(psycopg.errors.NotNullViolation, match="null value in column") as told:
        write_whole(connection, refused, fail_if_called)
    assert "081234567890" not in str(told.value)
    with pytest.raises(DuplicateError, match="duplicate key") as told_of_key:
        write_whole(connection, doubled, fail_if_called)
    assert "081234567890" not in str(told_of_key.value)


def test_a_refusal_outside_of_it_does(connection: PostgresConnection) -> None:
    def swallow() -> None:
        add(connection, "one")
        with pytest.raises(psycopg.errors.UniqueViolation):
            add(connection, "one")

    with pytest.raises(StoreUnavailableError, match="ended the transaction"):
        write_whole(connection, swallow, fail_if_called)
    assert value_of(connection, "one") is None


def test_what_is_queued_comes_before_the_next_statement(connection: PostgresConnection) -> None:
    def undo_a_part() -> None:
        connection.execute_soon("savepoint part")
        add(connection, "undone")
        connection.execute("rollback to part")
        connection.execute_soon("release part")
        add(connection, "kept")
        connection.execute_soon("savepoint last")

    write_whole(connection, undo_a_part, fail_if_called)
    assert value_of(connection, "kept") == "here"
    assert value_of(connection, "undone") is None


def test_when_what_was_queued_fails_the_transaction_runs_again(
    connection: PostgresConnection,
) -> None:
    """Else its statement would be taken for the one that failed."""
    runs = []

    def release_the_unknown() -> None:
        runs.append("run")
        if len(runs) == 1:
            connection.execute_soon("release unknown")
        add(connection, "one")

    write_whole(connection, release_the_unknown, fail_if_called)
    assert runs == ["run", "run"]
    connection.begin_writing()
    connection.execute_soon("release unknown")
    with pytest.raises(QueuedCommandError, match="unknown"):
        add(connection, "two")
    connection.roll_back(fail_if_called)


def test_a_reading_transaction_without_statements_leaves_nothing_open(
    connection: PostgresConnection,
) -> None:
    for _ in range(2):
        connection.begin_reading()
        connection.roll_back(fail_if_called)
    connection.begin_writing()
    add(connection, "one")
    connection.commit_surely(fail_if_called)
    assert not connection.in_transaction


def test_a_statement_is_prepared_anew_when_its_table_got_another_column(
    connection: PostgresConnection,
) -> None:
    """Whoever owns the server may add one while the shop is open."""

    def first(statement: str) -> tuple[str, ...]:
        cursor = connection.cursor()
        cursor.execute(statement, {})
        return next(row.keys() for row in cursor)

    def both() -> tuple[str, ...]:
        return first("select * from facts") + first("select *, 1 as one from facts")

    def read() -> tuple[str, ...]:
        return read_whole(connection, both, fail_if_called)

    write_whole(connection, lambda: add(connection, "one"), fail_if_called)
    assert read() == ("name", "value", "name", "value", "one")
    connection.raw.execute("alter table facts add column extra bigint")
    try:
        assert read() == ("name", "value", "extra", "name", "value", "extra", "one")
    finally:
        connection.raw.execute("alter table facts drop column extra")
    assert read() == ("name", "value", "name", "value", "one")


def test_a_lost_right_is_a_fault_of_the_server(connection: PostgresConnection) -> None:
    connection.raw.execute("begin; set local role pg_monitor")
    with pytest.raises(StoreUnavailableError, match="denied"), failures_translated(FAULTS):
        connection.execute("select * from konter.facts")
    connection.raw.execute("rollback")


def test_a_mistake_in_a_statement_is_a_bug_and_ends_only_its_transaction(
    connection: PostgresConnection,
) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), failures_translated(FAULTS):
        write_whole(
            connection, lambda: connection.cursor().execute("select 1 from odd", {}), fail_if_called
        )
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        connection.cursor().execute("select %(a)s as a", {"a": 2**63})
    add(connection, "one")
    assert value_of(connection, "one") == "here"


# --- statements that wait ---


def add_later(connection: PostgresConnection, name: str) -> LaterCount:
    return connection.execute_later(ADD, {"name": name, "value": "here"})


def test_a_statement_that_waits_comes_before_the_next_one(connection: PostgresConnection) -> None:
    def add_and_read() -> None:
        count = add_later(connection, "one")
        assert value_of(connection, "one") == "here"
        assert int(count) == 1

    write_whole(connection, add_and_read, fail_if_called)
    assert value_of(connection, "one") == "here"


def test_asking_for_the_count_executes_it(connection: PostgresConnection) -> None:
    delete = "delete from facts where name = %(name)s"
    changed: list[str] = []

    def change() -> None:
        count = add_later(connection, "one")
        count.when_changed(lambda: changed.append("added"))
        assert changed == []
        assert count
        assert changed == ["added"]
        none = connection.execute_later(delete, {"name": "other"})
        none.when_changed(lambda: changed.append("deleted"))
        assert int(none) == 0

    write_whole(connection, change, fail_if_called)
    assert changed == ["added"]
    assert value_of(connection, "one") == "here"


def test_what_waits_at_the_end_of_a_function_is_executed(connection: PostgresConnection) -> None:
    write_whole(connection, lambda: add_later(connection, "one"), fail_if_called)
    assert value_of(connection, "one") == "here"
    with pytest.raises(psycopg.errors.UniqueViolation):
        write_whole(connection, lambda: add_later(connection, "one"), fail_if_called)
    assert not connection.in_transaction


def test_its_error_is_raised_by_the_next_statement(connection: PostgresConnection) -> None:
    add(connection, "one")

    def fail_late() -> None:
        add_later(connection, "one")
        value_of(connection, "one")

    with pytest.raises(psycopg.errors.UniqueViolation):
        write_whole(connection, fail_late, fail_if_called)


def test_its_error_is_not_taken_for_the_refusal_of_a_later_statement(
    connection: PostgresConnection,
) -> None:
    add(connection, "one")

    def blame() -> None:
        add_later(connection, "one")
        with duplicates_translated(connection):
            add(connection, "two")

    with pytest.raises(psycopg.errors.UniqueViolation):
        write_whole(connection, blame, fail_if_called)


def test_a_refusal_of_a_statement_that_waits_is_met_in_its_context(
    connection: PostgresConnection,
) -> None:
    def add_twice() -> None:
        add(connection, "one")
        with pytest.raises(DuplicateError), duplicates_translated(connection):
            add_later(connection, "one")
        add_later(connection, "two")

    write_whole(connection, add_twice, fail_if_called)
    assert value_of(connection, "two") == "here"


def test_many_statements_that_wait_are_sent_in_parts(connection: PostgresConnection) -> None:
    def add_many() -> None:
        for number in range(200):
            add_later(connection, f"{number} {'long ' * 2_000}")

    write_whole(connection, add_many, fail_if_called)
    assert len(connection.execute("select name from facts").fetchall()) == 200


def test_in_a_group_each_function_answers_for_its_own_statements(
    connection: PostgresConnection,
) -> None:
    add(connection, "taken")

    def writing(name: str, error: Exception | None = None) -> tuple[str, Topics]:
        add_later(connection, name)
        if error is not None:
            raise error
        return name, frozenset()

    wanted = ("one", "taken", "two", "three")
    group = [Write(partial(writing, name), None) for name in wanted]
    group.insert(3, Write(partial(writing, "undone", NotFoundError()), None))
    write_group(connection, group, fail_if_called)
    assert [write.outcome and write.outcome[0] for write in group] == [
        "one", None, "two", None, "three"
    ]  # fmt: skip
    assert [type(write.error) for write in group if write.error is not None] == [
        psycopg.errors.UniqueViolation,
        NotFoundError,
    ]
    stored = {row["name"] for row in connection.execute("select name from facts")}
    assert stored == {"one", "taken", "two", "three"}


def test_statements_that_are_larger_than_the_networks_memory_are_sent(
    connection: PostgresConnection,
) -> None:
    value = "x" * 400_000

    def put_many() -> None:
        facts = SqlFacts(connection)
        for number in range(40):
            facts.put(f"large {number}", value)

    write_whole(connection, put_many, fail_if_called)
    assert value_of(connection, "large 39") == value
