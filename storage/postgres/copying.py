"""The two ends of a copy between databases that are on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from bot.domain.errors import BackupError
from bot.ports.audit import AuditFinding
from storage.audit import SqlAudit
from storage.copying import NO_LIMIT, VERSIONS, Columns, Row
from storage.postgres.connection import PostgresConnection
from storage.schema import version_of
from storage.sums import SqlSums

_BATCH = 2_000
"""How many rows are in memory at a time."""
_COLUMNS = """
select tables.relname::text, columns.attname::text
from pg_class as tables
join pg_attribute as columns on columns.attrelid = tables.oid
where
    tables.relnamespace = current_schema()::regnamespace and tables.relkind = 'r'
    and columns.attnum > 0 and not columns.attisdropped and tables.relname <> %s
order by tables.relname::text collate "C", columns.attname::text collate "C"
"""
_KEYS = """
select columns.attname::text
from pg_index as keys
join pg_attribute as columns
    on columns.attrelid = keys.indrelid and columns.attnum = any(keys.indkey)
where keys.indisprimary and keys.indrelid = %s::regclass
order by array_position(keys.indkey::int2[], columns.attnum)
"""
_COUNTING = """
select
    tables.relname::text,
    pg_get_serial_sequence(quote_ident(tables.relname), columns.attname)
from pg_class as tables
join pg_attribute as columns on columns.attrelid = tables.oid
where
    tables.relnamespace = current_schema()::regnamespace and tables.relkind = 'r'
    and columns.attidentity <> ''
order by tables.relname::text collate "C"
"""
_REFERENCES = """
select tables.relname::text, references_.conname::text, pg_get_constraintdef(references_.oid)
from pg_constraint as references_
join pg_class as tables on tables.oid = references_.conrelid
where
    references_.contype = 'f' and references_.connamespace = current_schema()::regnamespace
order by tables.relname, references_.conname
"""
_INDEXES = """
select indexes.relname::text, pg_get_indexdef(indexes.oid)
from pg_index as facts
join pg_class as indexes on indexes.oid = facts.indexrelid
left join pg_constraint as owners
    on owners.conindid = facts.indexrelid and owners.contype in ('p', 'u', 'x')
where indexes.relnamespace = current_schema()::regnamespace and owners.oid is null
order by indexes.relname
"""


class PostgresEnd:
    """Implements `Source` and `Target` in the current transaction of a connection."""

    def __init__(self, connection: PostgresConnection) -> None:
        """The current schema of the connection is the one that is copied."""
        self._connection = connection
        self._raw: psycopg.Connection[Any] = connection.raw

    def version(self) -> int:
        return version_of(self._connection)

    def columns(self) -> Columns:
        return {
            table: [name for _, name in columns]
            for table, columns in groupby(self._all(_COLUMNS, VERSIONS), itemgetter(0))
        }

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        keys = [name for (name,) in self._all(_KEYS, table)]
        statement = SQL("select {} from {} order by {}").format(
            _names(columns), Identifier(table), _names(keys)
        )
        # Rows that were written in the order of their keys are read in it almost without sorting,
        # and a SQLite file that gets them so is quickly filled.
        with psycopg.ServerCursor(self._raw, "copied_rows", row_factory=tuple_row) as cursor:
            cursor.itersize = _BATCH
            cursor.execute(statement, binary=True)
            yield from cursor

    def counters(self) -> Mapping[str, int]:
        counters = {}
        for table, sequence in self._all(_COUNTING):
            last = "select case when is_called then last_value else last_value - 1 end from "
            ((counters[table],),) = self._all(SQL(last) + SQL(sequence))
        return counters

    def sums(self) -> list[str]:
        return SqlSums(self._connection).sums()

    def findings(self, at: datetime) -> list[AuditFinding]:
        return SqlAudit(self._connection).findings(at, NO_LIMIT)

    def stored(self, row: Row) -> Row:
        """PostgreSQL cannot store U+0000, which becomes U+FFFD."""
        if "\\x00" not in repr(row):
            return row
        return tuple(one.replace("\0", "\ufffd") if isinstance(one, str) else one for one in row)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Indexes are dropped as well: made at the end, they are smaller and take less time."""
        tables, references, indexes = self.columns(), self._all(_REFERENCES), self._all(_INDEXES)
        for table in tables:
            self._do("alter table {} disable trigger user", table)
        for table, name, _ in references:
            self._do("alter table {} drop constraint {}", table, name)
        for name, _ in indexes:
            self._do("drop index {}", name)
        for table in tables:
            self._do("delete from {}", table)
        yield
        for _, definition in indexes:
            self._raw.execute(definition)
        for table in tables:
            # The planner knows nothing of rows in new tables, and the audit would take hours.
            self._do("analyze {}", table)
        try:
            for table, name, definition in references:
                start = SQL("alter table {} add constraint {} ")
                named = start.format(Identifier(table), Identifier(name))
                self._raw.execute(named + SQL(definition))
        except psycopg.errors.ForeignKeyViolation as error:
            raise BackupError(f"the copy refers to rows that do not exist: {error}") from error
        for table in tables:
            self._do("alter table {} enable trigger user", table)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        statement = SQL("copy {} ({}) from stdin").format(Identifier(table), _names(columns))
        with psycopg.Cursor(self._raw) as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def set_counters(self, counters: Mapping[str, int]) -> None:
        for table, sequence in self._all(_COUNTING):
            last = counters[table]
            self._all("select setval(%s, %s, %s > 0)", sequence, max(last, 1), last)

    def _all(self, statement: str | Composed, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.Cursor(self._raw, row_factory=tuple_row) as cursor:
            return cursor.execute(statement, parameters).fetchall()

    def _do(self, statement: str, *names: str) -> None:
        """Execute a statement without a result; each {} in it is a name."""
        with psycopg.Cursor(self._raw) as cursor:
            cursor.execute(SQL(statement).format(*map(Identifier, names)))


def _names(names: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
