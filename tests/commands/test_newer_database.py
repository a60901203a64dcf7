"""A database that a newer Konter has used: every command refuses it, and names the way back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.commands.doctor import _books
from bot.config.wiring import database_of
from bot.serving import DATABASE_TOO_NEW, serve_until_signalled
from storage.backup import BEFORE_UPDATE
from storage.schema import load_migrations, newest_version
from storage.sqlite_files import name_of
from tests.commands.shop_folder import Commands, create_database, files
from tests.storage.samples import NOW

MINE = newest_version(load_migrations())
NEWER = MINE + 1
FROM_THE_FUTURE = f"insert into schema_migrations values ({NEWER}, 'from_the_future')"  # noqa: S608 - a number
WHAT = f"a newer Konter has used it (schema version {NEWER}, this one knows {MINE}): update Konter"


def use_newer(commands: Commands) -> None:
    """Let a newer Konter migrate the database."""
    if not commands.server:
        write_into(commands.database, FROM_THE_FUTURE)
        return
    with psycopg.connect(commands.server, autocommit=True) as connection:
        connection.execute(FROM_THE_FUTURE.replace("into ", "into konter.").encode())


def write_into(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.usefixtures("place")
async def test_every_command_says_what_to_do(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way back is `undo-update` as long as the update is not released, and a copy later."""
    settings = commands.settings
    await create_database(commands)
    stem = database_of(settings).stem
    before = settings.backup_folder / name_of(stem, NOW, BEFORE_UPDATE)
    assert await commands.back_up(before) == 0
    use_newer(commands)
    # Newer than that, but made by an update of the newer version.
    later = before.with_name(before.name.replace("20260314", "20260315"))
    later.write_bytes(before.read_bytes())
    write_into(later, FROM_THE_FUTURE)
    restored = commands.folder / "mine.db"
    ways: dict[str, Callable[[], object]] = {
        f"restore the copy from before the update: python -m bot restore {before}": (
            lambda: before.rename(restored)
        ),
        "restore a backup from before the update: python -m bot restore PATH": (
            lambda: (settings.state_folder / "held-start.json").write_text(
                json.dumps(
                    {"held_at": NOW.isoformat(), "version": "1", "schema_version": 1, "copy": None}
                )
            )
        ),
        "undo the update, which was not released: python -m bot undo-update": (
            (settings.state_folder / "held-start.json").unlink
        ),
    }
    for way, then in ways.items():
        commands.output.clear()
        assert await commands.audit() == 1
        assert await commands.back_up() == 1
        assert await serve_until_signalled(settings) == DATABASE_TOO_NEW
        said = [*commands.output, (await _books(settings)).text, "".join(capsys.readouterr())]
        for one in said:
            assert f"{WHAT}, or {way}" in one
        assert len(said) == 4
        then()
    assert await commands.restore(later) == 1
    assert WHAT in commands.output[-1]
    assert not [name for name in files(settings.backup_folder) if "-wal" in name]
    # The way back is open: the newer database is kept aside.
    assert await commands.restore(restored) == 0
    assert await commands.audit() == 0
