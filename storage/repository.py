"""The base of the repositories: one connection, and the statements of one .sql file."""

from __future__ import annotations

import sqlite3
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

from storage.statements import statements


class Repository:
    """Runs its statements in the transaction that the connection is in."""

    queries: ClassVar[str]
    """The name of the file in `queries`, without its suffix."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        loaded = statements(self.queries)
        # The statements as functions of their named parameters; their types are not known.
        self._sql: Any = SimpleNamespace(
            **{
                name: partial(getattr(loaded, name), connection)
                for name in loaded.available_queries
            }
        )
