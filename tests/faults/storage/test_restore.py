"""A restore while the disk fills up: the shop resumes from the whole backup, or nothing changes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.maintenance import restore_backup
from bot.config import Settings, load_settings
from storage import sqlite_files
from storage.backup import back_up
from storage.sqlite_database import SqliteDatabase
from storage.store import SqlStore
from tests.faults.storage.disks import fill, make_room
from tests.services.shop import ANNI, Shop

STEP = 4_096


def settings_for(database: Path) -> Settings:
    """Return the settings of a shop with this database."""
    return load_settings(
        {
            "TELEGRAM_BOT_TOKEN": "1:token",
            "OSIMESA_USER_ID": "U1",
            "OSIMESA_API_KEY": "key",
            "DATABASE_URL": f"sqlite:///{database}",
        },
        env_file=None,
    )


async def sold(database: Path) -> Shop:
    """Return a shop with 60 queued orders, which a restore parks."""
    store = await SqlStore.open(database)
    shop = Shop(store)
    await shop.open()
    await shop.credit(ANNI, 5_000_000)
    for number in range(60):
        await shop.queue(number=f"0812{number:08}")
    await store.close()
    return shop


def fill_except(disk: Path, free: int) -> None:
    """Fill the disk except for `free` bytes."""
    fill(disk)
    filling = disk / "filling"
    os.truncate(filling, filling.stat().st_size - free)


def delete_files(disk: Path) -> None:
    """Delete all files of a round."""
    for path in disk.iterdir():
        path.unlink()


def health(database: Path) -> tuple[str, int]:
    """Return the result of SQLite's integrity check and the number of parked orders."""
    with closing(sqlite3.connect(database)) as connection:
        (result,) = connection.execute("pragma integrity_check").fetchone()
        parked = connection.execute("select count(*) from orders where state = 'parked'")
        return result, parked.fetchone()[0]


@pytest.mark.timeout(300)
async def test_a_restore_on_a_disk_that_fills_up_is_complete_or_changes_nothing(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The restore fits into SQLite's log but not into the file at 9 page counts in a row.

    These are the dangerous sizes of the free space, so it grows page by page.
    """
    monkeypatch.setattr(sqlite_files, "ROOM_LEFT_BYTES", 0)
    shop = await sold(tmp_path / "shop.db")
    saved = tmp_path / "saved.db"
    back_up(SqliteDatabase(tmp_path / "shop.db"), saved, shop.clock.now())
    size = saved.stat().st_size
    codes = set()
    for free in range(size, size + 80 * STEP, STEP):
        database = disk / f"{free}.db"
        fill_except(disk, free)
        messages: list[str] = []
        code = await asyncio.to_thread(
            restore_backup, settings_for(database), saved, shop.clock.now(), messages.append
        )
        codes.add(code)
        if code == 0:
            assert health(database) == ("ok", 60)
        else:
            assert "Nothing was changed" in messages[0]
            assert not database.exists()
        make_room(disk)
        await asyncio.to_thread(delete_files, disk)
    assert codes == {0, 1}
