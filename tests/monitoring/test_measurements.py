"""The metrics show what the shop holds, and go on without its database."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

from bot.monitoring.measurements import Measurements
from bot.monitoring.readiness import Readiness
from bot.ports.facts import CERTIFICATE_ENDS_AT, RESTORE_TEST_FAILED, RESTORE_TESTED_AT
from bot.ports.store import Transaction
from bot.web.metrics import MetricsSnapshot
from tests.monitoring.watched_shop import WatchedShop


class OneBackup:
    """A folder with one backup, or none."""

    def __init__(self, at: datetime | None) -> None:
        self.at = at

    async def newest_at(self, _now: datetime) -> datetime | None:
        return self.at


async def measured(watched: WatchedShop, **changes: object) -> MetricsSnapshot:
    """Return the metrics of a shop."""
    sources = watched.sources(**changes)
    readiness = Readiness(sources, probe_every_seconds=0)
    return await Measurements(sources, readiness).snapshot()


async def test_open_orders_are_shown_with_their_ages_and_the_books_add_up(
    watched: WatchedShop,
) -> None:
    shop = watched.shop
    order = await shop.ambiguous()
    shop.clock.advance(90)
    stored = (await measured(watched)).stored
    assert stored is not None
    assert stored.orders["ambiguous"] == 1
    assert stored.orders["parked"] == 0
    assert stored.oldest_order_age_seconds["ambiguous"] == 90
    assert stored.oldest_order_age_seconds["parked"] == 0
    assert stored.held == order.price
    assert sum(stored.balances.values()) == 0
    assert stored.balances["wallets"] == -stored.balances["bank"] > 0
    assert (stored.outbox_backlog, stored.outbox_lag_seconds) == (1, 90)
    assert stored.restore_test_age_seconds is stored.has_restore_test_failed is None
    assert stored.certificate_remaining_seconds is None


async def test_trials_of_a_restore_and_the_certificate_are_shown(watched: WatchedShop) -> None:
    now = watched.shop.clock.now()

    def know(tx: Transaction) -> None:
        tx.facts.put(RESTORE_TESTED_AT, (now - timedelta(days=8)).isoformat())
        tx.facts.put(RESTORE_TEST_FAILED, "the books of the copy are not sound")
        tx.facts.put(CERTIFICATE_ENDS_AT, (now + timedelta(days=3)).isoformat())

    await watched.shop.store.write(know)
    stored = (await measured(watched)).stored
    assert stored is not None
    assert stored.restore_test_age_seconds == 8 * 86_400
    assert stored.has_restore_test_failed
    assert stored.certificate_remaining_seconds == 3 * 86_400


async def test_the_age_of_the_backup_is_infinite_without_one(watched: WatchedShop) -> None:
    made_at = watched.shop.clock.now() - timedelta(hours=2)
    for at, age_seconds in ((made_at, 7_200.0), (None, math.inf)):
        snapshot = await measured(watched, backups=OneBackup(at))
        assert snapshot.backup_age_seconds == age_seconds
    assert (await measured(watched)).backup_age_seconds is None


async def test_metrics_go_on_without_the_database(watched: WatchedShop) -> None:
    """An alert must say that the database is gone, not that the bot is."""
    watched.store.refuse_writes(1)
    watched.store.refuse_read(after=0)
    snapshot = await measured(watched)
    assert snapshot.stored is None
    assert not snapshot.checks["database"]
    assert snapshot.checks["telegram"]


async def test_the_disk_is_that_of_a_folder_that_is_still_to_be_made(
    watched: WatchedShop, tmp_path: Path
) -> None:
    snapshot = await measured(watched, folder=tmp_path / "later" / "backups")
    assert 0 < (snapshot.disk_free_bytes or 0) <= (snapshot.disk_size_bytes or 0)
