"""A restore while the disk runs full: the shop goes on from the backup whole, or not at all."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.maintenance import restore_backup
from bot.config import Settings, load_settings
from storage import backup
from storage.backup import back_up
from storage.store import SqlStore
from tests.faults.storage.disks import fill, make_room
from tests.services.shop import ANNI, Shop

STEP = 4_096


def settings_for(database: Path) -> Settings:
    """The settings of a shop with this database."""
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
    """A shop in which some orders wait, which a restore parks."""
    store = await SqlStore.open(database)
    shop = Shop(store)
    await shop.open()
    await shop.credit(ANNI, 5_000_000)
    for number in range(60):
        await shop.queue(number=f"0812{number:08}")
    await store.close()
    return shop


def leave(disk: Path, free: int) -> None:
    """Fill the disk but for so many bytes."""
    fill(disk)
    filling = disk / "filling"
    os.truncate(filling, filling.stat().st_size - free)


def clear(disk: Path) -> None:
    """Delete whatever a round left."""
    for left in disk.iterdir():
        left.unlink()


def health(database: Path) -> tuple[str, int]:
    """Read every page, and count the orders that wait for an admin."""
    with closing(sqlite3.connect(database)) as connection:
        (sound,) = connection.execute("pragma integrity_check").fetchone()
        parked = connection.execute("select count(*) from orders where state = 'parked'")
        return sound, parked.fetchone()[0]


@pytest.mark.timeout(300)
async def test_on_a_disk_that_runs_full_a_restore_is_whole_or_nothing(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever room there is, it succeeds and every page is there, or says that it did not.

    The dangerous sizes, 9 pages of them, are those where the change fits into SQLite's log and
    the log then does not fit into the file.
    """
    monkeypatch.setattr(backup, "ROOM_LEFT_BYTES", 0)
    shop = await sold(tmp_path / "shop.db")
    saved = tmp_path / "saved.db"
    back_up(tmp_path / "shop.db", saved, shop.clock.now())
    size = saved.stat().st_size
    codes = set()
    for free in range(size, size + 80 * STEP, STEP):
        database = disk / f"{free}.db"
        leave(disk, free)
        said: list[str] = []
        code = await asyncio.to_thread(
            restore_backup, settings_for(database), saved, shop.clock.now(), said.append
        )
        codes.add(code)
        if code == 0:
            assert health(database) == ("ok", 60)
        else:
            assert "Nothing was changed" in said[0]
            assert not database.exists()
        make_room(disk)
        await asyncio.to_thread(clear, disk)
    assert codes == {0, 1}
