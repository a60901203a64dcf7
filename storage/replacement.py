"""Replaces the current database by another one; the current one is kept under another name."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.domain.errors import BackupError, StoreUnavailableError
from bot.domain.order import IDS_PER_EPOCH
from storage.backup import (
    backup_errors,
    copy,
    name_of,
    opened,
    require_room,
    require_sound,
    sync,
)
from storage.permissions import make_private_file, make_private_folder, tighten_database
from storage.process_lock import ProcessLock

_LOG, _INDEX = "-wal", "-shm"


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the lock of a database, so that no bot starts on it.

    Raises `StoreInUseError` if a bot runs on it, or `StoreUnavailableError`.
    """
    try:
        make_private_folder(database.parent)
        lock = ProcessLock(database)
    except OSError as error:
        raise StoreUnavailableError(str(error)) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def working_copy(backup: Path, database: Path, at: datetime) -> Iterator[Path]:
    """Yield a checked copy of a backup in the database's folder, for changes before it is used.

    The copy is deleted afterwards, unless `put_in_place` has moved it. Raises `BackupError` for a
    damaged backup, or one that this code cannot read.
    """
    prepared = database.with_name(f"{database.name}.restoring")
    with backup_errors():
        _clear(prepared)
        try:
            require_sound(backup, at)
            require_room(backup, prepared.parent)
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
        log_file = _with_suffix(prepared, _LOG)
        if is_busy or (log_file.exists() and log_file.stat().st_size > 0):
            raise BackupError("its write-ahead log could not be written into the file")
        require_sound(prepared, at)


def next_epoch(database: Path, epoch: int) -> int:
    """Return an epoch that no id given so far belongs to.

    It is greater than the backup's `epoch`, the epoch of the current database if that is readable,
    and every epoch in the file name of a replaced database.
    """
    named = re.compile(rf"{re.escape(database.stem)}-replaced-by-K([0-9]{{1,9}})-", re.ASCII)
    names = (named.match(path.name) for path in database.parent.iterdir())
    replaced = [int(name[1]) - 1 for name in names if name is not None]
    return 1 + max([epoch, _epoch_of(database), *replaced])


def _epoch_of(database: Path) -> int:
    if not database.exists():
        return 0
    with suppress(sqlite3.Error), closing(opened(database)) as connection:
        (newest_id,) = connection.execute("select max(seq) from sqlite_sequence").fetchone()
        return int(newest_id or 0) // IDS_PER_EPOCH
    return 0


def put_in_place(prepared: Path, database: Path, epoch: int, at: datetime) -> Path | None:
    """Replace the current database by a prepared one; return the path of the replaced one.

    Returns None if there was no database. A crash at any point leaves the current database under
    its own or its new name, and never a new database with an old write-ahead log. Raises
    `BackupError`.
    """
    with backup_errors():
        sync(prepared)
        aside = _keep_aside(database, epoch, at) if database.exists() else None
        if aside is not None:
            _copy_owner_and_mode(aside, prepared)
        for suffix in (_LOG, _INDEX):
            _with_suffix(database, suffix).unlink(missing_ok=True)
        sync(database.parent)
        prepared.replace(database)
        sync(database.parent)
        return aside


def _keep_aside(database: Path, epoch: int, at: datetime) -> Path:
    if database.stat().st_mode & stat.S_IRWXO:
        # Permissions of the group only may be on purpose; they are left to the next start.
        tighten_database(database)
    replaced = database.with_stem(f"{database.stem}-replaced-by-K{epoch + 1}")
    aside = database.with_name(name_of(replaced, at))
    _empty_log(database)
    for suffix in ("", _LOG):
        current = _with_suffix(database, suffix)
        if current.exists():
            _link(current, _with_suffix(aside, suffix))
    sync(database.parent)
    return aside


def _copy_owner_and_mode(aside: Path, prepared: Path) -> None:
    """Give the new database the owner and mode of the old one.

    The user who restores may be another one than the user that the bot runs as.
    """
    model = aside.stat()
    prepared.chmod(model.st_mode & (stat.S_IRWXU | stat.S_IRWXG))
    with suppress(PermissionError):
        os.chown(prepared, model.st_uid, model.st_gid)


def _empty_log(database: Path) -> None:
    """Write the write-ahead log into the database file; errors of a damaged file are ignored."""
    with suppress(sqlite3.Error), closing(opened(database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _link(current: Path, aside: Path) -> None:
    try:
        os.link(current, aside)
    except FileExistsError:
        raise
    except OSError:  # Some file systems have no hard links.
        make_private_file(aside)
        shutil.copyfile(current, aside)
        shutil.copystat(current, aside)
        sync(aside)


def _clear(prepared: Path) -> None:
    for suffix in ("", _LOG, _INDEX, "-journal", ".lock"):
        _with_suffix(prepared, suffix).unlink(missing_ok=True)


def _with_suffix(database: Path, suffix: str) -> Path:
    return database.with_name(f"{database.name}{suffix}")
