"""Whole SQLite files: copying, checking and publishing them, for backups and restores."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import BackupError, StoreVersionError
from storage.audit import SqlAudit
from storage.copying import NO_LIMIT
from storage.database import SqliteConnection, configure, open_file
from storage.permissions import make_private_file, make_private_folder
from storage.schema import load_migrations, newest_version, version_of

ROOM_LEFT_BYTES = 16 * 1024 * 1024
"""No file is made if it would leave less free space than this."""
STAMP = "%Y%m%dT%H%M%SZ"
_STEPS = 10_000
"""A check asks after so many of SQLite's steps, about a millisecond, whether to stop."""


def name_of(stem: str, at: datetime, suffix: str = "") -> str:
    """Return the file name of a backup; names sort by time."""
    return f"{stem}-{at.astimezone(UTC).strftime(STAMP)}{suffix}.db"


@contextmanager
def new_file_at(target: Path, size: int) -> Iterator[Path]:
    """Yield the path of a file to write, and give it its name if no error is raised.

    Raises `BackupError` if the target exists, or there is no room for `size` bytes.
    """
    make_private_folder(target.parent)
    require_new(target)
    require_room(size, target.parent)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        _publish(part, target)
    finally:
        part.unlink(missing_ok=True)


def copy(database: Path, target: Path) -> None:
    """Write a compact copy of the current state of a database, its write-ahead log included.

    The file is readable by its owner only, from its first byte on.
    """
    with suppress(FileExistsError):  # SQLite accepts an empty file as the target, and no other.
        make_private_file(target)
    with closing(opened(database)) as connection:
        version_of_ours(connection)
        connection.execute("vacuum into :target", {"target": str(target.absolute())})
    with suppress(PermissionError):  # Some file systems have no permissions.
        target.chmod(0o600)
    sync(target)


def copy_pages(database: Path, target: Path) -> None:
    """Write a copy of a database page by page: with a million orders (2 GB) it takes 7 s."""
    make_private_file(target)
    with closing(opened(database)) as source, closing(opened(target)) as connection:
        connection.execute("pragma synchronous = off")
        source.backup(connection)
        # The copy says that it has a write-ahead log, as its source does.
        connection.execute("pragma journal_mode = delete")
    sync(target)


def require_sound(
    backup: Path, at: datetime, is_cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Raise `BackupError` if a copy has damaged pages, broken foreign keys or a failed audit.

    Once `is_cancelled` returns True, the current statement and all further ones are interrupted,
    which raises `sqlite3.OperationalError`.
    """
    with closing(opened(backup)) as connection:
        connection.set_progress_handler(is_cancelled, _STEPS)
        # The rules of the audit need the newest tables.
        if _require_whole(connection) == newest_version(load_migrations()):
            for finding in SqlAudit(connection).findings_of_books(at, NO_LIMIT):
                raise BackupError(f"its audit failed: {finding.rule}: {finding.detail}")


def require_whole(copied: Path) -> int:
    """Return the version of a copy; raise `BackupError` for damaged pages or foreign keys.

    Its books may be wrong: an update may be what puts them right.
    """
    with closing(opened(copied)) as connection:
        return _require_whole(connection)


def _require_whole(connection: SqliteConnection) -> int:
    version = version_of_ours(connection)
    problems = [row[0] for row in connection.execute("pragma integrity_check")]
    if problems != ["ok"]:
        raise BackupError(f"damaged: {problems[0]}")
    if connection.execute("pragma foreign_key_check").fetchone() is not None:
        raise BackupError("damaged: it refers to rows that do not exist")
    return version


def version_of_ours(connection: SqliteConnection) -> int:
    """Return the version of a database; raises `BackupError` if this code cannot read it."""
    return readable(version_of(connection))


def readable(found: int) -> int:
    """Return the version that was found; raises `BackupError` if this code cannot read it."""
    wanted = newest_version(load_migrations())
    if found == 0:
        raise BackupError("it is not a database of Konter")
    if found > wanted:
        too_new = StoreVersionError(found, wanted)
        raise BackupError(str(too_new)) from too_new
    return found


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def opened(path: Path) -> SqliteConnection:
    """Connect to an existing database; a missing one raises `sqlite3.OperationalError`."""
    connection = open_file(path, mode="rw")
    configure(connection)
    return connection


def require_new(target: Path) -> None:
    if target.exists():
        raise BackupError(f"{target} exists already, and backups are never overwritten")


def _publish(part: Path, target: Path) -> None:
    """Give a finished copy its name by linking, which unlike renaming never replaces a file."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise BackupError(f"{target} exists already, and backups are never overwritten") from error
    except OSError:  # Some file systems have no hard links.
        part.rename(target)
    sync(target.parent)


def size_of(database: Path) -> int:
    """Return the size of a database and its write-ahead log, in bytes."""
    log_file = with_suffix(database, "-wal")
    return database.stat().st_size + (log_file.stat().st_size if log_file.exists() else 0)


def require_room(size: int, folder: Path) -> None:
    """Raise `BackupError` if a copy would leave less than `ROOM_LEFT_BYTES` of free space."""
    free = shutil.disk_usage(folder).free
    if free < size + ROOM_LEFT_BYTES:
        raise BackupError(f"{free} bytes are free in {folder}, {size + ROOM_LEFT_BYTES} are needed")


def with_suffix(database: Path, suffix: str) -> Path:
    """Return the path of a file that belongs to a database."""
    return database.with_name(f"{database.name}{suffix}")


@contextmanager
def backup_errors() -> Iterator[None]:
    """Raise `BackupError` in place of errors of SQLite and the file system."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BackupError(str(error)) from error
