"""Allows one process per database, by a lock on a file beside the database."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.domain.errors import StoreInUseError


class ProcessLock:
    """An exclusive lock, held from construction until `release` or the end of the process.

    The operating system releases it even if the process is killed.
    """

    def __init__(self, database: Path) -> None:
        """Take the lock; raises `StoreInUseError` if it is held, or `OSError`."""
        database = database.resolve()  # All symbolic links to a database share one lock file.
        path = database.with_name(f"{database.name}.lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise StoreInUseError(f"another Konter is running on {database}") from error

    def release(self) -> None:
        """Release the lock."""
        os.close(self._file)
