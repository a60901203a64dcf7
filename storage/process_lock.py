"""One process for one database: a lock file beside it, held for as long as the process lives."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.domain.errors import StoreInUseError


class ProcessLock:
    """Held from its making until `release`, or until the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        """Take the lock; raises `StoreInUseError` when it is held, `OSError` if it cannot be."""
        database = database.resolve()  # Behind a symbolic link it is the same database.
        path = database.with_name(f"{database.name}.lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise StoreInUseError(f"another Konter is running on {database}") from error

    def release(self) -> None:
        """Let another process have the database."""
        os.close(self._file)
