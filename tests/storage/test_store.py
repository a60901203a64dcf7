"""Opening and closing the store: one process, the right version, and clear errors."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.errors import StoreInUseError, StoreUnavailableError, StoreVersionError
from storage.database import connect, prepare
from storage.store import SqlStore
from tests.databases import thread_of
from tests.storage.filled_shop import execute
from tests.storage.samples import create_database, fact_in, put_fact


def put_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def test_a_new_database_is_one_file_and_its_lock_in_a_new_folder(path: Path) -> None:
    store = await SqlStore.open(str(path))
    await store.write(put_fact, "one")
    await store.close()
    assert set(files(path.parent)) == {"konter.db", "konter.db.lock"}


async def test_special_characters_in_the_path_are_taken_literally(tmp_path: Path) -> None:
    odd = tmp_path / "50% off?mode=ro#1"
    store = await SqlStore.open(odd)
    await store.write(put_fact, "one")
    await store.close()
    assert set(files(tmp_path)) == {odd.name, f"{odd.name}.lock"}


@pytest.mark.parametrize("store", ["SQLite"], indirect=True)
async def test_the_database_is_durable_and_checks_references(store: SqlStore) -> None:
    for connection in map(thread_of, (store._writer, store._reader)):

        def pragmas(sqlite: sqlite3.Connection = connection.connection) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            return [sqlite.execute(f"pragma {name}").fetchone()[0] for name in names]

        assert await connection.run(pragmas) == ["wal", 2, 1, 1]


async def test_a_second_store_on_the_same_file_is_refused(store: SqlStore, path: Path) -> None:
    """Two processes would send one order twice."""
    with pytest.raises(StoreInUseError, match=r"another Konter is running on .*konter\.db"):
        await SqlStore.open(path)
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(StoreInUseError):
        await SqlStore.open(link)
    await store.write(put_fact, "still here")


async def test_the_lock_is_released_on_close_and_on_a_failed_open(path: Path) -> None:
    put_file(path, b"no database, but long enough to be looked at" * 100)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        await SqlStore.open(path)
    put_file(path, b"")
    first = await SqlStore.open(path)
    await first.close()
    second = await SqlStore.open(path)
    await second.close()


async def test_a_newer_database_is_refused(path: Path) -> None:
    store = await SqlStore.open(path)
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("insert into schema_migrations values (9999, '9999_future')")
    connection.close()
    for opening in (SqlStore.open, SqlStore.open_readonly):
        with pytest.raises(StoreVersionError) as caught:
            await opening(path)
        assert caught.value.found == 9999


async def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(tmp_path / "file" / "konter.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(tmp_path / "folder")


async def test_a_read_only_file_is_an_error_at_start(path: Path) -> None:
    """SQLite opens a file without write permission read-only, without an error."""
    store = await SqlStore.open(path)
    await store.close()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        prepare(connection, is_writer=True)
    connection.close()


async def test_an_old_sqlite_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems link Python to a SQLite without strict tables (before 3.37)."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreUnavailableError, match=r"3\.37"):
        await SqlStore.open(path)


async def test_a_database_without_write_ahead_log_is_an_error() -> None:
    """A database in memory has none; a network drive may not support it."""
    with pytest.raises(StoreUnavailableError, match="write-ahead"):
        _ = await connect(Path(":memory:"), is_writer=True)


# --- read-only access ---


async def test_a_read_only_store_reads_beside_a_running_bot_and_cannot_write(
    store: SqlStore, path: Path
) -> None:
    await store.write(put_fact, "one")
    reader = await SqlStore.open_readonly(path)
    assert await fact_in(reader) == "one"
    await store.write(put_fact, "two")
    assert await fact_in(reader) == "two"
    with pytest.raises(StoreUnavailableError, match="reading only"):
        await reader.write(put_fact, "three")
    await reader.close()
    assert await fact_in(store) == "two"


async def test_a_read_only_store_leaves_no_files_behind(path: Path) -> None:
    store = await SqlStore.open(path)
    await store.write(put_fact, "one")
    await store.close()
    before = files(path.parent)
    reader = await SqlStore.open_readonly(path)
    assert await fact_in(reader) == "one"
    await reader.close()
    assert files(path.parent) == before


async def test_tables_that_somebody_changed_are_told_to_who_only_reads(path: Path) -> None:
    create_database(path)
    execute(path, "alter table facts rename to others")
    reader = await SqlStore.open_readonly(path)
    with pytest.raises(StoreUnavailableError, match="somebody has changed its tables"):
        await fact_in(reader)
    await reader.close()


async def test_a_missing_or_foreign_file_cannot_be_opened_read_only(path: Path) -> None:
    put_file(path.with_name("other"), b"")
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open_readonly(path)
    assert set(files(path.parent)) == {"other"}
    put_file(path, b"")
    with pytest.raises(StoreUnavailableError, match="not a database of Konter"):
        await SqlStore.open_readonly(path)
    put_file(path, b"not a database at all " * 100)
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open_readonly(path)


# --- after closing ---


ACTS: list[Callable[[SqlStore], Awaitable[object]]] = [
    lambda store: store.write(put_fact, "late"),
    fact_in,
]


@pytest.mark.parametrize("act", ACTS)
async def test_a_closed_store_raises_an_error(
    path: Path, act: Callable[[SqlStore], Awaitable[object]]
) -> None:
    store = await SqlStore.open(path)
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        await act(store)
