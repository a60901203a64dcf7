"""A snapshot in which every metric has a value."""

from __future__ import annotations

from bot.domain.histogram import Histogram
from bot.domain.ledger import SHOP_ACCOUNTS
from bot.web.metrics import MetricsSnapshot, StoredFigures


def histogram_of(*seconds: float) -> Histogram:
    """Return a histogram with two bounds, 1 s and 10 s, and these durations."""
    histogram = Histogram((1, 10))
    for one in seconds:
        histogram.observe(one)
    return histogram


def full_snapshot() -> MetricsSnapshot:
    """Return the metrics of a shop that knows everything about itself."""
    return MetricsSnapshot(
        version="1.2.3",
        checks={"database": True, "telegram": False},
        stored=StoredFigures(
            orders={"parked": 2},
            oldest_order_age_seconds={"parked": 90.0},
            balances={
                "wallets": 100 * len(SHOP_ACCOUNTS),
                **dict.fromkeys(map(str, SHOP_ACCOUNTS), -100),
            },
            held=40,
            outbox_backlog=3,
            outbox_lag_seconds=7.5,
            restore_test_age_seconds=60.0,
            has_restore_test_failed=False,
            certificate_remaining_seconds=864_000.0,
        ),
        inbox_backlog=4,
        inbox_lag_seconds=0.5,
        confirm_to_voucher=histogram_of(2.0, 20.0),
        supplier_calls={("order", "answered"): 5, ("order", "refused_product"): 1},
        supplier_seconds={"order": histogram_of(0.5)},
        is_telegram_connected=True,
        telegram_calls=80,
        telegram_failures={"429": 2},
        worker_failures={"send_orders": 1},
        heartbeat_age_seconds={"send_orders": 3.0},
        catalogue_size=1400,
        catalogue_age_seconds=12.5,
        rows_skipped={"services": 2, "status": 1},
        disk_free_bytes=10**9,
        disk_size_bytes=10**10,
        backup_age_seconds=3600.0,
    )
