"""Opening and closing: one process, the right version, and a clear word when it cannot be."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.errors import StoreInUseError, StoreUnavailableError, StoreVersionError
from bot.ports.store import Transaction
from storage.database import connect, prepare
from storage.store import SqlStore


def put(tx: Transaction, value: str) -> None:
    tx.facts.put("fact", value)


def put_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def fact(store: SqlStore) -> str | None:
    return await store.read(lambda tx: tx.facts.get("fact"))


async def test_a_new_database_is_made_with_its_folder(path: Path) -> None:
    """The first start needs no preparation; a plain text is a path too."""
    store = await SqlStore.open(str(path))
    await store.close()
    assert "konter.db" in files(path.parent)


async def test_nobody_else_reads_a_new_database(path: Path) -> None:
    """It holds vouchers and people; what SQLite puts beside it takes the same permissions."""
    store = await SqlStore.open(path)
    await store.write(put, "here")
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    await store.close()


async def test_what_was_written_is_there_after_opening_again(path: Path) -> None:
    """And opening an up-to-date database changes nothing."""
    for value in ("one", "two", "three"):
        store = await SqlStore.open(path)
        await store.write(put, value)
        await store.close()
    store = await SqlStore.open(path)
    assert await fact(store) == "three"
    await store.close()


async def test_closing_leaves_one_file_and_the_lock(path: Path) -> None:
    """No write-ahead log stays behind: the file alone is the database."""
    store = await SqlStore.open(path)
    await store.write(put, "one")
    await store.close()
    assert set(files(path.parent)) == {"konter.db", "konter.db.lock"}


async def test_a_path_with_odd_letters_is_a_path(tmp_path: Path) -> None:
    """Not part of an address."""
    odd = tmp_path / "50% off?mode=ro#1"
    store = await SqlStore.open(odd)
    await store.write(put, "one")
    await store.close()
    assert set(files(tmp_path)) == {odd.name, f"{odd.name}.lock"}


async def test_the_database_is_set_up_for_money(store: SqlStore) -> None:
    """A commit is on disk, references are kept, and readers do not wait for the writer."""
    assert store._writer is not None
    for connection in (store._writer, store._reader):

        def pragmas(sqlite: sqlite3.Connection = connection.sqlite) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            return [sqlite.execute(f"pragma {name}").fetchone()[0] for name in names]

        assert await connection.run(pragmas) == ["wal", 2, 1, 1]


async def test_a_second_store_on_the_same_file_is_refused(store: SqlStore, path: Path) -> None:
    """Two would send one order twice; the first one goes on."""
    with pytest.raises(StoreInUseError, match=r"another Konter is running on .*konter\.db"):
        await SqlStore.open(path)
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(StoreInUseError):
        await SqlStore.open(link)
    await store.write(put, "still here")


async def test_after_closing_another_may_open(path: Path) -> None:
    """The lock goes with the store, also when opening failed half way."""
    put_file(path, b"no database, but long enough to be looked at" * 100)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        await SqlStore.open(path)
    put_file(path, b"")
    first = await SqlStore.open(path)
    await first.close()
    second = await SqlStore.open(path)
    await second.close()


async def test_a_newer_database_is_refused(path: Path) -> None:
    """To start, and to look at; nothing in it is touched."""
    store = await SqlStore.open(path)
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("insert into schema_migrations values (9999, '9999_future')")
    connection.close()
    for opening in (SqlStore.open, SqlStore.open_readonly):
        with pytest.raises(StoreVersionError) as caught:
            await opening(path)
        assert caught.value.found == 9999


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the folder should be, and a folder where the file should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(tmp_path / "file" / "konter.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailableError):
        await SqlStore.open(tmp_path / "folder")


async def test_a_file_that_may_only_be_read_is_said_at_the_start(path: Path) -> None:
    """Not at the first order; this is how SQLite opens a file without the right to write."""
    store = await SqlStore.open(path)
    await store.close()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        prepare(connection, is_writer=True)
    connection.close()


async def test_an_old_sqlite_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems link Python to one that lacks strict tables."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreUnavailableError, match=r"3\.37"):
        await SqlStore.open(path)


async def test_a_folder_without_write_ahead_log_is_said() -> None:
    """A database in memory has none; a network drive may not either."""
    with pytest.raises(StoreUnavailableError, match="write-ahead"):
        _ = await connect(Path(":memory:"), is_writer=True)


# --- looking without touching ---


async def test_a_running_bots_database_can_be_looked_at(store: SqlStore, path: Path) -> None:
    """The audit and the doctor see what is committed; they write nothing."""
    await store.write(put, "one")
    looking = await SqlStore.open_readonly(path)
    assert await fact(looking) == "one"
    await store.write(put, "two")
    assert await fact(looking) == "two"
    with pytest.raises(StoreUnavailableError, match="reading only"):
        await looking.write(put, "three")
    await looking.close()
    assert await fact(store) == "two"


async def test_looking_leaves_no_trace(path: Path) -> None:
    """Without a bot running, too: no log and no lock appear beside the file."""
    store = await SqlStore.open(path)
    await store.write(put, "one")
    await store.close()
    before = files(path.parent)
    looking = await SqlStore.open_readonly(path)
    assert await fact(looking) == "one"
    await looking.close()
    assert files(path.parent) == before


async def test_what_is_not_there_cannot_be_looked_at(path: Path) -> None:
    """And is not made; neither is a stranger's file, or an empty one, taken for ours."""
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


# --- the end ---


ACTS: list[Callable[[SqlStore], Awaitable[object]]] = [
    lambda store: store.write(put, "late"),
    fact,
]


@pytest.mark.parametrize("act", ACTS)
async def test_a_closed_store_says_so(
    path: Path, act: Callable[[SqlStore], Awaitable[object]]
) -> None:
    """Whoever comes late is not left hanging; closing twice is closing once."""
    store = await SqlStore.open(path)
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        await act(store)
