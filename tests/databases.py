"""New databases for the tests: copies of one that each process migrates once."""

from __future__ import annotations

from pathlib import Path

from storage.store import SqlStore
from tests.storage.samples import empty_database


def create_database(path: Path) -> None:
    """Create a database file without rows; to migrate a new file takes 15 times as long."""
    path.write_bytes(empty_database())


async def open_store(path: Path) -> SqlStore:
    """Open the store on a new file."""
    create_database(path)
    return await SqlStore.open(path)
