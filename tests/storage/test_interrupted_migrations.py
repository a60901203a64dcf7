"""A migration that was killed, or that a full disk stopped, is done by the next start."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from bot.domain.errors import StoreUnavailableError
from storage.database import SqliteConnection, prepare
from storage.schema import load_migrations, migrate, newest_version, version_of
from storage.transaction import SqlTransaction
from tests.samples import NOON
from tests.services.shop import SENDING_LIMIT
from tests.storage.samples import fail_if_called
from tests.storage.test_released_versions import VERSIONS, filled

NEWEST = newest_version(load_migrations())


class Watched(SqliteConnection):
    """Calls `before` before each statement, and keeps few pages in memory.

    So pages that are not committed are written to the log, as in a large database.
    """

    before: Callable[[], object] = staticmethod(lambda: None)

    @override
    def execute(self, *args: Any) -> sqlite3.Cursor:
        self.before()
        return super().execute(*args)


def opened(path: Path) -> Watched:
    connection = sqlite3.connect(path, isolation_level=None, factory=Watched)
    prepare(connection, is_writer=True)
    connection.execute("pragma cache_size = 2")
    return connection


def migrated(path: Path) -> list[str]:
    """Migrate a database as at a start, and return all that is in it."""
    with closing(opened(path)) as connection:
        migrate(connection, load_migrations(), fail_if_called)
        assert version_of(connection) == NEWEST
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        assert SqlTransaction(connection).audit.findings(NOON, SENDING_LIMIT) == []
        return list(connection.iterdump())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The filled database of the version before, whose transfers fill many pages."""
    path = tmp_path / "old.db"
    path.write_bytes(filled(VERSIONS[-1]))
    with closing(opened(path)) as connection:
        connection.executemany(
            "insert into transfers (phase, purpose, debit_account, credit_account, amount,"
            " idempotency_key, created_at, note) values ('single', 'credit', 'bank',"
            " 'wallet:1001', 5, ?, 1773378000000000, 'by hand')",
            [(f"adjustment:{number}",) for number in range(400)],
        )
    return path


def test_a_migration_killed_before_a_statement_is_done_again(old: Path, tmp_path: Path) -> None:
    """A kill leaves the files as they are at that moment, with a part of the transaction."""
    killed: list[Path] = []

    def keep() -> None:
        killed.append(tmp_path / f"killed-{len(killed)}.db")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{killed[-1]}{suffix}")

    path, whole = Path(shutil.copy(old, tmp_path / "live.db")), Path(f"{old}.whole")
    shutil.copy(old, whole)
    with closing(opened(path)) as connection:
        connection.before = keep
        migrate(connection, load_migrations(), fail_if_called)
        connection.before = lambda: None
    expected = migrated(whole)
    assert len(killed) > 60
    assert any(Path(f"{one}-wal").stat().st_size for one in killed)
    for one in killed[:: len(killed) // 12]:
        assert migrated(one) == expected


def test_a_migration_that_a_full_disk_stopped_is_done_again(old: Path, tmp_path: Path) -> None:
    whole, stopped = Path(shutil.copy(old, tmp_path / "whole.db")), list[int]()
    expected = migrated(whole)
    while True:
        path = Path(shutil.copy(old, tmp_path / f"full-{len(stopped)}.db"))
        with closing(opened(path)) as connection:
            (pages,) = connection.execute("pragma page_count").fetchone()
            connection.execute(f"pragma max_page_count = {pages + 3 * len(stopped)}")
            try:
                migrate(connection, load_migrations(), fail_if_called)
                break
            except StoreUnavailableError:
                stopped.append(version_of(connection))
        assert migrated(path) == expected
    assert {27, 28} <= set(stopped)
