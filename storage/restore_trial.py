"""Tries whether a backup can be restored: a copy of it is migrated and audited, and deleted."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bot.domain.errors import BackupError, BackupNotTriedError, StoreInUseError
from storage.database import end_process
from storage.failures import code_of
from storage.permissions import make_private_folder
from storage.process_lock import ProcessLock
from storage.replacement import flush_and_check, working_copy
from storage.schema import load_migrations, migrate
from storage.sqlite_files import backup_errors, opened, require_room, size_of, version_of_ours

FOLDER = ".trying"
"""The folder beside a backup in which its copy is made: the disk is the same."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})
_NOT_ITS_FAULT = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT})
"""Failures that say nothing about the backup."""


def try_restore(backup: Path, at: datetime) -> int:
    """Do with a copy what a restore does with it; return the version that the backup has.

    Pages, references and books are checked, and an older version is migrated. Raises
    `BackupNotTriedError` if that could not be done here now, and `BackupError` if the backup
    cannot be restored.
    """
    try:
        with backup_errors(), closing(opened(backup)) as connection:
            version = version_of_ours(connection)
        with _empty_folder(backup.parent / FOLDER) as folder:
            _require_room(backup, folder)
            with working_copy(backup, folder / backup.name, at) as copy:
                with backup_errors(), closing(opened(copy)) as connection:
                    migrate(connection, load_migrations(), end_process)
                flush_and_check(copy, at)
    except BackupError as error:
        if _is_its_own_fault(error):
            raise
        raise BackupNotTriedError(str(error)) from error
    return version


def clear_leftovers(backups: Path) -> None:
    """Delete what a trial left that was killed; a running one keeps its folder."""
    folder = backups / FOLDER
    if folder.exists():
        with _empty_folder(folder):
            pass


def _require_room(backup: Path, folder: Path) -> None:
    """Raise `BackupNotTriedError` if the copy could take room that the shop needs.

    A migration may write as much again as the copy has.
    """
    try:
        require_room(2 * size_of(backup), folder)
    except BackupError as error:
        raise BackupNotTriedError(str(error)) from error


@contextmanager
def _empty_folder(folder: Path) -> Iterator[Path]:
    """Yield a new folder, which is deleted afterwards; one process has it at a time."""
    with backup_errors():
        try:
            lock = ProcessLock(folder)
        except StoreInUseError as error:
            raise BackupNotTriedError("a backup is being tried already") from error
        try:
            shutil.rmtree(folder, ignore_errors=True)
            make_private_folder(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()


def _is_its_own_fault(error: BackupError) -> bool:
    """Return whether an error says something about the backup, and not about this machine."""
    cause = error.__cause__
    if isinstance(error, BackupNotTriedError):
        return False
    if isinstance(cause, OSError):
        return cause.errno not in _NO_ROOM
    return not (isinstance(cause, sqlite3.Error) and code_of(cause) in _NOT_ITS_FAULT)
