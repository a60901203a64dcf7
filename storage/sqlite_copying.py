"""The two ends of a copy between databases that are SQLite files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from bot.domain.errors import BackupError
from bot.ports.audit import AuditFinding
from storage.audit import SqlAudit
from storage.copying import NO_LIMIT, VERSIONS, Columns, Row
from storage.database import SqliteConnection, configure, end_process, open_file
from storage.schema import load_migrations, migrate, version_of
from storage.sums import SqlSums

_COLUMNS = """
select tables.name, columns.name
from sqlite_schema as tables, pragma_table_info(tables.name) as columns
where tables.type = 'table' and tables.name not like 'sqlite\\_%' escape '\\' and tables.name <> ?
order by tables.name, columns.name
"""
_TRIGGERS_AND_INDEXES = """
select type, name, sql from sqlite_schema
where type in ('trigger', 'index') and sql is not null
order by rowid
"""


class SqliteEnd:
    """Implements `Source` and `Target` in the current transaction of a connection."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection

    def version(self) -> int:
        return version_of(self._connection)

    def columns(self) -> Columns:
        pairs = [tuple(row) for row in self._connection.execute(_COLUMNS, (VERSIONS,))]
        return {
            table: [name for _, name in columns] for table, columns in groupby(pairs, itemgetter(0))
        }

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        cursor = self._connection.cursor()
        cursor.row_factory = None  # Rows are tuples.
        return cursor.execute(f"select {_names(columns)} from {_name(table)}")  # noqa: S608 - names of the schema

    def counters(self) -> Mapping[str, int]:
        counting = (
            "select name from sqlite_schema where type = 'table' and sql like '%autoincrement%'"
        )
        given = "select name, seq from sqlite_sequence"
        counters = {name: 0 for (name,) in self._connection.execute(counting)}
        return {**counters, **{name: int(seq) for name, seq in self._connection.execute(given)}}

    def sums(self) -> list[str]:
        return SqlSums(self._connection).sums()

    def findings(self, at: datetime) -> list[AuditFinding]:
        return SqlAudit(self._connection).findings(at, NO_LIMIT)

    def stored(self, row: Row) -> Row:
        return row

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Indexes are dropped as well: made at the end, they are smaller and take less time.

        The connection must not enforce references.
        """
        made_again = [tuple(row) for row in self._connection.execute(_TRIGGERS_AND_INDEXES)]
        for kind, name, _ in made_again:
            self._connection.execute(f"drop {kind} {_name(name)}")
        for table in self.columns():
            self._connection.execute(f"delete from {_name(table)}")  # noqa: S608 - as above
        yield
        for _, _, statement in made_again:
            self._connection.execute(statement)
        if self._connection.execute("pragma foreign_key_check").fetchone() is not None:
            raise BackupError("the copy refers to rows that do not exist")

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        places = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"insert into {_name(table)} ({_names(columns)}) values ({places})",  # noqa: S608 - names of the schema
            rows,
        )

    def set_counters(self, counters: Mapping[str, int]) -> None:
        self._connection.execute("delete from sqlite_sequence")
        self._connection.executemany(
            "insert into sqlite_sequence (name, seq) values (?, ?)",
            [(name, seq) for name, seq in counters.items() if seq],
        )


@contextmanager
def snapshot_of(path: Path) -> Iterator[SqliteEnd]:
    """Yield a file as it is now, also while a bot writes to it."""
    with closing(open_file(path, mode="rw")) as connection:
        configure(connection)
        connection.execute("pragma query_only = on")
        connection.execute("begin")
        yield SqliteEnd(connection)


@contextmanager
def new_file(path: Path, version: int) -> Iterator[SqliteEnd]:
    """Yield a new database of a version of the schema, in an empty file of the caller's.

    It is committed if no error is raised. If one is, the file is useless, and the caller deletes
    it: no journal is kept.
    """
    with closing(open_file(path, mode="rw")) as connection:
        configure(connection)
        for pragma in ("foreign_keys = off", "journal_mode = off", "synchronous = off"):
            connection.execute(f"pragma {pragma}")
        migrate(connection, load_migrations()[:version], end_process)
        connection.execute("begin")
        yield SqliteEnd(connection)
        connection.execute("commit")


def _name(name: str) -> str:
    return f'"{name}"'


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_name, names))
