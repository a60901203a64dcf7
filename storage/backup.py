"""Backups: complete, checked copies of the database, made while other processes use it.

A backup gets its name only when it is complete and on disk, and checked as well. Before a migration
the bot waits for it: that one is checked afterwards, and `UNCHECKED` is in its name until then.
Backups are never overwritten.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.errors import BackupError
from bot.ports.backups import KeptBackup
from storage.failures import code_of
from storage.permissions import make_private_folder, tighten
from storage.shop_database import ShopDatabase
from storage.sqlite_files import (
    STAMP,
    backup_errors,
    name_of,
    new_file_at,
    require_new,
    require_sound,
    require_whole,
)

PARTS_KEPT_FOR = timedelta(days=1)
"""Unfinished files that a crash left are deleted when they are older than this."""
UNCHECKED, DAMAGED = ".unchecked", ".damaged"
"""The end of the name, before ".db", of a copy that was not checked yet, or found damaged."""
BEFORE_UPDATE = "-before-update"
"""In the name of a copy that was made before an update."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def backups_in(folder: Path, stem: str, suffix: str = "") -> list[Path]:
    """Return the backups in a folder that have a name of `name_of`, oldest first.

    `suffix` is a regular expression.
    """
    name = re.compile(rf"{re.escape(stem)}-([0-9]{{8}}T[0-9]{{6}}Z){suffix}\.db", re.ASCII)
    if not folder.is_dir():
        return []
    matches = ((path, name.fullmatch(path.name)) for path in folder.iterdir())
    return sorted(path for path, found in matches if found is not None and _is_stamp(found[1]))


def _is_stamp(text: str) -> bool:
    """Return whether the digits are a date: somebody's own file may look like a backup."""
    try:
        datetime.strptime(text, STAMP)  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True


def made_at(backup: Path) -> datetime:
    """Return when a backup was made, according to its name."""
    stamp = backup.stem.rpartition("-")[2]
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


def newest_in(folder: Path, stem: str, now: datetime) -> Path | None:
    """Return the newest backup that is not dated later than `now`; None if there is none."""
    found = [path for path in backups_in(folder, stem) if made_at(path) <= now]
    return max(found, key=made_at, default=None)


class FolderOfBackups:
    """Implements `Backups` for one database, with all backups in one folder."""

    def __init__(self, database: ShopDatabase, folder: Path, keep: int) -> None:
        """Keep the newest `keep` backups, 1 or more."""
        self._database = database
        self._folder = folder
        self._keep = keep

    async def newest(self, now: datetime) -> KeptBackup | None:
        path = await asyncio.to_thread(newest_in, self._folder, self._database.stem, now)
        return None if path is None else KeptBackup(str(path), made_at(path))

    async def make(self, at: datetime) -> str:
        target = self._folder / name_of(self._database.stem, at)
        await asyncio.to_thread(self._make, target, at)
        return str(target)

    async def unchecked(self) -> list[str]:
        suffix = f".*{re.escape(UNCHECKED)}"
        found = await asyncio.to_thread(backups_in, self._folder, self._database.stem, suffix)
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
                backups_in(self._folder, self._database.stem), key=lambda path: made_at(path) <= at
            )
            for old in found[: -self._keep]:
                old.unlink(missing_ok=True)


def back_up(database: ShopDatabase, target: Path, at: datetime) -> None:
    """Copy a database into a new file and check the copy; raises `BackupError`."""
    with _new_backup(database, target, at) as part:
        database.copy_into(part)
        require_sound(part, at)


def copy_whole(database: ShopDatabase, target: Path, at: datetime) -> int:
    """Copy a database quickly into a new file, and return its version; its books may be wrong.

    Raises `BackupError`.
    """
    with _new_backup(database, target, at) as part:
        database.copy_at_once(part)
        return require_whole(part)


def back_up_at_once(database: ShopDatabase, target: Path, at: datetime) -> None:
    """Copy a database into a new file; the caller checks it later with `check`.

    A file with a million orders takes 7 s, where `back_up` takes a minute. Raises `BackupError`.
    """
    with _new_backup(database, target, at) as part:
        database.copy_at_once(part)


def check(backup: Path, at: datetime, is_cancelled: Callable[[], bool] = lambda: False) -> None:
    """Check a copy with `UNCHECKED` in its name, and give it its name without.

    A damaged one is named so instead, and is not checked again. `is_cancelled` is asked often.
    Raises `BackupError`, also when the check was cancelled.
    """
    stem = backup.name.removesuffix(f"{UNCHECKED}.db")
    target, damaged = (backup.with_name(f"{stem}{suffix}.db") for suffix in ("", DAMAGED))
    with backup_errors():
        require_new(target)
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
def _new_backup(database: ShopDatabase, target: Path, at: datetime) -> Iterator[Path]:
    with backup_errors():
        make_private_folder(target.parent)
        _drop_old_parts(target.parent, at)
        with new_file_at(target, database.size()) as part:
            yield part


def _drop_old_parts(folder: Path, at: datetime) -> None:
    for part in folder.glob("*.part"):
        # It may be another process' that ends, or what somebody else put there.
        with suppress(OSError):
            if at.timestamp() - part.lstat().st_mtime > PARTS_KEPT_FOR.total_seconds():
                part.unlink()
