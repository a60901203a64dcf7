"""The base of the repositories: one connection, and the statements of one .sql file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, ClassVar

from storage.connection import Connection, LaterCount
from storage.statements import statements

_WRITES = re.compile(r"^(?:insert into|update|delete from) (\w+)", re.MULTILINE)
"""The beginning of a statement that writes, and its table; a subquery is indented."""


class Repository:
    """Runs its statements in the transaction that the connection is in."""

    queries: ClassVar[str]
    """The name of the file in `queries`, without its suffix."""

    def __init__(self, connection: Connection, touched: set[str] | None = None) -> None:
        """Add the name of each table that a statement changes to `touched`."""
        self._connection = connection
        self._touched: set[str] = set() if touched is None else touched
        # The statements as functions of their named parameters; their types are not known.
        self._sql: Any = _Statements(connection, self.queries, self._touched.add)


class _Statements:
    """The statements of a file on a connection; each is made when it is first used.

    A transaction has hundreds of them, of which most processes use few.
    """

    def __init__(self, connection: Connection, queries: str, note: Callable[[str], None]) -> None:
        self._connection = connection
        self._loaded = statements(queries, connection.adapter)
        self._note = note

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a statement by its name, and keep it."""
        statement = getattr(self._loaded, name)
        function = self._noting(statement, table_written_by(statement.sql))
        setattr(self, name, function)
        return function

    def _noting(self, statement: Any, table: str | None) -> Callable[..., Any]:
        if table is None:
            return partial(statement, self._connection)
        connection, note = self._connection, partial(self._note, table)

        def run_and_note(*rows: Any, **parameters: Any) -> Any:
            changed = statement(connection, *rows, **parameters)
            if isinstance(changed, LaterCount):
                changed.when_changed(note)
                return changed
            if isinstance(changed, Iterator):
                changed = list(changed)
            # The number of changed rows, the one row that was changed, or the rows.
            if changed:
                note()
            return changed

        return run_and_note


@cache
def table_written_by(sql: str) -> str | None:
    """Return the table that a statement changes; None if it only reads."""
    found = _WRITES.search(sql)
    return None if found is None else found[1]
