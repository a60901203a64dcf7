"""Metrics for Prometheus, read from the shop at every scrape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.histogram import Histogram


@dataclass(frozen=True, slots=True)
class StoredFigures:
    """What the database knows."""

    orders: Mapping[str, int] = field(default_factory=dict)
    """By state."""
    oldest_order_age_seconds: Mapping[str, float] = field(default_factory=dict)
    """By state: for how long the oldest order has been in it."""
    balances: Mapping[str, int] = field(default_factory=dict)
    """By account, in rupiah; all wallets together are "wallets"."""
    held: int = 0
    """What is held in wallets for open orders, in rupiah."""
    outbox_backlog: int = 0
    """Notices that are not delivered yet."""
    outbox_lag_seconds: float = 0.0
    """For how long the oldest of them has waited."""
    restore_test_age_seconds: float | None = None
    """Since a restore was last tried with success; None: never."""
    has_restore_test_failed: bool | None = None
    """Of the last trial; None: there was none."""
    certificate_remaining_seconds: float | None = None
    """Until the webhook's certificate ends; None: unknown."""


@dataclass(frozen=True, slots=True)
class MetricsSnapshot:
    """The values of all metrics at one moment."""

    version: str = ""
    checks: Mapping[str, bool] = field(default_factory=dict)
    """The checks of `/readyz`, and whether each is good."""
    stored: StoredFigures | None = None
    """None if the database does not answer."""
    inbox_backlog: int = 0
    """Telegram updates that are not handled yet."""
    inbox_lag_seconds: float = 0.0
    """For how long the oldest of them has waited."""
    confirm_to_voucher: Histogram | None = None
    supplier_calls: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Calls to the supplier since the start, by kind and outcome."""
    supplier_seconds: Mapping[str, Histogram] = field(default_factory=dict)
    """How long the supplier took, by kind of call."""
    is_telegram_connected: bool = False
    telegram_calls: int = 0
    """Calls to Telegram since the start."""
    telegram_failures: Mapping[str, int] = field(default_factory=dict)
    """Those that failed, by Telegram's code."""
    worker_failures: Mapping[str, int] = field(default_factory=dict)
    """The number of consecutive failed steps, by worker."""
    heartbeat_age_seconds: Mapping[str, float] = field(default_factory=dict)
    """Since a worker last began or ended a step, by worker."""
    catalogue_size: int = 0
    catalogue_age_seconds: float | None = None
    rows_skipped: Mapping[str, int] = field(default_factory=dict)
    """Unreadable rows in the supplier's last replies, by list ("services", "status")."""
    disk_free_bytes: int | None = None
    disk_size_bytes: int | None = None
    backup_age_seconds: float | None = None
    """Of the newest backup: infinite if there is none, None if none is to be made."""
