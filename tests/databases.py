"""New databases for the tests: copies of one that each process migrates once."""

from __future__ import annotations

from pathlib import Path

from storage.store import SqlStore
from tests.storage.samples import create_database


async def open_store(path: Path) -> SqlStore:
    """Open the store on a new file, for tests in which the machine does not lose its power.

    The file is a copy, because migrating takes 40 ms, and commits do not wait for the disk.
    """
    create_database(path)
    store = await SqlStore.open(path)
    writer = store._writer
    assert writer is not None
    await writer.run(lambda: writer.sqlite.execute("pragma synchronous = off"))
    return store
