"""A copy of a database has all rows, counters and triggers, and a copy that differs is noticed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from typing_extensions import override

from bot.domain.errors import BackupError
from bot.domain.order import OrderState
from bot.ports.audit import AuditFinding
from storage.copying import CopyReport, Row, compare_books, copy_rows
from storage.schema import load_migrations, newest_version
from storage.sqlite_copying import SqliteEnd, new_file, snapshot_of
from storage.store import SqlStore
from tests.storage.filled_shop import contents_of, execute, fill_shop
from tests.storage.samples import NOW, buy, in_memory

NEWEST = newest_version(load_migrations())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A filled database."""
    path = tmp_path / "shop" / "konter.db"
    fill_shop(path)
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An empty file for the copy."""
    path = tmp_path / "copy.db"
    path.touch()
    return path


def copied(
    shop: Path,
    copy: Path,
    kind: Callable[[SqliteEnd], SqliteEnd] = lambda end: end,
    on_table: Callable[[str], object] = lambda _table: None,
) -> CopyReport:
    """Copy a database; `kind` may replace the end that writes."""
    with snapshot_of(shop) as source, new_file(copy, NEWEST) as target:
        written = kind(target)
        return compare_books(source, written, NOW, copy_rows(source, written, on_table))


def test_a_copy_has_the_same_rows_counters_and_schema(shop: Path, copy: Path) -> None:
    report = copied(shop, copy)
    assert contents_of(copy) == contents_of(shop)
    assert report.rows["orders"] == len(OrderState)
    assert any(line.startswith("1 transfers single debit: 40000") for line in report.sums)
    assert report.findings == []


async def test_buying_goes_on_with_the_next_number(shop: Path, copy: Path) -> None:
    copied(shop, copy)
    numbers = []
    for path in (copy, shop):
        store = await SqlStore.open(path)
        numbers.append((await store.write(partial(buy, destination="0899"))).number)
        await store.close()
    assert numbers == [f"K{len(OrderState) + 1}"] * 2
    assert contents_of(copy) == contents_of(shop)


async def test_what_is_written_meanwhile_is_not_in_the_copy(shop: Path, copy: Path) -> None:
    before = contents_of(shop)
    store = await SqlStore.open(shop)

    def write(table: str) -> None:
        with closing(sqlite3.connect(shop, isolation_level=None)) as other:
            other.execute("insert into facts values (?, 'later')", (table,))
            other.execute("delete from outbox")

    copied(shop, copy, on_table=write)
    await store.close()
    assert contents_of(copy) == before != contents_of(shop)


def test_broken_books_are_copied_as_they_are(shop: Path, copy: Path) -> None:
    execute(shop, "drop trigger accounts_move_by_transfers",
            "update accounts set posted = posted + 7 where account_id = 'bank'",
            "update order_counts set orders = orders + 1 where state = 'parked'")  # fmt: skip
    report = copied(shop, copy)
    assert {one.rule for one in report.findings} == {
        "transfers sum to zero",
        "balances equal their transfers",
        "orders are counted by state",
    }
    assert contents_of(copy)["accounts"] == contents_of(shop)["accounts"]


def test_references_to_missing_rows_are_refused(shop: Path, copy: Path) -> None:
    execute(shop, "pragma foreign_keys = off", "update categories set parent_id = 99")
    with pytest.raises(BackupError, match="refers to rows that do not exist"):
        copied(shop, copy)


class Busy(SqliteEnd):
    """Gives an order's id whenever its counters are read, as a server does beside a snapshot."""

    given = 0

    @override
    def counters(self) -> Mapping[str, int]:
        self.given += 1
        counters = super().counters()
        return {**counters, "orders": counters["orders"] + self.given}


def test_ids_that_are_given_meanwhile_are_no_difference(shop: Path, copy: Path) -> None:
    with snapshot_of(shop) as snapshot, new_file(copy, NEWEST) as target:
        before = snapshot.counters()["orders"]
        copy_rows(Busy(snapshot._connection), target)
        assert target.counters()["orders"] == before + 1


