"""Loads the named statements of the .sql files in `queries`, one file per repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import aiosql

FOLDER = Path(__file__).parent / "queries"


@cache
def statements(aggregate: str) -> Any:
    """Return the statements of a file as functions that take a connection and named parameters."""
    path = FOLDER / f"{aggregate}.sql"
    return aiosql.from_path(path, "sqlite3", mandatory_parameters=False, encoding="utf-8")
