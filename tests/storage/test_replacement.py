"""Replacing the database by a restored one, while the present one is kept aside."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import BackupError, StoreInUseError, StoreUnavailableError
from storage.backup import back_up
from storage.replacement import working_copy
from storage.sqlite_database import SqliteDatabase
from storage.store import SqlStore
from tests.storage.samples import NOW

ROOT = Path(__file__).parents[2]
ASIDE = "konter-replaced-by-K2-20260314T050000Z.db"


@pytest.fixture
async def backup(path: Path, tmp_path: Path) -> Path:
    """A backup of a shop that continued afterwards; a fact distinguishes the two."""
    store = await SqlStore.open(path)
    await store.write(lambda tx: tx.facts.put("shop", "yesterday's"))
    back_up(SqliteDatabase(path), tmp_path / "backup.db", NOW)
    await store.write(lambda tx: tx.facts.put("shop", "today's"))
    await store.close()
    return tmp_path / "backup.db"


def fact(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        (value,) = connection.execute("select value from facts where name = 'shop'").fetchone()
        return str(value)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def restored(backup: Path, path: Path, epoch: int = 1) -> Path | None:
    database = SqliteDatabase(path)
    with database.locked(), working_copy(backup, database.working_copy, NOW) as prepared:
        aside = database.put_in_place(prepared, f"replaced-by-K{epoch + 1}", NOW)
    return None if aside is None else Path(aside)


def touch(file: Path) -> Path:
    file.touch()
    return file


def test_the_present_database_is_kept_under_a_descriptive_name(backup: Path, path: Path) -> None:
    before = backup.read_bytes()
    aside = restored(backup, path)
    assert aside == path.with_name(ASIDE)
    assert (fact(path), fact(aside)) == ("yesterday's", "today's")
    assert backup.read_bytes() == before
    assert names(path.parent) == {path.name, f"{path.name}.lock", ASIDE}


def test_a_restore_works_without_a_present_database(backup: Path, path: Path) -> None:
    new = path.with_name("elsewhere") / "konter.db"
    assert restored(backup, new) is None
    assert fact(new) == "yesterday's"


def test_a_database_kept_aside_is_never_replaced(backup: Path, path: Path) -> None:
    restored(backup, path)
    with pytest.raises(BackupError):
        restored(backup, path)
    assert fact(path.with_name(ASIDE)) == "today's"
    assert fact(path) == "yesterday's"


async def test_no_bot_starts_during_a_restore(backup: Path, path: Path) -> None:
    with SqliteDatabase(path).locked(), pytest.raises(StoreInUseError):
        await SqlStore.open(path)


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    database = SqliteDatabase(touch(tmp_path / "file") / "k.db")
    with pytest.raises(StoreUnavailableError), database.locked():
        pass


@pytest.mark.parametrize("crash", ["write", "damage"])
def test_the_write_ahead_log_of_a_killed_bot_is_kept_with_its_database(
    backup: Path, path: Path, crash: str
) -> None:
    """The log must never be applied to the restored database."""
    script = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('pragma journal_mode = wal')\n"
        "c.execute(\"update facts set value = 'in the log' where name = 'shop'\")\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)  # noqa: S603 - the script above
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    if crash == "damage":
        damage(path)
    aside = restored(backup, path)
    assert aside is not None
    assert fact(path) == "yesterday's"
    assert not path.with_name(f"{path.name}-wal").exists()
    if crash == "damage":
        assert aside.with_name(f"{aside.name}-wal").stat().st_size > 0
    else:
        assert fact(aside) == "in the log"


def damage(file: Path) -> None:
    with file.open("r+b") as database:
        database.write(b"no database any more" * 10)


def test_the_restored_file_keeps_the_permissions_of_the_old_one(backup: Path, path: Path) -> None:
    """The user who restores may be another than the bot's."""
    path.chmod(0o640)
    restored(backup, path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_without_hard_links_the_present_database_is_copied_aside(
    backup: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    aside = restored(backup, path)
    assert aside is not None
    assert (fact(path), fact(aside)) == ("yesterday's", "today's")


@pytest.mark.parametrize("step", ["link", "unlink", "replace"])
def test_a_crash_during_the_replacement_loses_nothing(
    backup: Path, path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: object, **__: object) -> None:
        raise Crash

    owner: object = os if step == "link" else Path
    database = SqliteDatabase(path)
    with database.locked(), working_copy(backup, database.working_copy, NOW) as prepared:
        monkeypatch.setattr(owner, step, crash)
        with pytest.raises(Crash):
            database.put_in_place(prepared, "replaced-by-K2", NOW)
        monkeypatch.undo()
    assert fact(path) == "today's"


# --- unsound backups ---


def garble(file: Path) -> None:
    file.write_bytes(b"Dear diary, " * 1_000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("insert into schema_migrations values (9999, '9999_future')")
        connection.commit()


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [garble, empty, newer, torn, damage])
def test_an_unsound_backup_is_refused_and_changes_nothing(
    backup: Path, path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(backup)
    with pytest.raises(BackupError):
        restored(backup, path)
    assert fact(path) == "today's"
    assert names(path.parent) == {path.name, f"{path.name}.lock"}


# --- epochs ---


async def test_the_next_epoch_is_above_all_known_ones(backup: Path, path: Path) -> None:
    assert SqliteDatabase(path).next_epoch(0) == 1
    assert SqliteDatabase(path).next_epoch(4) == 5
    touch(path.with_name("konter-replaced-by-K4-20260101T000000Z.db"))
    assert SqliteDatabase(path).next_epoch(0) == 4
    store = await SqlStore.open(path)
    await store.write(lambda tx: tx.restoration.begin_epoch(7))
    await store.close()
    assert SqliteDatabase(path).next_epoch(0) == 8


def test_beside_an_unreadable_database_files_kept_aside_tell_the_epoch(
    backup: Path, path: Path
) -> None:
    restored(backup, path)
    damage(path)
    assert SqliteDatabase(path).next_epoch(0) == 2
    path.unlink()
    assert SqliteDatabase(path).next_epoch(0) == 2