# --- a copy that differs ---


class Careless(SqliteEnd):
    """Changes something of what it is told to write."""

    def __init__(self, end: SqliteEnd, table: str, change: str) -> None:
        super().__init__(end._connection)
        self._table = table
        self._change = change

    @override
    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        super().load(table, columns, rows)
        if table == self._table:
            changed = self._connection.execute(
                self._change.format(table=f'"{table}"', column=f'"{columns[-1]}"')
            )
            assert changed.rowcount > 0

    @override
    def set_counters(self, counters: Mapping[str, int]) -> None:
        super().set_counters({**counters, **({"orders": 1} if self._table == "counters" else {})})


def filled_tables(shop: Path) -> list[str]:
    with snapshot_of(shop) as source:
        columns = source.columns()
        return [table for table in columns if any(True for _ in source.rows(table, columns[table]))]


DELETE = "delete from {table} where rowid = (select min(rowid) from {table})"
CHANGE = (
    "update {table} set {column} = coalesce(-{column} - 1, 1) "
    "where rowid = (select min(rowid) from {table})"
)


@pytest.mark.parametrize("change", [DELETE, CHANGE])
def test_a_changed_or_missing_row_of_any_table_is_noticed(shop: Path, change: str) -> None:
    tables = filled_tables(shop)
    assert len(tables) > 15
    for table in tables:
        with in_memory() as connection, snapshot_of(shop) as source:
            connection.execute("pragma foreign_keys = off")
            target = Careless(SqliteEnd(connection), table, change)
            with pytest.raises((BackupError, sqlite3.IntegrityError)) as caught:
                copy_rows(source, target)
        if isinstance(caught.value, BackupError) and "do not exist" not in str(caught.value):
            assert f"rows of {table}:" in str(caught.value)


def test_a_row_too_many_is_noticed(shop: Path, copy: Path) -> None:
    change = "insert into facts values ('more', '')"
    with pytest.raises(BackupError, match="differs in its rows of facts"):
        copied(shop, copy, lambda end: Careless(end, "facts", change))


def test_rows_that_exchanged_a_value_are_noticed(shop: Path, copy: Path) -> None:
    """All sums stay the same."""
    change = "update accounts set held = 1 - held where held in (0, 1)"
    execute(shop, "drop trigger accounts_move_by_transfers",
            "update accounts set held = 1 where account_id = 'bank'")  # fmt: skip
    with pytest.raises(BackupError, match="rows of accounts"):
        copied(shop, copy, lambda end: Careless(end, "accounts", change))


def test_a_counter_that_differs_is_noticed(shop: Path, copy: Path) -> None:
    with pytest.raises(BackupError, match="counters of ids"):
        copied(shop, copy, lambda end: Careless(end, "counters", ""))


def test_another_sum_or_finding_is_noticed(shop: Path, copy: Path) -> None:
    """The database adds up again, which does not depend on how rows were compared."""
    with snapshot_of(shop) as source, new_file(copy, NEWEST) as target:
        report = copy_rows(source, target)
        target._connection.execute("update order_counts set orders = orders + 1")
        with pytest.raises(BackupError, match="findings of the audit"):
            compare_books(source, target, NOW, report)
        target._connection.execute("update accounts set credit_limit = credit_limit + 1")
        with pytest.raises(BackupError, match="sums of money"):
            compare_books(source, target, NOW, report)


def test_findings_may_be_in_another_order(shop: Path, copy: Path) -> None:
    """A server sorts "chat -5" and "chat 10" by the language of its database."""

    class Rearranged(SqliteEnd):
        @override
        def findings(self, at: datetime) -> list[AuditFinding]:
            return super().findings(at)[::-1]

    execute(shop, "update order_counts set orders = orders + 1")
    report = copied(shop, copy, lambda end: Rearranged(end._connection))
    assert len(report.findings) > 1


def test_other_columns_are_noticed(shop: Path, copy: Path) -> None:
    execute(shop, "alter table facts add column more text")
    with pytest.raises(BackupError, match="differs in its tables"):
        copied(shop, copy)
