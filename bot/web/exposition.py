"""Writes the metrics in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from bot.web.metrics import MetricsSnapshot

EXPOSITION_TYPE = CONTENT_TYPE_LATEST


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
