"""Loads the named statements of the .sql files in `queries`, one file per repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import aiosql
from aiosql.adapters.pyformat import PyFormatAdapter
from typing_extensions import override

from storage.connection import LaterCount

FOLDER = Path(__file__).parent / "queries"


POSTGRES_FOLDER = Path(__file__).parent / "postgres" / "queries"
"""Statements that replace those of the same name on PostgreSQL."""


class PostgresAdapter(PyFormatAdapter):
    """The library's adapter, which takes "%" for the beginning of a parameter."""

    @override
    def process_sql(self, query_name: str, op_type: Any, sql: str) -> str:
        sql = sql.replace("%", "%%")
        return str(super().process_sql(query_name, op_type, sql))  # type: ignore[no-untyped-call]

    @override
    def insert_update_delete(  # type: ignore[override] # a count that is asked for later
        self, conn: Any, query_name: str, sql: str, parameters: Any
    ) -> LaterCount:
        count: LaterCount = conn.execute_later(sql, parameters)
        return count


@cache
def statements(aggregate: str, adapter: str) -> Any:
    """Return the statements of a file as functions that take a connection and named parameters.

    `adapter` is that of a `Connection`.
    """
    name = f"{aggregate}.sql"
    if adapter == "sqlite3":
        return _load(FOLDER / name, adapter)
    loaded = _load(FOLDER / name, PostgresAdapter)
    if (POSTGRES_FOLDER / name).exists():
        replaced = _load(POSTGRES_FOLDER / name, PostgresAdapter)
        for query in replaced.available_queries:
            setattr(loaded, query, getattr(replaced, query))
    return loaded


def _load(path: Path, adapter: Any) -> Any:
    return aiosql.from_path(path, adapter, mandatory_parameters=False, encoding="utf-8")
