"""Backups are complete, verified and named by time, and never overwrite one another."""

import asyncio
import errno
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import BackupError
from bot.domain.order import OrderState
from bot.ports.store import Transaction
from storage import backup, sqlite_files
from storage.backup import (
    UNCHECKED,
    FolderOfBackups,
    back_up,
    back_up_at_once,
    backups_in,
    check,
    made_at,
)
from storage.schema import load_migrations
from storage.sqlite_database import SqliteDatabase
from storage.sqlite_files import copy, name_of, opened, require_sound
from storage.store import SqlStore
from tests.samples import ACCOUNT, NUMBER
from tests.storage.samples import (
    ANNI,
    NOW,
    OTHER,
    add_sample_data,
    buy,
    create_previous_version,
    end,
    row,
)

DAY = timedelta(days=1)


@pytest.fixture
async def open_shop(store: SqlStore) -> SqlStore:
    """An open store with customers and an order, as of a running bot."""
    await store.write(add_sample_data)
    await store.write(lambda tx: buy(tx, destination=NUMBER))
    return store


@pytest.fixture
def folder(path: Path) -> Path:
    """The folder of the daily backups."""
    folder = path.parent / "backups"
    folder.mkdir(parents=True)
    return folder


def touch(file: Path, text: str = "") -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def content(file: Path) -> bytes:
    return file.read_bytes()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_a_backup_beside_a_running_bot_holds_all_committed_data(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    place = await FolderOfBackups(SqliteDatabase(path), folder, 14).make(NOW)
    await open_shop.write(lambda tx: tx.facts.put("later", "yes"))
    copied = await SqlStore.open(place)
    orders = await copied.read(lambda tx: tx.orders.open_of(ANNI))
    assert [order.state for order in orders] == [OrderState.QUEUED]
    assert await copied.read(lambda tx: tx.facts.get("later")) is None
    await copied.close()


async def test_a_backup_during_writes_is_consistent(
    store: SqlStore, path: Path, folder: Path
) -> None:
    await store.write(add_sample_data)
    backups = FolderOfBackups(SqliteDatabase(path), folder, 14)

    def sell(tx: Transaction, number: int) -> None:
        end(tx, buy(tx, destination=f"0812{number:08}"), OrderState.FAILED)

    sold = 0
    for day in range(3):
        making = asyncio.create_task(backups.make(NOW + day * DAY))
        while not making.done():
            await store.write(sell, sold)
            sold += 1
        require_sound(Path(await making), NOW)
    assert sold > 3


def test_names_sort_by_time_whatever_the_time_zone() -> None:
    stem = "konter"
    later = [NOW, NOW + timedelta(seconds=1), NOW + timedelta(hours=20), NOW + 400 * DAY]
    wib = [at.astimezone().replace(microsecond=0) for at in later]
    assert [name_of(stem, at) for at in wib] == sorted(name_of(stem, at) for at in later)
    assert [made_at(Path(name_of(stem, at))) for at in later] == wib


async def test_before_the_first_backup_there_is_no_newest_one(path: Path, folder: Path) -> None:
    for place in (folder, folder / "not there"):
        assert await FolderOfBackups(SqliteDatabase(path), place, 14).newest(NOW) is None


async def test_the_oldest_daily_backups_are_deleted_and_other_files_stay(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    backups = FolderOfBackups(SqliteDatabase(path), folder, 2)
    others = {"konter-20250101T000000Z-before-v6.db", "other-20250101T000000Z.db", "notes.txt"}
    others.add(f"{path.stem}-20261399T000000Z.db")  # No such date.
    for name in others:
        touch(folder / name)
    made = [Path(await backups.make(NOW + number * DAY)).name for number in range(4)]
    assert set(names(folder)) == {*made[2:], *others}
    newest = await backups.newest(NOW + 4 * DAY)
    assert newest is not None
    assert newest.made_at == (NOW + 3 * DAY).replace(microsecond=0)


async def test_a_backup_dated_in_the_future_prevents_no_new_one(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    backups = FolderOfBackups(SqliteDatabase(path), folder, 1)
    ahead = touch(folder / name_of(path.stem, NOW + 400 * DAY))
    assert await backups.newest(NOW) is None
    made = Path(await backups.make(NOW))
    assert names(folder) == [made.name] != [ahead.name]
    newest = await backups.newest(NOW + DAY)
    assert newest is not None
    assert newest.made_at == NOW.replace(microsecond=0)


async def test_rows_that_the_supplier_rewrote_prevent_no_backup(
    store: SqlStore, path: Path, folder: Path
) -> None:
    """The audit reports them; the copy is as sound as the database."""
    await store.write(add_sample_data)

    def rewrite(tx: Transaction) -> None:
        tx.orders.save(replace(end(tx, buy(tx), OrderState.SUCCEEDED), ref_id="r1"))
        tx.supplier_rows.record(ACCOUNT, [row("r1", destination=OTHER)], NOW)

    await store.write(rewrite)
    found = await store.read(lambda tx: tx.audit.findings(NOW, DAY))
    assert [finding.rule for finding in found] == ["delivered goods are the ones that were ordered"]
    back_up(SqliteDatabase(path), folder / "mine.db", NOW)


def test_a_file_system_without_hard_links_takes_backups(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For example a memory stick; backups are not overwritten there either."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    back_up(SqliteDatabase(path), folder / "mine.db", NOW)
    require_sound(folder / "mine.db", NOW)
    assert names(folder) == ["mine.db"]
    with pytest.raises(BackupError, match="backups are never overwritten"):
        back_up(SqliteDatabase(path), folder / "mine.db", NOW)


async def test_a_backup_is_never_overwritten(open_shop: SqlStore, path: Path, folder: Path) -> None:
    backups = FolderOfBackups(SqliteDatabase(path), folder, 14)
    place = Path(await backups.make(NOW))
    before = content(place)
    await open_shop.write(lambda tx: tx.facts.put("later", "yes"))
    with pytest.raises(BackupError, match="exists already"):
        await backups.make(NOW)
    with pytest.raises(BackupError, match="exists already"):
        back_up(SqliteDatabase(path), place, NOW)
    assert content(place) == before
    assert names(folder) == [place.name]


async def test_of_two_concurrent_backups_to_one_name_the_second_fails(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder / "one.db"

    def too_late(part: Path, at: datetime) -> None:
        touch(target, "the winner's")

    monkeypatch.setattr(backup, "require_sound", too_late)
    with pytest.raises(BackupError, match="exists already"):
        back_up(SqliteDatabase(path), target, NOW)
    assert (names(folder), text_of(target)) == ([target.name], "the winner's")


# --- failures ---


def damage_pages(file: Path) -> None:
    """Overwrite the middle half of a database; fewer pages might all be free ones."""
    size = file.stat().st_size
    with file.open("r+b") as database:
        database.seek(size // 4)
        database.write(b"\xff" * (size // 2))


def break_books(file: Path) -> None:
    """Change a balance without a transfer, which a trigger prevents."""
    alter(
        file, "drop trigger accounts_move_by_transfers", "update accounts set posted = posted + 7"
    )


def break_references(file: Path) -> None:
    """Point a category to a parent that does not exist."""
    alter(file, "pragma foreign_keys = off", "update categories set parent_id = 99")


def replace_by_foreign_database(file: Path) -> None:
    """Replace the file by a database of another program."""
    file.unlink()
    alter(file, "create table diary (day text)")


def mark_as_newer(file: Path) -> None:
    """Mark the database as migrated by a newer version."""
    alter(file, "insert into schema_migrations values (9999, '9999_future')")


def alter(file: Path, *commands: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    for command in commands:
        connection.execute(command)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (damage_pages, "damaged|malformed"),
        (break_books, "audit failed: transfers sum to zero"),
        (break_references, "refers to rows that do not exist"),
        (replace_by_foreign_database, "not a database of Konter"),
        (mark_as_newer, "update Konter"),
    ],
)
async def test_a_copy_that_fails_verification_is_discarded(
    open_shop: SqlStore, path: Path, folder: Path, spoil: Callable[[Path], None], error: str
) -> None:
    good = FolderOfBackups(SqliteDatabase(path), folder, 1)
    kept = Path(await good.make(NOW)).name
    await open_shop.close()
    spoil(path)
    with pytest.raises(BackupError, match=error):
        await good.make(NOW + DAY)
    assert names(folder) == [kept]


async def test_a_damaged_copy_fails_verification(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    whole = folder / "whole.db"
    back_up(SqliteDatabase(path), whole, NOW)
    damage_pages(whole)
    with pytest.raises((BackupError, sqlite3.DatabaseError)):
        require_sound(whole, NOW)


async def test_an_order_in_state_sending_is_no_fault_of_a_copy(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    await open_shop.write(
        lambda tx: buy(tx, state=OrderState.SENDING, sent_at=NOW, send_number=1, destination="0813")
    )
    place = await FolderOfBackups(SqliteDatabase(path), folder, 14).make(NOW)
    require_sound(Path(place), NOW + 300 * DAY)


async def test_a_backup_is_refused_when_the_disk_is_nearly_full(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10_000_000, 10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(BackupError, match="bytes are free"):
        await FolderOfBackups(SqliteDatabase(path), folder, 14).make(NOW)
    assert names(folder) == []


async def test_a_folder_that_cannot_be_created_is_a_backup_error(
    open_shop: SqlStore, path: Path
) -> None:
    with pytest.raises(BackupError):
        await FolderOfBackups(SqliteDatabase(path), touch(path.parent / "file"), 14).make(NOW)


async def test_partial_files_are_deleted_after_a_day(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """A younger one may belong to a backup in progress."""
    old = touch(folder / "konter-x.db.1.part")
    fresh = touch(folder / "konter-y.db.2.part")
    now = datetime.now(UTC)
    strange, lost = folder / "strange.part", folder / "lost.part"
    strange.mkdir()
    lost.symlink_to(folder / "not there")
    two_days_ago = (now - 2 * DAY).timestamp()
    for one in (old, strange, lost):
        os.utime(one, (two_days_ago, two_days_ago), follow_symlinks=False)
    place = Path(await FolderOfBackups(SqliteDatabase(path), folder, 14).make(now))
    assert names(folder) == sorted([place.name, fresh.name, strange.name])


# --- before a migration ---


async def test_the_hook_runs_once_and_only_before_an_older_database_is_migrated(
    store: SqlStore, path: Path
) -> None:
    await store.close()
    create_previous_version(path.with_name("old.db"))
    versions: list[int] = []
    for name in (path.name, "new.db", "old.db", "old.db"):
        again = await SqlStore.open(path.with_name(name), before_migrating=versions.append)
        await again.close()
    assert versions == [len(load_migrations()) - 1]


@pytest.fixture
def unchecked(open_shop: SqlStore, path: Path, folder: Path) -> Path:
    """A copy of the shop that was not checked."""
    target = folder / name_of(path.stem, NOW, f"-before-v9{UNCHECKED}")
    back_up_at_once(SqliteDatabase(path), target, NOW)
    return target


def inode(path: Path) -> int:
    return path.stat().st_ino


CHECKED = "konter-20260314T050000Z-before-v9.db"


def test_a_copy_before_a_migration_is_complete_and_private(unchecked: Path, path: Path) -> None:
    assert names(unchecked.parent) == ["konter-20260314T050000Z-before-v9.unchecked.db"]
    assert stat.S_IMODE(unchecked.stat().st_mode) == 0o600
    with closing(sqlite3.connect(unchecked)) as connection:
        assert connection.execute("select count(*) from orders").fetchone() == (1,)
        assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
    with pytest.raises(BackupError, match="never overwritten"):
        back_up_at_once(SqliteDatabase(path), unchecked, NOW)


async def test_the_copy_is_checked_later_and_gets_its_name(
    unchecked: Path, path: Path, folder: Path
) -> None:
    back_up(SqliteDatabase(path), folder / "mine.db", NOW)
    backups = FolderOfBackups(SqliteDatabase(path), folder, 14)
    assert await backups.unchecked() == [str(unchecked)]
    await backups.check(str(unchecked), NOW)
    assert names(folder) == [CHECKED, "mine.db"]
    assert await backups.unchecked() == []


def spoil_a_count(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("update order_counts set orders = 7 where state = 'failed'")
        connection.commit()


def overwrite(copy: Path) -> None:
    copy.write_bytes(b"no database" * 1_000)


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (spoil_a_count, "orders are counted by state"),
        (damage_pages, "damaged|malformed"),
        (overwrite, "not a database"),
    ],
)
async def test_a_damaged_copy_is_named_so_and_not_checked_again(
    unchecked: Path, path: Path, damage: Callable[[Path], object], cause: str
) -> None:
    damage(unchecked)
    backups = FolderOfBackups(SqliteDatabase(path), unchecked.parent, 14)
    with pytest.raises(BackupError, match=cause):
        await backups.check(str(unchecked), NOW)
    assert names(unchecked.parent) == ["konter-20260314T050000Z-before-v9.damaged.db"]
    assert await backups.unchecked() == []


async def test_a_copy_that_cannot_be_read_now_stays_unchecked(unchecked: Path, path: Path) -> None:
    with closing(sqlite3.connect(unchecked)) as connection:
        connection.execute("begin exclusive")
        with pytest.raises(BackupError, match="locked"):
            await FolderOfBackups(SqliteDatabase(path), unchecked.parent, 14).check(
                str(unchecked), NOW
            )
    assert names(unchecked.parent) == [unchecked.name]


async def test_a_checked_copy_replaces_no_other(unchecked: Path, path: Path) -> None:
    """Two copies may be made in one second, or the clock be set back."""
    backups = FolderOfBackups(SqliteDatabase(path), unchecked.parent, 14)
    await backups.check(str(unchecked), NOW)
    before = inode(unchecked.with_name(CHECKED))
    back_up_at_once(SqliteDatabase(path), unchecked, NOW)
    with pytest.raises(BackupError, match="never overwritten"):
        await backups.check(str(unchecked), NOW)
    assert inode(unchecked.with_name(CHECKED)) == before
    assert names(unchecked.parent) == [CHECKED, unchecked.name]


@pytest.mark.parametrize("name", ["konter[1].db", "konter-b.db"])
async def test_the_unchecked_copies_of_a_database_are_its_own(
    unchecked: Path, path: Path, name: str
) -> None:
    other = path.with_name(name)
    shutil.copy(path, other)
    copy_of_other = unchecked.with_name(name_of(other.stem, NOW, f"-before-v9{UNCHECKED}"))
    back_up_at_once(SqliteDatabase(other), copy_of_other, NOW)
    for database, copies in ((path, [str(unchecked)]), (other, [str(copy_of_other)])):
        assert (
            await FolderOfBackups(SqliteDatabase(database), unchecked.parent, 14).unchecked()
            == copies
        )


async def test_without_a_folder_nothing_is_unchecked(path: Path) -> None:
    assert await FolderOfBackups(SqliteDatabase(path), path.parent / "none", 14).unchecked() == []


def test_a_check_stops_in_the_middle_of_a_statement(
    unchecked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "_STEPS", 100)
    asked = iter([False, False, True])
    with pytest.raises(BackupError, match="interrupted"):
        check(unchecked, NOW, lambda: next(asked))
    assert list(asked) == []
    assert unchecked.exists()
    check(unchecked, NOW)
    assert names(unchecked.parent) == [CHECKED]


async def test_a_cancelled_check_stops_and_leaves_the_copy_unchecked(
    unchecked: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite runs a statement that would never end."""
    began, interrupted = threading.Event(), threading.Event()

    def endless(copy: Path, at: datetime, is_cancelled: Callable[[], bool]) -> None:
        with closing(opened(copy)) as connection:
            connection.set_progress_handler(is_cancelled, 1_000)
            connection.create_function("began", 0, began.set)
            try:
                connection.execute(
                    "with recursive n (i) as (select began() union all select 1 from n)"
                    " select count(*) from n"
                ).fetchone()
            except sqlite3.OperationalError:
                interrupted.set()
                raise

    backups = FolderOfBackups(SqliteDatabase(path), unchecked.parent, 14)
    monkeypatch.setattr(backup, "require_sound", endless)
    task = asyncio.create_task(backups.check(str(unchecked), NOW))
    await asyncio.to_thread(began.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(interrupted.wait, 60)
    assert await backups.unchecked() == [str(unchecked)]


async def test_a_copy_does_not_write_into_an_existing_file(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    target = touch(folder / "copy.db", "in the way")
    with pytest.raises(sqlite3.Error):
        copy(path, target)
    assert text_of(target) == "in the way"
    assert backups_in(folder, path.stem) == []
