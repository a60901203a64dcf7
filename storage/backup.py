"""Backups: complete, checked copies of the database, made while other processes use it.

A backup gets its name only when it is complete and on disk, and checked as well. Before a migration
the bot waits for it: that one is checked afterwards, and `UNCHECKED` is in its name until then.
Backups are never overwritten.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.errors import BackupError, StoreVersionError
from storage.audit import SqlAudit
from storage.database import SqliteConnection, configure, open_file
from storage.failures import code_of
from storage.permissions import make_private_file, make_private_folder, tighten
from storage.schema import load_migrations, version_of

ROOM_LEFT_BYTES = 16 * 1024 * 1024
"""No backup is made if it would leave less free space than this."""
PARTS_KEPT_FOR = timedelta(days=1)
"""Unfinished files that a crash left are deleted when they are older than this."""
UNCHECKED, DAMAGED = ".unchecked", ".damaged"
"""The end of the name, before ".db", of a copy that was not checked yet, or found damaged."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_STAMP = "%Y%m%dT%H%M%SZ"
_STEPS = 10_000
"""A check asks after so many of SQLite's steps, about a millisecond, whether to stop."""
_NO_LIMIT = timedelta(days=36_500)
"""The limit for `sending` orders: a copy may contain an order whose call was in progress."""


def name_of(database: Path, at: datetime, suffix: str = "") -> str:
    """Return the file name of a backup; names sort by time."""
    return f"{database.stem}-{at.astimezone(UTC).strftime(_STAMP)}{suffix}.db"


def backups_in(folder: Path, database: Path, suffix: str = "") -> list[Path]:
    """Return the backups in a folder that have a name of `name_of`, oldest first.

    `suffix` is a regular expression.
    """
    stem = re.escape(database.stem)
    name = re.compile(rf"{stem}-[0-9]{{8}}T[0-9]{{6}}Z{suffix}\.db", re.ASCII)
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name))


def made_at(backup: Path) -> datetime:
    """Return when a backup was made, according to its name."""
    stamp = backup.stem.rpartition("-")[2]
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


class FolderOfBackups:
    """Implements `Backups` for one database, with all backups in one folder."""

    def __init__(self, database: Path, folder: Path, keep: int) -> None:
        """Keep the newest `keep` backups, 1 or more."""
        self._database = database
        self._folder = folder
        self._keep = keep

    async def newest_at(self, now: datetime) -> datetime | None:
        found = await asyncio.to_thread(backups_in, self._folder, self._database)
        return max((at for at in map(made_at, found) if at <= now), default=None)

    async def make(self, at: datetime) -> str:
        target = self._folder / name_of(self._database, at)
        await asyncio.to_thread(self._make, target, at)
        return str(target)

    async def unchecked(self) -> list[str]:
        suffix = f".*{re.escape(UNCHECKED)}"
        found = await asyncio.to_thread(backups_in, self._folder, self._database, suffix)
        return list(map(str, found))

    async def check(self, place: str, at: datetime) -> None:
        is_cancelled = threading.Event()
        try:
            await _in_daemon_thread(lambda: check(Path(place), at, is_cancelled.is_set))
        except asyncio.CancelledError:
            is_cancelled.set()
            raise

    def _make(self, target: Path, at: datetime) -> None:
        tighten(self._folder)
        back_up(self._database, target, at)
        with backup_errors():
            # A backup with a later date was made while the clock was wrong, and counts as older.
            found = sorted(
                backups_in(self._folder, self._database), key=lambda path: made_at(path) <= at
            )
            for old in found[: -self._keep]:
                old.unlink(missing_ok=True)


def back_up(database: Path, target: Path, at: datetime) -> None:
    """Copy a database into a new file and check the copy; raises `BackupError`."""
    with _new_backup(database, target, at) as part:
        copy(database, part)
        require_sound(part, at)


def back_up_at_once(database: Path, target: Path, at: datetime) -> None:
    """Copy a database page by page into a new file; the caller checks it later with `check`.

    With a million orders (2 GB) it takes 7 s, where `back_up` takes a minute. Raises `BackupError`.
    """
    with _new_backup(database, target, at) as part:
        make_private_file(part)
        with closing(opened(database)) as source, closing(opened(part)) as connection:
            connection.execute("pragma synchronous = off")
            source.backup(connection)
            # The copy says that it has a write-ahead log, as its source does.
            connection.execute("pragma journal_mode = delete")
        sync(part)


