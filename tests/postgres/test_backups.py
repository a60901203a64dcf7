"""Backups of a shop on a server, and what a restore there leaves when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import BackupError
from storage import sqlite_copying, sqlite_files
from storage.backup import UNCHECKED, FolderOfBackups, back_up, back_up_at_once, check
from storage.opening import open_store
from storage.postgres.copying import PostgresEnd
from storage.postgres.database import PostgresDatabase
from storage.replacement import working_copy
from storage.restore_trial import try_restore
from storage.schema import Migration, load_migrations, newest_version, version_of
from storage.sqlite_files import name_of, opened
from tests.commands.copying import Copying, url_of
from tests.postgres.shared import address_of, connect_raw, new_database
from tests.storage.filled_shop import contents_of, fill_shop
from tests.storage.samples import NOW, fail_if_called, put_fact


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The SQLite database that the shop on the server is a copy of."""
    path = tmp_path / "shop" / "konter.db"
    fill_shop(path)
    return path


@pytest.fixture
def url(shop: Path) -> Iterator[str]:
    """The address of a filled shop."""
    with new_database() as url:
        assert Copying().run(url_of(shop), url) == 0
        yield url


@pytest.fixture
def database(url: str, tmp_path: Path) -> PostgresDatabase:
    """The same shop, for backups."""
    return PostgresDatabase(url, "the shop", tmp_path / "backups")


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def schemas(url: str) -> list[str]:
    with closing(connect_raw(url)) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname ~ '^konter'")
        return sorted(name for (name,) in found)


async def test_the_daily_backup_of_a_running_shop_is_a_complete_sqlite_file(
    database: PostgresDatabase, url: str, shop: Path, tmp_path: Path
) -> None:
    store = await open_store(url, die=fail_if_called)
    folder = tmp_path / "backups"
    place = Path(await FolderOfBackups(database, folder, 14).make(NOW))
    await store.close()
    assert place.name == "konter-20260314T050000Z.db"
    assert contents_of(place) == contents_of(shop)
    assert mode_of(place) == 0o600
    assert try_restore(place, NOW) == newest_version(load_migrations())


def test_a_backup_before_a_migration_has_the_older_version(
    database: PostgresDatabase, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = load_migrations()
    version = newest_version(steps)
    later = [*steps, Migration(version + 1, "later", "create table later (one text) strict;")]
    for module in (sqlite_copying, sqlite_files):
        monkeypatch.setattr(module, "load_migrations", lambda: later)
    unchecked = tmp_path / name_of("konter", NOW, f"-before-v{version + 1}{UNCHECKED}")
    back_up_at_once(database, unchecked, NOW)
    assert contents_of(unchecked) == contents_of(shop)
    check(unchecked, NOW)
    with closing(opened(tmp_path / f"konter-20260314T050000Z-before-v{version + 1}.db")) as copy:
        assert version_of(copy) == version


def test_a_server_that_does_not_answer_is_a_failed_backup(tmp_path: Path) -> None:
    database = PostgresDatabase(address_of("none"), "the shop", tmp_path)
    with pytest.raises(BackupError, match="no database of this name"):
        back_up(database, tmp_path / "mine.db", NOW)
    assert names(tmp_path) == set()


def test_a_database_without_a_shop_has_no_backup(tmp_path: Path) -> None:
    with new_database() as url:
        database = PostgresDatabase(url, "the shop", tmp_path)
        assert not database.exists()
        with pytest.raises(BackupError, match="not a database of Konter"):
            back_up(database, tmp_path / "mine.db", NOW)


async def test_a_restore_that_fails_in_the_middle_leaves_the_shop_as_it_was(
    database: PostgresDatabase, url: str, shop: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The server ends the connection when everything is loaded."""
    store = await open_store(url, die=fail_if_called)
    await store.write(lambda tx: put_fact(tx, "today's"))
    await store.close()

    def lose(end: PostgresEnd, _counters: Mapping[str, int]) -> None:
        end._raw.execute("select pg_terminate_backend(pg_backend_pid())")

    with database.locked(), working_copy(shop, database.working_copy, NOW) as prepared:
        with monkeypatch.context() as patch:
            patch.setattr(PostgresEnd, "set_counters", lose)
            with pytest.raises(BackupError):
                database.put_in_place(prepared, "replaced-by-K2", NOW)
        assert schemas(url) == ["konter"]
        with closing(connect_raw(url)) as connection:
            asked = connection.execute("select value from facts where name = 'fact'")
            assert asked.fetchone() == ("today's",)
        database.put_in_place(prepared, "replaced-by-K2", NOW)
    assert schemas(url) == ["konter", "konter_replaced_by_k2_20260314t050000z"]
    assert database.next_epoch(0) == 2
    back_up(database, tmp_path / "back.db", NOW)
    assert contents_of(tmp_path / "back.db") == contents_of(shop)
    assert names(tmp_path / "backups") == set()


def test_a_restore_makes_a_shop_where_none_was(shop: Path, tmp_path: Path) -> None:
    with new_database() as url:
        database = PostgresDatabase(url, "the shop", tmp_path / "backups")
        with database.locked(), working_copy(shop, database.working_copy, NOW) as prepared:
            assert database.next_epoch(4) == 5
            assert database.put_in_place(prepared, "replaced-by-K2", NOW) is None
        assert schemas(url) == ["konter"]
