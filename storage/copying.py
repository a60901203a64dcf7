"""Copies all rows of one database into another, SQLite or PostgreSQL, and compares the two.

Everything happens in one snapshot of the source and one transaction of the target, which the caller
commits only if no error was raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from bot.domain.errors import BackupError
from bot.ports.audit import AuditFinding
from storage.facts import SERVER_IDENTITY
from storage.rows import Value

Row = tuple[Value, ...]
Columns = Mapping[str, Sequence[str]]
"""The columns of each table, both sorted by name."""

VERSIONS = "schema_migrations"
"""The table that is not copied: each kind of database has migrations of its own."""
NO_LIMIT = timedelta(days=36_500)
"""The limit for `sending` orders: a copy may contain an order whose call was in progress."""


class Source(Protocol):
    """A database in a transaction, which sees one snapshot."""

    def version(self) -> int:
        """Return the version of its schema; 0 if it is not a database of Konter."""
        ...

    def columns(self) -> Columns:
        """Return the tables that are copied, with their columns."""
        ...

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield all rows of a table; only a few are in memory at a time."""
        ...

    def counters(self) -> Mapping[str, int]:
        """Return the last id given by each table that counts its ids; 0 if it has given none."""
        ...

    def sums(self) -> Sequence[str]:
        """Return lines with sums of the money, added up by the database."""
        ...

    def findings(self, at: datetime) -> list[AuditFinding]:
        """Return what the audit finds."""
        ...


class Target(Source, Protocol):
    """A database that was made for the copy, and belongs to nobody else yet."""

    def stored(self, row: Row) -> Row:
        """Return a row as this kind of database stores it."""
        ...

    def loading(self) -> AbstractContextManager[None]:
        """Empty all tables, and switch triggers and references off; on again at the end.

        Raises `BackupError` at the end if a row refers to one that does not exist.
        """
        ...

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows; only a few are in memory at a time."""
        ...

    def set_counters(self, counters: Mapping[str, int]) -> None:
        """Make each table give the id after the given one next."""
        ...


@dataclass(slots=True)
class Digest:
    """The number of rows, and the sum of their hashes: it does not depend on their order."""

    rows: int = 0
    hashes: int = 0

    def add(self, row: Row) -> None:
        digest = blake2b(repr(row).encode(), digest_size=16).digest()
        self.rows += 1
        self.hashes += int.from_bytes(digest, "big")

    def adding(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows, and add each."""
        for row in rows:
            self.add(row)
            yield row


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What was copied, and found to be the same in both."""

    rows: Mapping[str, int]
    """How many, by table."""
    sums: Sequence[str] = ()
    findings: Sequence[AuditFinding] = field(default_factory=list)


def copy_rows(
    source: Source, target: Target, on_table: Callable[[str], object] = lambda _table: None
) -> CopyReport:
    """Copy all rows and counters, and compare them; `on_table` is called before each table.

    Raises `BackupError` if the copy differs.
    """
    columns = source.columns()
    _require_same("tables", sorted(columns.items()), sorted(target.columns().items()))
    read: dict[str, Digest] = {}
    with target.loading():
        for table, names in columns.items():
            on_table(table)
            digest = read[table] = Digest()
            rows = map(target.stored, _rows_to_copy(source, table, names))
            target.load(table, names, digest.adding(rows))
        # Read once: PostgreSQL's belong to no snapshot, and a running bot goes on counting.
        counters = source.counters()
        target.set_counters(counters)
    for table, names in columns.items():
        written = Digest()
        for row in target.rows(table, names):
            written.add(row)
        _require_same(f"rows of {table}", read[table], written)
    _require_same("counters of ids", counters, target.counters())
    return CopyReport({table: digest.rows for table, digest in read.items()})


def compare_books(source: Source, target: Target, at: datetime, copied: CopyReport) -> CopyReport:
    """Compare sums and audits of two databases of the newest version; return the whole report.

    Raises `BackupError` if they differ.
    """
    sums, findings = source.sums(), source.findings(at)
    _require_same("sums of money", sums, target.sums())
    found = [target.stored((one.rule, one.detail)) for one in findings]
    again = [(one.rule, one.detail) for one in target.findings(at)]
    # The audit sorts by texts that it puts together, and each server has its own order of texts.
    _require_same("findings of the audit", sorted(found), sorted(again))
    return CopyReport(copied.rows, sums, findings)


def _rows_to_copy(source: Source, table: str, columns: Sequence[str]) -> Iterator[Row]:
    """Yield all rows of a table, but for the fact that tells on which server the database is."""
    rows = source.rows(table, columns)
    if table != "facts":
        return rows
    name = columns.index("name")
    return (row for row in rows if row[name] != SERVER_IDENTITY)


def _require_same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise BackupError(f"the copy differs in its {what}: {wanted} became {found}"[:500])
