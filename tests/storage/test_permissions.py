"""Only the owner may read the database, its copies and the files beside them, at any time."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import StoreUnavailableError
from storage import replacement, sqlite_database, sqlite_files
from storage.backup import FolderOfBackups, back_up
from storage.database import SqliteConnection
from storage.permissions import make_private_folder, tighten
from storage.replacement import flush_and_check, working_copy
from storage.sqlite_database import SqliteDatabase
from storage.sqlite_files import copy, opened
from storage.store import SqlStore
from tests.storage.samples import NOW, add_sample_data


@pytest.fixture(autouse=True)
def _careless_umask() -> Iterator[None]:
    """Let everybody read and write new files, unless the code restricts them."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
async def shop(path: Path) -> Path:
    """A database with customers."""
    store = await SqlStore.open(path)
    await store.write(add_sample_data)
    await store.close()
    return path


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


class Watcher:
    """Records the permissions of every file in some folders while SQLite works."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.seen: dict[str, set[int]] = {}

    def look(self) -> None:
        """Record the permissions of the files that exist now."""
        for file in (file for folder in self.folders for file in folder.rglob("*")):
            if file.is_file():
                self.seen.setdefault(file.suffix, set()).add(mode_of(file))

    def open(self, path: Path) -> SqliteConnection:
        """Connect; record the permissions now and at every tenth instruction of SQLite."""
        connection = opened(path)
        connection.set_progress_handler(self.look, 10)
        self.look()
        return connection


@pytest.fixture
def watcher(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """A watcher of every connection that backups and restores make."""
    watcher = Watcher(tmp_path)
    for module in (replacement, sqlite_database, sqlite_files):
        monkeypatch.setattr(module, "opened", watcher.open)
    return watcher


def test_a_backup_is_private_from_the_first_byte(shop: Path, watcher: Watcher) -> None:
    folder = shop.parent / "backups"
    back_up(SqliteDatabase(shop), folder / "mine.db", NOW)
    assert watcher.seen[".part"] == {0o600}
    assert set().union(*watcher.seen.values()) == {0o600}
    assert mode_of(folder) == 0o700
    assert mode_of(folder / "mine.db") == 0o600


def test_a_copy_is_private_without_a_later_chmod(
    shop: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems refuse chmod."""

    def refuse(self: Path, _mode: int) -> None:
        raise PermissionError(errno.EPERM, "not here")

    monkeypatch.setattr(Path, "chmod", refuse)
    copy(shop, path.with_name("copy.part"))
    assert mode_of(path.with_name("copy.part")) == 0o600


def test_a_restore_writes_nothing_that_others_may_read(
    shop: Path, tmp_path: Path, watcher: Watcher
) -> None:
    back_up(SqliteDatabase(shop), tmp_path / "backup.db", NOW)
    database = SqliteDatabase(shop)
    with (
        database.locked(),
        working_copy(tmp_path / "backup.db", database.working_copy, NOW) as prepared,
    ):
        flush_and_check(prepared, NOW)
        aside = database.put_in_place(prepared, "replaced-by-K2", NOW)
        watcher.look()
    assert aside is not None
    assert set().union(*watcher.seen.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o644, 0o604])
@pytest.mark.parametrize("linking", [True, False])
def test_a_restore_makes_both_databases_private(
    shop: Path, tmp_path: Path, mode: int, monkeypatch: pytest.MonkeyPatch, linking: bool
) -> None:
    back_up(SqliteDatabase(shop), tmp_path / "backup.db", NOW)
    shop.chmod(mode)

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    if not linking:
        monkeypatch.setattr(os, "link", refuse)
    database = SqliteDatabase(shop)
    with (
        database.locked(),
        working_copy(tmp_path / "backup.db", database.working_copy, NOW) as prepared,
    ):
        aside = database.put_in_place(prepared, "replaced-by-K2", NOW)
    assert aside is not None
    assert (mode_of(shop), mode_of(Path(aside))) == (0o600, 0o600)


async def test_a_new_database_and_its_files_are_private(path: Path) -> None:
    store = await SqlStore.open(path)
    await store.write(add_sample_data)
    modes = [mode_of(file) for file in path.parent.iterdir()]
    await store.close()
    assert modes == [0o600] * 4
    assert mode_of(path.parent) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o777])
async def test_a_database_that_others_may_read_is_made_private_with_a_warning(
    shop: Path, mode: int
) -> None:
    log_file = shop.with_name(f"{shop.name}-wal")
    log_file.touch()
    for file in (shop, log_file):
        file.chmod(mode)
    with capture_logs() as logs:
        store = await SqlStore.open(shop)
    modes = {mode_of(file) & 0o077 for file in shop.parent.iterdir()}
    await store.close()
    assert modes == {0}
    assert mode_of(shop) == 0o600
    warned = {entry["path"] for entry in logs if entry["log_level"] == "warning"}
    assert warned == {str(shop), str(log_file)}


async def test_a_file_that_cannot_be_made_private_is_a_warning(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(shop.chmod, 0o644)

    def refuse(self: Path, _mode: int) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(Path, "chmod", refuse)
    with capture_logs() as logs:
        await (await SqlStore.open(shop)).close()
    assert [entry["event"] for entry in logs] == ["permissions_not_restricted"]


@pytest.mark.parametrize("mode", [0o750, 0o777])
async def test_the_backup_folder_is_made_private_with_a_warning(shop: Path, mode: int) -> None:
    folder = shop.parent / "backups"
    folder.mkdir(mode=mode)
    with capture_logs() as logs:
        await FolderOfBackups(SqliteDatabase(shop), folder, 14).make(NOW)
    assert mode_of(folder) == 0o700
    assert [entry["path"] for entry in logs] == [str(folder)]


def test_a_folder_chosen_by_the_user_keeps_its_permissions(shop: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o755)
    back_up(SqliteDatabase(shop), stick / "mine.db", NOW)
    assert (mode_of(stick), mode_of(stick / "mine.db")) == (0o755, 0o600)


def test_every_created_folder_is_private(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    assert [mode_of(tmp_path / name) for name in ("a", "a/b")] == [0o700, 0o700]


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, Path.touch])
def test_a_private_or_missing_path_is_left_unchanged(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    place = tmp_path / "place"
    make(place)
    if place.exists():
        place.chmod(0o700)
    with capture_logs() as logs:
        tighten(place)
    assert logs == []


async def test_a_folder_given_as_the_database_keeps_its_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(folder)
    assert mode_of(folder) == 0o777