def check(backup: Path, at: datetime, is_cancelled: Callable[[], bool] = lambda: False) -> None:
    """Check a copy with `UNCHECKED` in its name, and give it its name without.

    A damaged one is named so instead, and is not checked again. `is_cancelled` is asked often.
    Raises `BackupError`, also when the check was cancelled.
    """
    stem = backup.name.removesuffix(f"{UNCHECKED}.db")
    target, damaged = (backup.with_name(f"{stem}{suffix}.db") for suffix in ("", DAMAGED))
    with backup_errors():
        _require_new(target)
        try:
            require_sound(backup, at, is_cancelled)
        except (BackupError, sqlite3.DatabaseError) as error:
            if isinstance(error, BackupError) or code_of(error) in _DAMAGE:
                backup.replace(damaged)
            raise
        backup.rename(target)


async def _in_daemon_thread(function: Callable[[], None]) -> None:
    """Run a function, on a thread that does not keep the process from ending.

    SQLite before 3.42 can be interrupted in most of an integrity check, but not in the part that
    reads all pages: seconds in a large file.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def run() -> None:
        error: BaseException | None = None
        try:
            function()
        except BaseException as raised:  # noqa: BLE001 - it is raised by `ended`
            error = raised
        with suppress(RuntimeError):  # The loop is closed: nobody waits.
            loop.call_soon_threadsafe(end, error)

    def end(error: BaseException | None) -> None:
        if ended.done():  # Cancelled.
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    threading.Thread(target=run, name="check_backup", daemon=True).start()
    await ended


@contextmanager
def _new_backup(database: Path, target: Path, at: datetime) -> Iterator[Path]:
    """Yield the path of a file to write, and give it its name if no error is raised."""
    with backup_errors():
        make_private_folder(target.parent)
        _drop_old_parts(target.parent, at)
        _require_new(target)
        require_room(database, target.parent)
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


def require_sound(
    backup: Path, at: datetime, is_cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Raise `BackupError` if a copy has damaged pages, broken foreign keys or a failed audit.

    Once `is_cancelled` returns True, the current statement and all further ones are interrupted,
    which raises `sqlite3.OperationalError`.
    """
    with closing(opened(backup)) as connection:
        connection.set_progress_handler(is_cancelled, _STEPS)
        version = version_of_ours(connection)
        problems = [row[0] for row in connection.execute("pragma integrity_check")]
        if problems != ["ok"]:
            raise BackupError(f"damaged: {problems[0]}")
        if connection.execute("pragma foreign_key_check").fetchone() is not None:
            raise BackupError("damaged: it refers to rows that do not exist")
        # The rules of the audit need the newest tables.
        if version == len(load_migrations()):
            for finding in SqlAudit(connection).findings_of_books(at, _NO_LIMIT):
                raise BackupError(f"its audit failed: {finding.rule}: {finding.detail}")


def version_of_ours(connection: SqliteConnection) -> int:
    """Return the version of a database; raises `BackupError` if this code cannot read it."""
    found, wanted = version_of(connection), len(load_migrations())
    if found == 0:
        raise BackupError("it is not a database of Konter")
    if found > wanted:
        raise BackupError(str(StoreVersionError(found, wanted)))
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


def _require_new(target: Path) -> None:
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


def require_room(database: Path, folder: Path) -> None:
    """Raise `BackupError` if a copy would leave less than `ROOM_LEFT_BYTES` of free space."""
    log_file = database.with_name(f"{database.name}-wal")
    size = database.stat().st_size + (log_file.stat().st_size if log_file.exists() else 0)
    free = shutil.disk_usage(folder).free
    if free < size + ROOM_LEFT_BYTES:
        raise BackupError(f"{free} bytes are free in {folder}, {size + ROOM_LEFT_BYTES} are needed")


def _drop_old_parts(folder: Path, at: datetime) -> None:
    for part in folder.glob("*.part"):
        if at.timestamp() - part.stat().st_mtime > PARTS_KEPT_FOR.total_seconds():
            part.unlink(missing_ok=True)


@contextmanager
def backup_errors() -> Iterator[None]:
    """Raise `BackupError` in place of errors of SQLite and the file system."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BackupError(str(error)) from error
