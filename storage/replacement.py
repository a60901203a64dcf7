"""Putting another database in the place of the present one, which is kept aside, whole."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import BackupError, StoreUnavailableError
from bot.domain.order import IDS_AN_EPOCH
from storage.backup import copy, failures_told, opened, require_room, require_sound, sync
from storage.permissions import make_private_file, make_private_folder, tighten_database
from storage.process_lock import ProcessLock

_LOG, _INDEX = "-wal", "-shm"
_STAMP = "%Y%m%dT%H%M%SZ"


@contextmanager
def standing_still(database: Path) -> Iterator[None]:
    """Keep every bot off a database; raises `StoreInUseError` when one runs on it."""
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
def workbench(backup: Path, database: Path, at: datetime) -> Iterator[Path]:
    """Yield a sound copy of a backup beside the database, which may be changed; gone afterwards.

    Raises `BackupError` for a backup that the shop cannot go on from.
    """
    bench = database.with_name(f"{database.name}.restoring")
    with failures_told():
        _clear(bench)
        try:
            require_sound(backup, at)
            require_room(backup, bench.parent)
            copy(backup, bench)
            yield bench
        finally:
            _clear(bench)


def seal(bench: Path, at: datetime) -> None:
    """Bring all that was changed on a workbench into its one file, and read that again.

    SQLite does it when the last connection closes, and is silent when the disk is full: what is
    still in the log then would be lost. Raises `BackupError`.
    """
    with failures_told():
        with closing(opened(bench)) as connection:
            (is_busy, _, _) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        log_file = _beside(bench, _LOG)
        if is_busy or (log_file.exists() and log_file.stat().st_size > 0):
            raise BackupError("its log could not be brought into the file")
        require_sound(bench, at)


def next_epoch(database: Path, epoch: int) -> int:
    """Return an epoch that none of the ids given so far belongs to.

    It is above the backup's `epoch`, above that of the present database, if that can still be
    read, and above every one that a database kept aside names.
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
        return int(newest_id or 0) // IDS_AN_EPOCH
    return 0


def put_in_place(bench: Path, database: Path, epoch: int, at: datetime) -> Path | None:
    """Let a prepared database take the place of the present one; return where that is kept.

    A crash at any point leaves the present one where it is or aside, and never a new database
    beside an old write-ahead log. Raises `BackupError`.
    """
    with failures_told():
        sync(bench)
        aside = _keep_aside(database, epoch, at) if database.exists() else None
        if aside is not None:
            _own_alike(aside, bench)
        for ending in (_LOG, _INDEX):
            _beside(database, ending).unlink(missing_ok=True)
        sync(database.parent)
        bench.replace(database)
        sync(database.parent)
        return aside


def _keep_aside(database: Path, epoch: int, at: datetime) -> Path:
    if database.stat().st_mode & stat.S_IRWXO:
        # A group alone may have been let in on purpose: that the next start decides.
        tighten_database(database)
    stamp = at.astimezone(UTC).strftime(_STAMP)
    aside = database.with_name(f"{database.stem}-replaced-by-K{epoch + 1}-{stamp}.db")
    _empty_log(database)
    for ending in ("", _LOG):
        present = _beside(database, ending)
        if present.exists():
            _link(present, _beside(aside, ending))
    sync(database.parent)
    return aside


def _own_alike(aside: Path, bench: Path) -> None:
    """Whoever restores may be somebody else than whom the bot runs as."""
    model = aside.stat()
    bench.chmod(model.st_mode & (stat.S_IRWXU | stat.S_IRWXG))
    with suppress(PermissionError):
        os.chown(bench, model.st_uid, model.st_gid)


def _empty_log(database: Path) -> None:
    """Bring what the write-ahead log holds into the file; one that is damaged is kept as it is."""
    with suppress(sqlite3.Error), closing(opened(database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _link(present: Path, aside: Path) -> None:
    try:
        os.link(present, aside)
    except FileExistsError:
        raise
    except OSError:  # Some file systems know no second name for a file.
        make_private_file(aside)
        shutil.copyfile(present, aside)
        shutil.copystat(present, aside)
        sync(aside)


def _clear(bench: Path) -> None:
    for ending in ("", _LOG, _INDEX, "-journal", ".lock"):
        _beside(bench, ending).unlink(missing_ok=True)


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(f"{database.name}{ending}")
