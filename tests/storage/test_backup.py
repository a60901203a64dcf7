"""Backups: whole, sound, in order of time, and never at the cost of another one."""

import asyncio
import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import BackupError
from bot.domain.order import OrderState
from bot.ports.store import Transaction
from storage import backup
from storage.backup import (
    FolderOfBackups,
    back_up,
    backups_in,
    copy,
    made_at,
    name_of,
    require_sound,
)
from storage.schema import load_migrations
from storage.store import SqlStore
from tests.storage.samples import ACCOUNT, ANNI, NOW, NUMBER, OTHER, aged, buy, end, furnish, row

DAY = timedelta(days=1)


@pytest.fixture
async def open_shop(store: SqlStore) -> SqlStore:
    """A store with customers and an order, as a running bot has it open."""
    await store.write(furnish)
    await store.write(lambda tx: buy(tx, destination=NUMBER))
    return store


@pytest.fixture
def folder(path: Path) -> Path:
    """Where the daily backups are kept."""
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


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_a_copy_made_beside_the_running_bot_is_the_shop(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """What was committed, the write-ahead log included; the shop goes on meanwhile."""
    place = await FolderOfBackups(path, folder, 14).make(NOW)
    await open_shop.write(lambda tx: tx.facts.put("later", "yes"))
    copied = await SqlStore.open(place)
    orders = await copied.read(lambda tx: tx.orders.open_of(ANNI))
    assert [order.state for order in orders] == [OrderState.QUEUED]
    assert await copied.read(lambda tx: tx.facts.get("later")) is None
    await copied.close()


async def test_a_backup_is_one_file_that_others_may_not_read(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """Customers' numbers and vouchers are in it."""
    place = Path(await FolderOfBackups(path, folder, 14).make(NOW))
    assert names(folder) == [place.name]
    assert mode_of(place) == 0o600


async def test_writes_under_way_do_not_spoil_a_copy(
    store: SqlStore, path: Path, folder: Path
) -> None:
    """Each copy is the shop between two transactions, and its books are right."""
    await store.write(furnish)
    backups = FolderOfBackups(path, folder, 14)

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
    """And say when the copy was made."""
    database = Path("data/konter.db")
    later = [NOW, NOW + timedelta(seconds=1), NOW + timedelta(hours=20), NOW + 400 * DAY]
    wib = [at.astimezone().replace(microsecond=0) for at in later]
    assert [name_of(database, at) for at in wib] == sorted(name_of(database, at) for at in later)
    assert [made_at(Path(name_of(database, at))) for at in later] == wib


async def test_no_backup_is_there_before_the_first(path: Path, folder: Path) -> None:
    """Neither may the folder be."""
    for place in (folder, folder / "not there"):
        assert await FolderOfBackups(path, place, 14).newest_at(NOW) is None


async def test_the_oldest_backups_go(open_shop: SqlStore, path: Path, folder: Path) -> None:
    """The newest few stay, and whatever is no daily backup of this database."""
    backups = FolderOfBackups(path, folder, 2)
    others = {"konter-20250101T000000Z-before-v6.db", "other-20250101T000000Z.db", "notes.txt"}
    for name in others:
        touch(folder / name)
    made = [Path(await backups.make(NOW + number * DAY)).name for number in range(4)]
    assert set(names(folder)) == {*made[2:], *others}
    assert await backups.newest_at(NOW + 4 * DAY) == (NOW + 3 * DAY).replace(microsecond=0)


async def test_a_clock_that_was_ahead_stops_no_backup(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """What it dated ahead counts for nothing, and goes first; the newest never goes."""
    backups = FolderOfBackups(path, folder, 1)
    ahead = touch(folder / name_of(path, NOW + 400 * DAY))
    assert await backups.newest_at(NOW) is None
    made = Path(await backups.make(NOW))
    assert names(folder) == [made.name] != [ahead.name]
    assert await backups.newest_at(NOW + DAY) == NOW.replace(microsecond=0)


async def test_a_supplier_that_rewrites_its_rows_keeps_nobody_from_a_backup(
    store: SqlStore, path: Path, folder: Path
) -> None:
    """The audit tells of it, and the copy is as sound as the shop."""
    await store.write(furnish)

    def rewrite(tx: Transaction) -> None:
        tx.orders.save(replace(end(tx, buy(tx), OrderState.SUCCEEDED), ref_id="r1"))
        tx.supplier_rows.see(ACCOUNT, [row("r1", destination=OTHER)], NOW)

    await store.write(rewrite)
    found = await store.read(lambda tx: tx.audit.findings(NOW, DAY))
    assert [finding.rule for finding in found] == ["delivered goods are the ones that were ordered"]
    back_up(path, folder / "mine.db", NOW)


def test_a_folder_that_knows_no_second_names_takes_backups(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a memory stick of a phone: none is overwritten there either."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    back_up(path, folder / "mine.db", NOW)
    require_sound(folder / "mine.db", NOW)
    assert names(folder) == ["mine.db"]
    with pytest.raises(BackupError, match="no backup is overwritten"):
        back_up(path, folder / "mine.db", NOW)


async def test_a_backup_is_never_overwritten(open_shop: SqlStore, path: Path, folder: Path) -> None:
    """Neither one of the same second nor a file that somebody named."""
    backups = FolderOfBackups(path, folder, 14)
    place = Path(await backups.make(NOW))
    before = content(place)
    await open_shop.write(lambda tx: tx.facts.put("later", "yes"))
    with pytest.raises(BackupError, match="there already"):
        await backups.make(NOW)
    with pytest.raises(BackupError, match="there already"):
        back_up(path, place, NOW)
    assert content(place) == before
    assert names(folder) == [place.name]


async def test_of_two_at_once_one_wins(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loser finds the name taken at the very end, and replaces nothing."""
    target = folder / "one.db"

    def too_late(part: Path, at: datetime) -> None:
        touch(target, "the winner's")

    monkeypatch.setattr(backup, "require_sound", too_late)
    with pytest.raises(BackupError, match="there already"):
        back_up(path, target, NOW)
    assert (names(folder), text_of(target)) == ([target.name], "the winner's")


# --- failing ---


def damage_pages(file: Path) -> None:
    """Write over the middle half of a database: some of its pages may be free."""
    size = file.stat().st_size
    with file.open("r+b") as database:
        database.seek(size // 4)
        database.write(b"\xff" * (size // 2))


def break_books(file: Path) -> None:
    """Make money, which no trigger would let anybody do."""
    alter(
        file, "drop trigger accounts_move_by_transfers", "update accounts set posted = posted + 7"
    )


def break_references(file: Path) -> None:
    """Let a category's parent be nobody."""
    alter(file, "pragma foreign_keys = off", "update categories set parent_id = 99")


def no_database_of_ours(file: Path) -> None:
    """Put a database there that is somebody else's."""
    file.unlink()
    alter(file, "create table diary (day text)")


def newer(file: Path) -> None:
    """Let it be of a Konter to come."""
    alter(file, "insert into schema_migrations values (9999, '9999_future')")


def alter(file: Path, *commands: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    for command in commands:
        connection.execute(command)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damage_pages, "damaged|malformed"),
        (break_books, "books are not right: transfers sum to zero"),
        (break_references, "refers to rows that are not there"),
        (no_database_of_ours, "no database of Konter"),
        (newer, "update Konter"),
    ],
)
async def test_what_is_not_sound_is_no_backup(
    open_shop: SqlStore, path: Path, folder: Path, spoil: Callable[[Path], None], said: str
) -> None:
    """It is said, nothing is left behind, and the good ones of the last days stay."""
    good = FolderOfBackups(path, folder, 1)
    kept = Path(await good.make(NOW)).name
    await open_shop.close()
    spoil(path)
    with pytest.raises(BackupError, match=said):
        await good.make(NOW + DAY)
    assert names(folder) == [kept]


async def test_a_copy_that_came_out_damaged_does_not_count(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """It is read again, whole, after it was written."""
    whole = folder / "whole.db"
    back_up(path, whole, NOW)
    damage_pages(whole)
    with pytest.raises((BackupError, sqlite3.DatabaseError)):
        require_sound(whole, NOW)


async def test_an_order_under_way_is_no_fault_of_a_copy(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """However long ago its call was made when the copy is looked at."""
    await open_shop.write(
        lambda tx: buy(tx, state=OrderState.SENDING, sent_at=NOW, send_number=1, destination="0813")
    )
    place = await FolderOfBackups(path, folder, 14).make(NOW)
    require_sound(Path(place), NOW + 300 * DAY)


async def test_no_backup_takes_the_last_room_of_the_disk(
    open_shop: SqlStore, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop needs it to sell."""
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10_000_000, 10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(BackupError, match="bytes are free"):
        await FolderOfBackups(path, folder, 14).make(NOW)
    assert names(folder) == []


async def test_a_place_that_cannot_be_written_is_said(open_shop: SqlStore, path: Path) -> None:
    """A file where the folder should be."""
    with pytest.raises(BackupError):
        await FolderOfBackups(path, touch(path.parent / "file"), 14).make(NOW)


async def test_what_a_crash_left_half_done_goes_after_a_day(
    open_shop: SqlStore, path: Path, folder: Path
) -> None:
    """Not before: another backup may be under way."""
    old = touch(folder / "konter-x.db.1.part")
    fresh = touch(folder / "konter-y.db.2.part")
    now = datetime.now(UTC)
    two_days_ago = (now - 2 * DAY).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    place = Path(await FolderOfBackups(path, folder, 14).make(now))
    assert names(folder) == sorted([place.name, fresh.name])


# --- before a migration ---


async def test_an_older_database_is_announced_before_it_is_changed(
    store: SqlStore, path: Path
) -> None:
    """So that it can be copied as it was; a new or up-to-date one is not."""
    told: list[int] = []
    await store.close()
    again = await SqlStore.open(path, before_migrating=told.append)
    await again.close()
    new = await SqlStore.open(path.with_name("new.db"), before_migrating=told.append)
    await new.close()
    assert told == []
    aged(path.with_name("old.db"))
    copies: list[Path] = []

    def keep(version: int) -> None:
        told.append(version)
        copies.append(path.with_name("kept.db"))
        back_up(path.with_name("old.db"), copies[0], NOW)

    upgraded = await SqlStore.open(path.with_name("old.db"), before_migrating=keep)
    await upgraded.close()
    assert told == [len(load_migrations()) - 1]
    kept = sqlite3.connect(copies[0])
    (version,) = kept.execute("select max(version) from schema_migrations").fetchone()
    kept.close()
    assert version == len(load_migrations()) - 1


async def test_a_copy_is_never_half_there(open_shop: SqlStore, path: Path, folder: Path) -> None:
    """A file that is in the way is not written into."""
    target = touch(folder / "copy.db", "in the way")
    with pytest.raises(sqlite3.Error):
        copy(path, target)
    assert text_of(target) == "in the way"
    assert backups_in(folder, path) == []
