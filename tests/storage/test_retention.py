"""Deleted data is gone from the file and its backups; a migration deletes older data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports.store import Transaction
from storage.backup import back_up
from storage.sqlite_database import SqliteDatabase
from storage.sqlite_files import opened
from storage.store import SqlStore
from tests.samples import ACCOUNT
from tests.storage.samples import ANNI, NOW, SECOND, buy, row

SECRET = "VOUCHER-7391-4420"
VERSION_BEFORE = 12


def holds_secret(path: Path) -> bool:
    return SECRET.encode() in path.read_bytes()


def arrive(tx: Transaction) -> None:
    for update_id in range(50):
        tx.inbox.add(update_id, f'{{"text": "{SECRET} {update_id}", "more": "{"x" * 900}"}}', NOW)


def handle(tx: Transaction) -> None:
    for update_id in range(50):
        tx.inbox.done(update_id, NOW, "held back" if update_id % 2 else "")


async def test_a_handled_update_cannot_be_read_in_the_file(store: SqlStore, path: Path) -> None:
    await store.write(arrive)
    with closing(opened(path)) as reader:
        reader.execute("pragma wal_checkpoint(truncate)")
        assert holds_secret(path)
        await store.write(handle)
        reader.execute("pragma wal_checkpoint(truncate)")
    assert not holds_secret(path)


async def test_a_handled_update_is_in_no_backup(
    store: SqlStore, path: Path, tmp_path: Path
) -> None:
    await store.write(arrive)
    await store.write(lambda tx: tx.supplier_rows.record(ACCOUNT, [row("r1", voucher=SECRET)], NOW))
    back_up(SqliteDatabase(path), tmp_path / "before.db", NOW)
    assert holds_secret(tmp_path / "before.db")
    await store.write(handle)
    await store.write(lambda tx: tx.supplier_rows.empty(NOW + SECOND, NOW, 9))
    back_up(SqliteDatabase(path), tmp_path / "after.db", NOW)
    assert not holds_secret(tmp_path / "after.db")


@pytest.mark.parametrize("connection", ["SQLite"], indirect=True)
def test_with_nothing_old_the_tables_are_not_scanned(
    connection: sqlite3.Connection, tx: Transaction
) -> None:
    """A shop with a million orders must wait no longer than one with ten."""
    for number in range(300):
        buy(tx, destination=f"0812{number:07}", price=1)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 100)
    tx.inbox.forget(NOW, 200)
    tx.confirmations.forget_unused(NOW, 200)
    tx.confirmations.forget_used(NOW, 200)
    tx.outbox.forget(NOW, 200)
    tx.outbox.forget_updates(NOW, 200)
    tx.supplier_rows.empty(NOW, NOW, 200)
    tx.findings.empty(NOW, 200)
    connection.set_progress_handler(None, 100)
    assert steps < 10
    assert tx.customers.get(ANNI) is not None
