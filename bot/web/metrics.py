"""Metrics for Prometheus, read from the shop at every scrape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MetricsSnapshot:
    """The values of all metrics at one moment."""

    orders_by_state: Mapping[str, int] = field(default_factory=dict)
    outbox_backlog: int = 0
    """Notices that are not delivered yet."""
    inbox_backlog: int = 0
    """Telegram updates that are not handled yet."""
    supplier_calls: Mapping[str, int] = field(default_factory=dict)
    """Calls to the supplier since the start, by kind."""
    worker_failures: Mapping[str, int] = field(default_factory=dict)
    """The number of consecutive failed steps, by worker."""
    catalogue_size: int = 0
    catalogue_age_seconds: float | None = None
    rows_skipped: Mapping[str, int] = field(default_factory=dict)
    """Unreadable rows in the supplier's last replies, by list ("services", "status")."""
