"""The command `copy-database` between SQLite files: what it refuses, says, and leaves behind."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import konter
from bot.domain.errors import StoreInUseError
from storage import sqlite_files
from storage.process_lock import ProcessLock
from tests.commands.copying import Copying, killed_at, url_of
from tests.storage.filled_shop import contents_of, execute, fill_shop
from tests.storage.samples import create_previous_version


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A filled database."""
    path = tmp_path / "shop" / "konter.db"
    fill_shop(path)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The path of a database to make, in a folder that does not exist yet."""
    return tmp_path / "new" / "konter.db"


@pytest.fixture
def copying() -> Copying:
    """The command."""
    return Copying()


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def test_a_whole_shop_is_copied_into_a_private_file(
    copying: Copying, shop: Path, target: Path
) -> None:
    assert copying.run(url_of(shop), url_of(target)) == 0
    assert contents_of(target) == contents_of(shop)
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700
    assert "8 of them orders" in copying.text
    assert "1 transfers single debit: 40000 rupiah" in copying.text
    assert "the books are right" in copying.text
    assert f"set DATABASE_URL to the address of {target}" in copying.text
    assert names(target.parent) == {"konter.db", "konter.db.lock"}


def test_broken_rules_of_the_audit_are_copied_and_named(
    copying: Copying, shop: Path, target: Path
) -> None:
    execute(shop, "update order_counts set orders = orders + 1 where state = 'parked'")
    assert copying.run(url_of(shop), url_of(target)) == 0
    assert "1 rules are broken, as they were before" in copying.text
    assert "orders are counted by state: of parked orders 2 are counted" in copying.text


def test_a_running_shop_is_copied_with_a_warning(
    copying: Copying, shop: Path, target: Path
) -> None:
    lock = ProcessLock(shop)
    assert copying.run(url_of(shop), url_of(target)) == 0
    lock.release()
    assert "what it does meanwhile and from now on" in copying.output[-1]
    assert "set DATABASE_URL" not in copying.text
    assert contents_of(target) == contents_of(shop)


@pytest.mark.parametrize("place", ["shop", "target"])
def test_no_bot_starts_on_either_database_meanwhile(
    copying: Copying, shop: Path, target: Path, place: str
) -> None:
    refused: list[str] = []

    def start(line: str) -> None:
        if line == "  orders":
            with pytest.raises(StoreInUseError):
                ProcessLock({"shop": shop, "target": target}[place])
            refused.append(line)

    copying.on_line = start
    assert copying.run(url_of(shop), url_of(target)) == 0
    assert refused == ["  orders"]


# --- what is refused ---


def fill(target: Path) -> None:
    fill_shop(target)


def write_text(target: Path) -> None:
    target.parent.mkdir()
    target.write_text("a letter")


def make_empty(target: Path) -> None:
    """A bot that starts makes an empty file first."""
    target.parent.mkdir()
    target.touch()


@pytest.mark.parametrize("make", [fill, write_text, make_empty])
def test_a_target_that_exists_is_not_touched(
    copying: Copying, shop: Path, target: Path, make: Callable[[Path], None]
) -> None:
    make(target)
    before = target.read_bytes()
    assert copying.run(url_of(shop), url_of(target)) == 1
    assert "exists already, and no copy is written over it" in copying.text
    assert target.read_bytes() == before
    assert names(target.parent) == {"konter.db"}


def test_a_target_in_use_is_refused(copying: Copying, shop: Path, target: Path) -> None:
    target.parent.mkdir()
    lock = ProcessLock(target)
    assert copying.run(url_of(shop), url_of(target)) == 1
    lock.release()
    assert "another Konter is running" in copying.text
    assert names(target.parent) == {"konter.db.lock"}


def test_the_same_database_twice_is_refused(copying: Copying, shop: Path) -> None:
    link = shop.with_name("link.db")
    link.symlink_to(shop)
    assert copying.run(url_of(shop), url_of(link)) == 1
    assert "FROM and TO are the same database" in copying.text


def test_a_missing_source_is_refused_and_not_made(
    copying: Copying, tmp_path: Path, target: Path
) -> None:
    assert copying.run(url_of(tmp_path / "none" / "konter.db"), url_of(target)) == 1
    assert "there is no database at" in copying.text
    assert names(tmp_path) == set()


def test_an_older_source_is_refused_with_what_to_do(
    copying: Copying, tmp_path: Path, target: Path
) -> None:
    create_previous_version(tmp_path / "old.db")
    assert copying.run(url_of(tmp_path / "old.db"), url_of(target)) == 1
    assert "start Konter once, which migrates the database" in copying.text
    assert not target.exists()


def test_a_newer_source_is_refused(copying: Copying, shop: Path, target: Path) -> None:
    execute(shop, "insert into schema_migrations values (9999, '9999_future')")
    assert copying.run(url_of(shop), url_of(target)) == 1
    assert "update Konter" in copying.text


def test_a_source_that_is_no_database_is_refused(
    copying: Copying, tmp_path: Path, target: Path
) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear reader, " * 1_000)
    assert copying.run(url_of(letter), url_of(target)) == 1
    assert "not a database" in copying.text


def test_nothing_is_left_when_the_disk_is_nearly_full(
    copying: Copying, shop: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "ROOM_LEFT_BYTES", 2**60)
    assert copying.run(url_of(shop), url_of(target)) == 1
    assert "bytes are free" in copying.text
    assert names(target.parent) == {"konter.db.lock"}


def test_a_disk_that_becomes_full_in_the_middle_leaves_nothing(
    copying: Copying, shop: Path, target: Path
) -> None:
    """The system refuses to make any file larger than what the copy has so far."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    execute(shop, "insert into facts values ('ballast', hex(randomblob(4000000)))")

    def fill_disk(line: str) -> None:
        if line == "  facts":
            resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))

    copying.on_line = fill_disk
    try:
        assert copying.run(url_of(shop), url_of(target)) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "Nothing was copied" in copying.text
    assert names(target.parent) == {"konter.db.lock"}


@pytest.mark.parametrize("line", ["transfers", "Comparing the books."])
def test_a_killed_copy_leaves_no_database_and_is_made_again(
    copying: Copying, shop: Path, target: Path, line: str
) -> None:
    killed_at(line, url_of(shop), url_of(target))
    assert not target.exists()
    assert any(name.endswith(".part") for name in names(target.parent))
    assert copying.run(url_of(shop), url_of(target)) == 0
    assert contents_of(target) == contents_of(shop)
    assert names(target.parent) == {"konter.db", "konter.db.lock"}


def test_the_command_line_takes_paths_and_refuses_other_addresses(shop: Path, target: Path) -> None:
    run = CliRunner().invoke
    assert run(konter, ["copy-database", str(shop), str(target)]).exit_code == 0
    assert contents_of(target) == contents_of(shop)
    refused = run(konter, ["copy-database", str(shop), "mysql://konter:s3cret@host/konter"])
    assert refused.exit_code == 2
    assert "TO must begin with sqlite:/// or postgresql://" in refused.output
    assert "s3cret" not in refused.output
