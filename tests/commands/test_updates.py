"""The commands around an update; whole updates with processes are in tests/faults/updates."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import psycopg
import pytest

from bot import serving
from bot.app import Konter
from bot.commands.updates import NOT_HELD, hold_next_start, undo_update
from bot.config import Settings
from bot.domain.ledger import wallet_of
from bot.ports.store import Transaction
from storage import marks
from storage.marks import HELD, HeldStart, Marks
from storage.opening import open_store
from storage.postgres.requirements import SCHEMA
from storage.schema import load_migrations, newest_version
from tests.commands.shop_folder import Commands, create_database, files
from tests.storage.samples import ANNI, NOW, credit

VERSION = newest_version(load_migrations())
NEWER = f"insert into schema_migrations values ({VERSION + 1}, 'newer')"  # noqa: S608 - a number
Command = Callable[[Settings, datetime, Callable[[str], None]], int]


async def run(commands: Commands, command: Command, at: datetime = NOW) -> int:
    return await asyncio.to_thread(command, commands.settings, at, commands.output.append)


def held(commands: Commands) -> HeldStart | None:
    return Marks(commands.settings.state_folder).held_start()


def change(database: Path, statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(statements)


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return sorted(connection.iterdump())


async def test_the_next_start_is_held_with_a_copy(commands: Commands) -> None:
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    assert mark is not None
    assert mark.schema_version == VERSION
    assert mark.copy == "konter-20260314T050000Z-before-update.db"
    assert files(commands.folder / "backups") == {mark.copy}
    assert (commands.folder / HELD).stat().st_mode & 0o777 == 0o600


async def test_an_update_under_way_is_not_held_again(commands: Commands) -> None:
    """Its copy would be of what the update has changed."""
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    before = held(commands)
    assert await run(commands, hold_next_start, NOW + timedelta(hours=1)) == 1
    assert "An update is under way since 2026-03-14 05:00 UTC" in commands.output[-1]
    assert held(commands) == before


async def test_a_shop_without_a_database_is_held_too(commands: Commands) -> None:
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    assert mark is not None
    assert mark.copy is None
    assert await run(commands, undo_update) == 0
    assert held(commands) is None


async def test_the_start_of_a_running_shop_is_not_held(commands: Commands) -> None:
    store = await open_store(commands.url)
    assert await run(commands, hold_next_start) == 1
    assert "another Konter is running" in commands.output[-1]
    await store.close()
    assert held(commands) is None


async def test_without_a_copy_nothing_is_held(commands: Commands) -> None:
    await create_database(commands)
    (commands.folder / "backups").write_text("no folder")
    assert await run(commands, hold_next_start) == 1
    assert "not held, and nothing was changed" in commands.output[-1]
    assert held(commands) is None


async def test_two_copies_of_updates_are_kept(commands: Commands) -> None:
    await create_database(commands)
    for hour in range(3):
        assert await run(commands, hold_next_start, NOW + timedelta(hours=hour)) == 0
        Marks(commands.folder).release()
    kept = {f"konter-20260314T0{hour}0000Z-before-update.db" for hour in (6, 7)}
    assert files(commands.folder / "backups") == kept


async def test_a_clock_that_was_wrong_costs_no_copy(commands: Commands) -> None:
    await create_database(commands)
    for days in (400, 401, 0):
        assert await run(commands, hold_next_start, NOW + timedelta(days=days)) == 0
        mark = held(commands)
        assert mark is not None
        assert mark.copy in files(commands.folder / "backups")
        Marks(commands.folder).release()


async def test_a_copy_that_is_missing_is_named(commands: Commands) -> None:
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    change(commands.database, NEWER)
    mark = held(commands)
    assert mark is not None
    (copy,) = (commands.folder / "backups").iterdir()
    copy.unlink()
    assert await run(commands, undo_update) == 1
    assert f"there is no database at {copy}" in commands.output[-1]
    assert held(commands) == mark


async def test_rules_that_were_broken_before_do_not_hold_an_update(commands: Commands) -> None:
    """The update may be what puts them right."""
    await create_database(commands)
    change(
        commands.database,
        "drop trigger accounts_move_by_transfers;"
        "update accounts set posted = posted + 1 where account_id = 'bank';",
    )
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    assert mark is not None
    assert mark.broken_rules == ["balances equal their transfers", "transfers sum to zero"]


async def test_a_released_update_is_not_undone(commands: Commands) -> None:
    await create_database(commands)
    before = commands.database.read_bytes()
    assert await run(commands, undo_update) == NOT_HELD
    assert "Nothing was changed" in commands.output[-1]
    assert commands.database.read_bytes() == before


async def test_an_update_without_a_migration_keeps_the_database(commands: Commands) -> None:
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    change(commands.database, "insert into facts (name, value) values ('since', 'held')")
    assert await run(commands, undo_update) == 0
    store = await open_store(commands.url)
    assert await store.read(lambda tx: tx.facts.get("since")) == "held"
    await store.close()


async def test_a_migrated_database_is_put_back_exactly(commands: Commands) -> None:
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    assert mark is not None
    assert mark.copy is not None
    before = dump(commands.database)
    change(commands.database, f"{NEWER}; drop table facts;")
    assert await run(commands, undo_update) == 0
    assert dump(commands.database) == before
    assert "konter-update-undone-20260314T050000Z.db" in commands.output[-1]
    assert held(commands) is None


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("since", "told"),
    [
        (
            lambda tx: tx.ledger.record(credit(wallet_of(ANNI), 1_000, "since")),
            "transfers: 3, then 2",
        ),
        (lambda tx: tx.inbox.add(7, "{}", NOW), "1 updates"),
    ],
)
async def test_a_mark_that_came_back_undoes_no_sale(
    commands: Commands, since: Callable[[Transaction], object], told: str
) -> None:
    """A power cut after its removal, or the return of a whole folder, can bring it back."""
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    store = await open_store(commands.url)
    await store.write(since)
    await store.close()
    if commands.server:
        with psycopg.connect(commands.server) as connection:
            connection.execute(f"set search_path to {SCHEMA}")
            connection.execute(NEWER)
    else:
        change(commands.database, NEWER)
    assert await run(commands, undo_update) == NOT_HELD
    assert f"was open since the update began ({told})" in commands.output[-1]
    assert held(commands) == mark


async def test_the_copy_of_another_database_is_not_put_back(commands: Commands) -> None:
    """DATABASE_URL was changed between the update and its undoing."""
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    change(commands.database, NEWER)
    commands.database.rename(commands.folder / "other.db")
    commands.name = "other.db"
    assert await run(commands, undo_update) == 1
    assert f"DATABASE_URL is {commands.database} now" in commands.output[-1]


async def test_a_damaged_copy_is_not_put_back(commands: Commands) -> None:
    await create_database(commands)
    assert await run(commands, hold_next_start) == 0
    mark = held(commands)
    assert mark is not None
    assert mark.copy is not None
    (commands.folder / "backups" / mark.copy).write_bytes(b"torn")
    change(commands.database, NEWER)
    before = commands.database.read_bytes()
    assert await run(commands, undo_update) == 1
    assert "not undone, and nothing was changed" in commands.output[-1]
    assert commands.database.read_bytes() == before
    assert held(commands) == mark


async def test_the_new_version_does_not_undo_itself(commands: Commands) -> None:
    """It would put a database in place that the version before has to read."""
    await create_database(commands)
    mark = HeldStart(held_at=NOW, version="0.1.0", schema_version=VERSION - 1, copy="old.db")
    Marks(commands.folder).put(mark)
    assert await run(commands, undo_update) == 1
    assert "in the version from before the update" in commands.output[-1]


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"held_at": 1}'])
async def test_an_unreadable_mark_is_reported(commands: Commands, content: bytes) -> None:
    await create_database(commands)
    (commands.folder / HELD).write_bytes(content)
    assert await run(commands, hold_next_start) == 1
    assert await run(commands, undo_update) == 1
    assert f"{commands.folder / HELD} cannot be read" in commands.output[-1]


async def test_a_restore_ends_an_update(commands: Commands) -> None:
    """Undoing the update afterwards would put back what was before the restore."""
    await create_database(commands)
    assert await commands.back_up(commands.folder / "kept.db") == 0
    assert await run(commands, hold_next_start) == 0
    assert await commands.restore(commands.folder / "kept.db") == 0
    assert held(commands) is None
    assert await run(commands, undo_update) == NOT_HELD


async def test_the_removal_of_a_mark_is_on_disk_before_a_start_sells(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that removed it may have been killed in between; a power cut would bring it back."""
    synced: list[Path] = []
    monkeypatch.setattr(marks, "sync", synced.append)
    konter = cast("Konter", None)
    assert await serving._released(konter, commands.settings, asyncio.Event())
    assert synced == [commands.folder]
