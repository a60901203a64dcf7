"""The tables of the shop's database: how many rows they have, and which are too old to be there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.services.retention import EVERY
from storage.opening import SQLITE, is_file
from storage.rows import micros
from storage.supplier_rows import OPEN_MARGIN
from tests.postgres.shared import connect_raw

GRACE = EVERY + timedelta(minutes=30)
"""Old records are deleted every hour, so that some are a little older than what is allowed."""
MARGIN = OPEN_MARGIN // timedelta(microseconds=1)
OVER = "('delivered', 'undeliverable', 'stale')"
OPEN = "('queued', 'sending', 'accepted', 'ambiguous', 'parked')"
TOO_OLD = {
    "inbox": (3, "done_at is not null and arrived_at < {before}"),
    "inbox: contents": (0, "done_at is not null and payload <> ''"),
    "confirmations: unused": (30, "used_at is null and created_at < {before}"),
    "confirmations: used": (90, "used_at < {before} and kind = 'purchase'"),
    "outbox: of an order's message": (
        7,
        """state in {over} and kind in ('order', 'order_parked') and created_at < {before}
        and subject_id in (select order_id from orders where ended_at < {before})""",
    ),
    "outbox: others": (
        90,
        """state in {over} and coalesce(delivered_at, created_at) < {before}
        and created_at < {before} and substr(dedupe_key, 1, 19) <> 'alert:late_success:'
        and kind not in ('order', 'order_parked', 'topup_requested', 'topup_proof')
        and (subject_id is null or subject_id not in
            (select order_id from orders where ended_at is null or ended_at >= {before}))""",
    ),
    "outbox: of top-ups": (
        90,
        """state in {over} and coalesce(delivered_at, created_at) < {before}
        and created_at < {before} and kind in ('topup_requested', 'topup_proof')
        and subject_id in (select topup_id from topups where state <> 'pending'
            or cancelled_at is not null or expired_at is not null)""",
    ),
    "supplier_rows: vouchers": (
        90,
        """emptied_at is null and first_seen_at < {before}
        and not exists (select 1 from orders where state in {open}
            and orders.created_at < first_seen_at + {margin})""",
    ),
    "recon_findings: texts": (90, "closed_at < {before} and detail <> ''"),
}
"""By table, and what of it: after how many days a row may not be there, and which rows count."""
KEPT_FOR_A_TIME = ("inbox", "confirmations", "outbox", "dialogs", "restock_requests")
KEPT_FOR_EVER = ("orders", "transfers", "supplier_rows", "topups", "customers", "admin_acts")


class Database:
    """The bot's database, read by others beside it."""

    def __init__(self, address: str) -> None:
        self.address = address

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        if is_file(self.address):
            path = self.address.removeprefix(SQLITE)
            connection: Any = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
        else:
            connection = connect_raw(self.address)
        with closing(connection):
            yield connection

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has that grows with the shop."""
        with self._connected() as connection:
            return {table: count(connection, table) for table in (*KEPT_FOR_A_TIME, *KEPT_FOR_EVER)}

    def too_old(self, now: datetime) -> dict[str, int]:
        """Return what of each table is older than is allowed, where there is any."""
        found = {}
        with self._connected() as connection:
            for name, (days, condition) in TOO_OLD.items():
                before = micros(now - timedelta(days=days) - GRACE)
                which = condition.format(before=before, over=OVER, open=OPEN, margin=MARGIN)
                found[name] = count(connection, f"{name.partition(':')[0]} where {which}")
        return {name: rows for name, rows in found.items() if rows}

    def megabytes(self) -> tuple[float, float]:
        """Return the size of the database, and of SQLite's write-ahead log."""
        if is_file(self.address):
            path = Path(self.address.removeprefix(SQLITE))
            return _megabytes(path), _megabytes(path.with_name(f"{path.name}-wal"))
        with self._connected() as connection:
            row = connection.execute("select pg_database_size(current_database())").fetchone()
        return row[0] / 2**20, 0.0


def count(connection: Any, what: str) -> int:
    """Return how many rows a table has, or those of it that a condition names."""
    (rows,) = connection.execute(f"select count(*) from {what}").fetchone()  # noqa: S608
    return int(rows)


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 2**20 if path.exists() else 0.0
