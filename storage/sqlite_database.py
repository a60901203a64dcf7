"""A shop's database that is a SQLite file: copied, locked and replaced as one file."""

from __future__ import annotations

import glob
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
from storage.copying import Source, Target
from storage.permissions import make_private_file, make_private_folder, tighten_database
from storage.process_lock import ProcessLock
from storage.schema import version_of
from storage.sqlite_copying import new_file, snapshot_of
from storage.sqlite_files import (
    backup_errors,
    copy,
    copy_pages,
    name_of,
    new_file_at,
    opened,
    readable,
    size_of,
    sync,
    with_suffix,
)

LOG, INDEX = "-wal", "-shm"


class SqliteDatabase:
    """Implements `ShopDatabase`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self.stem = path.stem
        self.working_copy = with_suffix(path, ".restoring")

    def identity(self) -> object:
        return self.path.resolve()

    def exists(self) -> bool:
        return self.path.exists()

    def version(self) -> int:
        with backup_errors(), closing(opened(self.path)) as connection:
            return version_of(connection)

    def size(self) -> int:
        return size_of(self.path)

    def copy_into(self, part: Path) -> None:
        copy(self.path, part)

    def copy_at_once(self, part: Path) -> None:
        copy_pages(self.path, part)

    @contextmanager
    def locked(self) -> Iterator[None]:
        try:
            make_private_folder(self.path.parent)
            lock = ProcessLock(self.path)
        except OSError as error:
            raise StoreUnavailableError(str(error)) from error
        try:
            yield
        finally:
            lock.release()

    def next_epoch(self, epoch: int) -> int:
        named = re.compile(rf"{re.escape(self.stem)}-replaced-by-K([0-9]{{1,9}})-", re.ASCII)
        names = (named.match(path.name) for path in self.path.parent.iterdir())
        replaced = [int(name[1]) - 1 for name in names if name is not None]
        return 1 + max([epoch, self._epoch(), *replaced])

    def _epoch(self) -> int:
        if not self.exists():
            return 0
        with suppress(sqlite3.Error), closing(opened(self.path)) as connection:
            (newest_id,) = connection.execute("select max(seq) from sqlite_sequence").fetchone()
            return int(newest_id or 0) // IDS_PER_EPOCH
        return 0

    def put_in_place(self, prepared: Path, reason: str, at: datetime) -> str | None:
        """Replace the file; the other one gets a new name.

        A crash at any point leaves the current database under its own or its new name, and never a
        new database with an old write-ahead log.
        """
        with backup_errors():
            sync(prepared)
            aside = self._keep_aside(reason, at) if self.exists() else None
            if aside is not None:
                _copy_owner_and_mode(aside, prepared)
            for suffix in (LOG, INDEX):
                with_suffix(self.path, suffix).unlink(missing_ok=True)
            sync(self.path.parent)
            prepared.replace(self.path)
            sync(self.path.parent)
            return None if aside is None else str(aside)

    def _keep_aside(self, reason: str, at: datetime) -> Path:
        if self.path.stat().st_mode & stat.S_IRWXO:
            # Permissions of the group only may be on purpose; they are left to the next start.
            tighten_database(self.path)
        aside = self.path.with_name(name_of(f"{self.stem}-{reason}", at))
        _empty_log(self.path)
        for suffix in ("", LOG):
            current = with_suffix(self.path, suffix)
            if current.exists():
                _link(current, with_suffix(aside, suffix))
        sync(self.path.parent)
        return aside

    @contextmanager
    def snapshot(self) -> Iterator[Source]:
        with self.in_any_version() as source:
            readable(source.version())
            yield source

    @contextmanager
    def in_any_version(self) -> Iterator[Source]:
        if not self.exists():
            raise BackupError(f"there is no database at {self.path}")
        with backup_errors(), snapshot_of(self.path) as source:
            yield source

    @contextmanager
    def made(self, version: int, size: int) -> Iterator[Target]:
        if self.exists():
            raise BackupError(f"{self.path} exists already, and no copy is written over it")
        with self.locked(), backup_errors():
            for part in self.path.parent.glob(f"{glob.escape(self.path.name)}.*.part"):
                part.unlink(missing_ok=True)  # A copy that was killed left it.
            with new_file_at(self.path, size) as part:
                make_private_file(part)
                with new_file(part, version) as target:
                    yield target
                sync(part)


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
