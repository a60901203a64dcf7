"""Metrics for Prometheus, read from the shop at every scrape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

EXPOSITION_TYPE = CONTENT_TYPE_LATEST


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


def exposition(snapshot: MetricsSnapshot) -> bytes:
    """Return a snapshot in Prometheus' text format (content type `EXPOSITION_TYPE`)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SnapshotCollector(snapshot))
    return generate_latest(registry)


class _SnapshotCollector(Collector):
    def __init__(self, snapshot: MetricsSnapshot) -> None:
        self._snapshot = snapshot

    @override
    def collect(self) -> Iterable[Metric]:
        snapshot = self._snapshot
        yield _gauges("konter_orders", "Orders by state.", "state", snapshot.orders_by_state)
        yield _gauge("konter_outbox_backlog", "Messages to deliver.", snapshot.outbox_backlog)
        yield _gauge("konter_inbox_backlog", "Updates to handle.", snapshot.inbox_backlog)
        calls = CounterMetricFamily(
            "konter_supplier_calls", "Calls to the supplier.", labels=["kind"]
        )
        for kind, count in snapshot.supplier_calls.items():
            calls.add_metric([kind], count)
        yield calls
        yield _gauges(
            "konter_worker_failures",
            "Steps of a worker that failed in a row.",
            "worker",
            snapshot.worker_failures,
        )
        yield _gauge("konter_catalogue_size", "Products on sale.", snapshot.catalogue_size)
        yield _gauges(
            "konter_supplier_rows_skipped",
            "Rows of the supplier's last list that could not be read.",
            "list",
            snapshot.rows_skipped,
        )
        if snapshot.catalogue_age_seconds is not None:
            yield _gauge(
                "konter_catalogue_age_seconds",
                "Since the catalogue was fetched.",
                snapshot.catalogue_age_seconds,
            )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _gauges(name: str, text: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
