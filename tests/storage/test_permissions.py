"""Nobody but the owner reads the database, its copies, or what lies beside them, at any moment."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import StoreUnavailableError
from storage import backup, replacement
from storage.backup import FolderOfBackups, back_up, copy, opened
from storage.permissions import make_private_folder, tighten
from storage.replacement import put_in_place, seal, standing_still, workbench
from storage.store import SqlStore
from tests.storage.samples import NOW, furnish


@pytest.fixture(autouse=True)
def _careless_umask() -> Iterator[None]:
    """Everybody may read and write what is made without a thought."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
async def shop(path: Path) -> Path:
    """A database with people in it."""
    store = await SqlStore.open(path)
    await store.write(furnish)
    await store.close()
    return path


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def let_everybody_read(path: Path) -> None:
    path.chmod(0o644)


class Watcher:
    """Looks at every file of a folder whenever SQLite has done a little of its work."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.seen: dict[str, set[int]] = {}

    def look(self) -> None:
        """Note the rights of what is there."""
        for file in (file for folder in self.folders for file in folder.rglob("*")):
            if file.is_file():
                self.seen.setdefault(file.suffix, set()).add(mode_of(file))

    def open(self, path: Path) -> sqlite3.Connection:
        """Connect, and look before, and at every tenth step of the engine."""
        connection = opened(path)
        connection.set_progress_handler(self.look, 10)
        self.look()
        return connection


@pytest.fixture
def watcher(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """Looks during every connection that backups and restores make."""
    watcher = Watcher(tmp_path)
    monkeypatch.setattr(backup, "opened", watcher.open)
    monkeypatch.setattr(replacement, "opened", watcher.open)
    return watcher


def test_a_backup_is_its_owners_from_the_first_byte(shop: Path, watcher: Watcher) -> None:
    """While it is written and read again, with its journal and its log."""
    folder = shop.parent / "backups"
    back_up(shop, folder / "mine.db", NOW)
    assert watcher.seen[".part"] == {0o600}
    assert set().union(*watcher.seen.values()) == {0o600}
    assert mode_of(folder) == 0o700
    assert mode_of(folder / "mine.db") == 0o600


def test_what_a_copy_is_written_with_is_its_owners(
    shop: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the copy is kept from being tightened afterwards, as on some file systems."""

    def refuse(self: Path, _mode: int) -> None:
        raise PermissionError(errno.EPERM, "not here")

    monkeypatch.setattr(Path, "chmod", refuse)
    copy(shop, path.with_name("copy.part"))
    assert mode_of(path.with_name("copy.part")) == 0o600


def test_a_restore_writes_nothing_that_others_may_read(
    shop: Path, tmp_path: Path, watcher: Watcher
) -> None:
    """Neither on the workbench nor in the place of the database."""
    back_up(shop, tmp_path / "backup.db", NOW)
    with standing_still(shop), workbench(tmp_path / "backup.db", shop, NOW) as bench:
        seal(bench, NOW)
        aside = put_in_place(bench, shop, 1, NOW)
        watcher.look()
    assert aside is not None
    assert set().union(*watcher.seen.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o604])
@pytest.mark.parametrize("linking", [True, False])
def test_a_restore_closes_what_everybody_could_read(
    shop: Path, tmp_path: Path, mode: int, monkeypatch: pytest.MonkeyPatch, linking: bool
) -> None:
    """The restored database and the one kept aside, on disks that know links and that do not."""
    back_up(shop, tmp_path / "backup.db", NOW)
    shop.chmod(mode)

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    if not linking:
        monkeypatch.setattr(os, "link", refuse)
    with standing_still(shop), workbench(tmp_path / "backup.db", shop, NOW) as bench:
        aside = put_in_place(bench, shop, 1, NOW)
    assert aside is not None
    assert (mode_of(shop), mode_of(aside)) == (0o600, 0o600)


async def test_a_new_database_is_its_owners(path: Path) -> None:
    """With its folder, its log and its lock."""
    store = await SqlStore.open(path)
    await store.write(furnish)
    modes = [mode_of(file) for file in path.parent.iterdir()]
    await store.close()
    assert modes == [0o600] * 4
    assert mode_of(path.parent) == 0o700


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o666, 0o604, 0o777])
async def test_a_database_that_others_may_read_is_tightened(shop: Path, mode: int) -> None:
    """At the start, with its log and a warning; the owner keeps what they may."""
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
    told = {entry["path"] for entry in logs if entry["log_level"] == "warning"}
    assert told == {str(shop), str(log_file)}


async def test_a_database_of_its_owners_is_no_reason_to_warn(shop: Path) -> None:
    """An ordinary start is silent."""
    with capture_logs() as logs:
        await (await SqlStore.open(shop)).close()
    assert logs == []


async def test_a_file_that_cannot_be_tightened_is_told(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's, or one on a memory stick: the shop opens all the same."""
    let_everybody_read(shop)

    def refuse(self: Path, _mode: int) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(Path, "chmod", refuse)
    with capture_logs() as logs:
        await (await SqlStore.open(shop)).close()
    assert [entry["event"] for entry in logs] == ["permissions_not_restricted"]


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o777, 0o644])
async def test_the_folder_of_the_backups_is_tightened(shop: Path, mode: int) -> None:
    """What an older Konter made is closed with the next backup, and told."""
    folder = shop.parent / "backups"
    folder.mkdir(mode=mode)
    with capture_logs() as logs:
        await FolderOfBackups(shop, folder, 14).make(NOW)
    assert mode_of(folder) == 0o700
    assert [entry["path"] for entry in logs] == [str(folder)]


def test_a_folder_that_somebody_chose_stays_as_it_is(shop: Path, tmp_path: Path) -> None:
    """A memory stick, or their home: only the copy in it is closed."""
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o755)
    back_up(shop, stick / "mine.db", NOW)
    assert (mode_of(stick), mode_of(stick / "mine.db")) == (0o755, 0o600)


def test_every_folder_that_is_made_is_its_owners(tmp_path: Path) -> None:
    """Those on the way too."""
    make_private_folder(tmp_path / "a" / "b")
    assert [mode_of(tmp_path / name) for name in ("a", "a/b")] == [0o700, 0o700]


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, Path.touch])
def test_what_is_closed_or_not_there_is_let_be(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    """Without a word."""
    place = tmp_path / "place"
    make(place)
    if place.exists():
        place.chmod(0o700)
    with capture_logs() as logs:
        tighten(place)
    assert logs == []


async def test_a_folder_that_stands_for_a_database_keeps_its_rights(tmp_path: Path) -> None:
    """It may be anybody's: a shared one would be closed to its users."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(folder)
    assert mode_of(folder) == 0o777
