"""A shop in an archive: moved out, moved in on another machine, and taken back."""

from __future__ import annotations

import asyncio
import gzip
import io
import sqlite3
import tarfile
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot import serving
from bot.commands import moves
from bot.commands.moves import cancel_move, move_in, move_out
from storage.marks import HeldStart, Marks, MovedAway
from storage.opening import open_store
from storage.store import SqlStore
from tests.commands.shop_folder import Commands, create_database, files
from tests.storage.samples import NOW

ENV = "# of the shop\nOSIMESA_USER_ID=U1\n"


@pytest.fixture
def shop(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands in the folder of the shop, which has settings."""
    monkeypatch.chdir(commands.folder)
    (commands.folder / ".env").write_text(f"{ENV}DATABASE_URL=sqlite:///konter.db\n")
    return commands


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """The folder of another machine."""
    return Commands(tmp_path_factory.mktemp("other"))


def archive_of(shop: Commands) -> Path:
    return shop.folder / "shop.tar.gz"


def out(shop: Commands) -> int:
    return move_out(shop.settings, archive_of(shop), NOW, shop.output.append)


def into(other: Commands, archive: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(other.folder)
    return move_in(archive, NOW, other.output.append)


def has_moved(shop: Commands) -> bool:
    return Marks(shop.settings.state_folder).moved_away() is not None


@pytest.mark.usefixtures("place")
async def test_a_shop_goes_on_elsewhere_as_it_was(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    if shop.server:
        (shop.folder / ".env").write_text(f"DATABASE_URL={shop.server}\n")
    assert await shop.back_up() == 0
    assert out(shop) == 0, shop.output
    assert archive_of(shop).stat().st_mode & 0o777 == 0o600
    assert has_moved(shop)
    assert into(other, archive_of(shop), monkeypatch) == 0, other.output
    assert (other.folder / ".env").read_text() == (shop.folder / ".env").read_text()
    assert (other.folder / ".env").stat().st_mode & 0o777 == 0o600
    data = other.folder / "data" if shop.server else other.folder
    assert files(data / "backups") == files(shop.settings.backup_folder)
    assert not [name for name in files(other.folder) if "move" in name]
    other.server = shop.server
    assert await other.audit() == 0, other.output
    assert ("stays on its server" in other.output[-3]) == bool(shop.server)
    # Where it came from, it is refused until told.
    monkeypatch.chdir(shop.folder)
    assert out(shop) == 1
    assert "was moved away at 2026-03-14 05:00 UTC" in shop.output[-1]
    assert cancel_move(shop.settings, shop.output.append) == 0
    assert not has_moved(shop)
    assert cancel_move(shop.settings, shop.output.append) == 0
    assert "was not moved away" in shop.output[-1]


async def test_a_shop_without_a_database_moves_too(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert out(shop) == 0
    assert into(other, archive_of(shop), monkeypatch) == 0
    assert files(other.folder) == {".env", "backups"}


async def test_a_running_shop_does_not_move(shop: Commands) -> None:
    store = await open_store(shop.url)
    assert out(shop) == 1
    await store.close()
    assert "the shop stays here: another Konter is running" in shop.output[-1]
    assert not has_moved(shop)


async def test_a_start_that_waited_for_the_end_of_a_move_is_refused(
    shop: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the lock of a database on a server, which `move-out` has."""
    await create_database(shop)
    signalled = asyncio.Event()
    signalled.set()

    async def wait_and_open(url: str, **options: Any) -> SqlStore:
        Marks(shop.settings.state_folder).put(MovedAway(moved_at=NOW, archive="shop.tar.gz"))
        return await open_store(url, **options)

    monkeypatch.setattr(serving, "open_store", wait_and_open)
    code = await serving._serve(shop.settings, None, lambda _konter: None, signalled)
    assert code == serving.MOVED_AWAY


async def test_a_shop_does_not_move_during_an_update(shop: Commands) -> None:
    await create_database(shop)
    mark = HeldStart(held_at=NOW, version="0.1.0", schema_version=1, copy=None)
    Marks(shop.folder).put(mark)
    assert out(shop) == 1
    assert "an update is under way" in shop.output[-1]


async def test_a_failed_move_leaves_the_shop_here(shop: Commands) -> None:
    await create_database(shop)
    archive_of(shop).write_text("the archive of an earlier move")
    assert out(shop) == 1
    assert "exists already" in shop.output[-1]
    assert archive_of(shop).read_text() == "the archive of an earlier move"
    assert not has_moved(shop)
    missing = shop.folder / "no" / "folder" / "shop.tar.gz"
    assert move_out(shop.settings, missing, NOW, shop.output.append) == 1
    assert not has_moved(shop)


async def test_a_database_that_is_there_is_not_replaced(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    await create_database(other)
    before = other.database.read_bytes()
    assert out(shop) == 0
    assert into(other, archive_of(shop), monkeypatch) == 1
    assert "there is a database already" in other.output[-1]
    assert other.database.read_bytes() == before
    assert ".env" not in files(other.folder)


async def test_a_shop_comes_back_to_where_it_moved_away_from(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    assert out(shop) == 0
    assert into(other, archive_of(shop), monkeypatch) == 0
    store = await open_store(other.url)
    await store.write(lambda tx: tx.facts.put("sold", "elsewhere"))
    await store.close()
    back = other.folder / "back.tar.gz"
    later = NOW + timedelta(days=1)
    assert move_out(other.settings, back, later, other.output.append) == 0
    assert into(shop, back, monkeypatch) == 0, shop.output
    assert "The database that was here is kept" in shop.output[-3]
    assert not has_moved(shop)
    store = await open_store(shop.url)
    assert await store.read(lambda tx: tx.facts.get("sold")) == "elsewhere"
    await store.close()


async def test_an_update_is_not_undone_onto_a_shop_that_came(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    assert out(shop) == 0
    mark = HeldStart(held_at=NOW, version="0.1.0", schema_version=1, copy="old.db")
    Marks(other.folder).put(mark)
    assert into(other, archive_of(shop), monkeypatch) == 0, other.output
    assert Marks(other.folder).held_start() is None


async def test_a_folder_among_the_backups_stays(shop: Commands) -> None:
    await create_database(shop)
    (shop.folder / "backups" / "old.db").mkdir(parents=True)
    assert out(shop) == 0, shop.output


async def test_the_archive_of_this_machine_is_not_taken_back_by_it(
    shop: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the shop has sold elsewhere, it would go on from before the move."""
    await create_database(shop)
    assert out(shop) == 0
    assert into(shop, archive_of(shop), monkeypatch) == 1
    assert "cancel-move" in shop.output[-1]
    assert has_moved(shop)


async def test_settings_that_are_there_are_kept_aside_also_behind_a_link(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    assert out(shop) == 0
    settings = other.folder / "etc" / "konter.env"
    settings.parent.mkdir()
    settings.write_text("SHOP_NAME=Lama\n")
    (other.folder / ".env").symlink_to(settings)
    assert into(other, archive_of(shop), monkeypatch) == 0, other.output
    assert (other.folder / ".env").is_symlink()
    assert settings.read_text() == (shop.folder / ".env").read_text()
    (kept,) = files(settings.parent) - {"konter.env"}
    assert kept == "konter.env.before-move-20260314T050000Z"
    assert (settings.parent / kept).read_text() == "SHOP_NAME=Lama\n"


def _truncated(archive: bytes) -> bytes:
    return archive[: len(archive) // 2]


def _changed(archive: bytes) -> bytes:
    """Return the archive with another file of settings in it."""
    return _rewritten(archive, lambda name, data: (name, data + b"X" * (name == "settings.env")))


def _damaged(archive: bytes) -> bytes:
    """Return an archive that cannot be unpacked any more in the middle of the database."""
    packer = zlib.compressobj(wbits=31)
    begun = packer.compress(gzip.decompress(archive)[:60_000]) + packer.flush(zlib.Z_FULL_FLUSH)
    return begun + b"\xff" * 100


def _climbing(archive: bytes) -> bytes:
    return _rewritten(archive, lambda name, data: (name.replace("settings", "../settings"), data))


def _rewritten(archive: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    result = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as old,
        tarfile.open(fileobj=result, mode="w:gz") as new,
    ):
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            name, data = change(member.name, file.read())
            member.name, member.size = name, len(data)
            new.addfile(member, io.BytesIO(data))
    return result.getvalue()


def _linked(_archive: bytes) -> bytes:
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w:gz") as tar:
        member = tarfile.TarInfo("settings.env")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    return result.getvalue()


def _newer(archive: bytes) -> bytes:
    """Return the archive of a shop that a newer Konter has used."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        file = tar.extractfile(moves.DATABASE)
        assert file is not None
        old = file.read()
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(old)
        connection.execute("insert into schema_migrations values (999, 'newer')")
        connection.commit()
        new = connection.serialize()
    before, after = (sha256(data).hexdigest().encode() for data in (old, new))
    return _rewritten(
        archive,
        lambda name, data: (name, new if name == moves.DATABASE else data.replace(before, after)),
    )


@pytest.mark.parametrize(
    "spoil",
    [
        _truncated,
        _changed,
        _damaged,
        _climbing,
        _linked,
        _newer,
        lambda _archive: b"",
        lambda _a: b"no",
    ],
)
async def test_a_spoilt_archive_is_refused_and_nothing_is_left(
    shop: Commands,
    other: Commands,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[bytes], bytes],
) -> None:
    await create_database(shop)
    assert out(shop) == 0
    spoilt = other.folder / "spoilt.tar.gz"
    spoilt.write_bytes(spoil(archive_of(shop).read_bytes()))
    assert into(other, spoilt, monkeypatch) == 1
    assert f"{spoilt} was not taken" in other.output[-1]
    assert files(other.folder) == {"spoilt.tar.gz"}


async def test_a_move_killed_before_the_database_can_be_repeated(
    shop: Commands, other: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_database(shop)
    assert out(shop) == 0

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moves, "working_copy", fail)
        with pytest.raises(KeyboardInterrupt):
            into(other, archive_of(shop), monkeypatch)
    assert {"konter.db", ".env"} & files(other.folder) == {".env"}
    assert into(other, archive_of(shop), monkeypatch) == 0, other.output
    assert await other.audit() == 0
