"""Prepares a backup in a file of its own, before it replaces the current database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bot.domain.errors import BackupError
from storage.permissions import make_private_folder
from storage.sqlite_database import INDEX, LOG
from storage.sqlite_files import (
    backup_errors,
    copy,
    opened,
    require_room,
    require_sound,
    require_whole,
    size_of,
    with_suffix,
)


@contextmanager
def working_copy(backup: Path, prepared: Path, at: datetime | None) -> Iterator[Path]:
    """Yield a checked copy of a backup, for changes before it is used; `prepared` is its path.

    Its books are checked as they were `at` a time; None: not at all. The copy is deleted
    afterwards, unless it was moved. Raises `BackupError` for a damaged backup, or one that this
    code cannot read.
    """
    with backup_errors():
        make_private_folder(prepared.parent)
        _clear(prepared)
        try:
            if at is None:
                require_whole(backup)
            else:
                require_sound(backup, at)
            require_room(size_of(backup), prepared.parent)
            copy(backup, prepared)
            yield prepared
        finally:
            _clear(prepared)


def flush_and_check(prepared: Path, at: datetime) -> None:
    """Write all changes of a working copy from its log into the database file, and check the file.

    SQLite does this when the last connection closes, but reports no error if the disk is full, and
    the changes left in the log would be lost. Raises `BackupError`.
    """
    with backup_errors():
        with closing(opened(prepared)) as connection:
            (is_busy, _, _) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        log_file = with_suffix(prepared, LOG)
        if is_busy or (log_file.exists() and log_file.stat().st_size > 0):
            raise BackupError("its write-ahead log could not be written into the file")
        require_sound(prepared, at)


def _clear(prepared: Path) -> None:
    for suffix in ("", LOG, INDEX, "-journal", ".lock"):
        with_suffix(prepared, suffix).unlink(missing_ok=True)
