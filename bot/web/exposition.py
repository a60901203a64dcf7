"""Writes the metrics in Prometheus' text format; docs/monitoring.md has a table of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from typing_extensions import override

from bot.domain.histogram import Histogram
from bot.web.metrics import MetricsSnapshot, StoredFigures

EXPOSITION_TYPE = CONTENT_TYPE_LATEST


def exposition(snapshot: MetricsSnapshot) -> bytes:
    """Return a snapshot in Prometheus' text format (content type `EXPOSITION_TYPE`)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SnapshotCollector(snapshot))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _SnapshotCollector(Collector):
    def __init__(self, snapshot: MetricsSnapshot) -> None:
        self._snapshot = snapshot

    @override
    def collect(self) -> Iterable[Metric]:
        snapshot = self._snapshot
        yield InfoMetricFamily("konter", "Konter's version.", {"version": snapshot.version})
        checks = {name: int(is_good) for name, is_good in snapshot.checks.items()}
        yield _gauges("konter_check_ok", "1 if a check of /readyz is good.", "check", checks)
        ready = int(all(snapshot.checks.values()))
        yield _gauge("konter_ready", "1 if all checks of /readyz are good.", ready)
        if snapshot.stored is not None:
            yield from _stored(snapshot.stored)
        yield _gauge("konter_inbox_backlog", "Updates to handle.", snapshot.inbox_backlog)
        yield _gauge(
            "konter_inbox_lag_seconds",
            "How long the oldest update has waited.",
            snapshot.inbox_lag_seconds,
        )
        yield from _calls(snapshot)
        yield from _workers(snapshot)
        yield from _catalogue(snapshot)
        yield from _machine(snapshot)


def _stored(stored: StoredFigures) -> Iterable[Metric]:
    yield _gauges("konter_orders", "Orders by state.", "state", stored.orders)
    yield _gauges(
        "konter_oldest_order_age_seconds",
        "How long the oldest order has been in a state.",
        "state",
        stored.oldest_order_age_seconds,
    )
    yield _gauges(
        "konter_ledger_balance_rupiah", "Balances by account.", "account", stored.balances
    )
    total = sum(stored.balances.values())
    yield _gauge("konter_ledger_sum_rupiah", "All balances together: 0.", total)
    yield _gauge("konter_held_rupiah", "Held in wallets for open orders.", stored.held)
    yield _gauge("konter_outbox_backlog", "Messages to deliver.", stored.outbox_backlog)
    yield _gauge(
        "konter_outbox_lag_seconds",
        "How long the oldest message has waited.",
        stored.outbox_lag_seconds,
    )
    yield from _known(
        "konter_restore_test_age_seconds",
        "Since a restore of a backup was last tried with success.",
        stored.restore_test_age_seconds,
    )
    yield from _known(
        "konter_restore_test_failed",
        "1 if the last trial of a restore failed.",
        stored.has_restore_test_failed,
    )
    yield from _known(
        "konter_certificate_remaining_seconds",
        "Until the certificate of the webhook ends.",
        stored.certificate_remaining_seconds,
    )


def _calls(snapshot: MetricsSnapshot) -> Iterable[Metric]:
    calls = CounterMetricFamily(
        "konter_supplier_calls", "Calls to the supplier.", labels=["kind", "outcome"]
    )
    for (kind, outcome), count in snapshot.supplier_calls.items():
        calls.add_metric([kind, outcome], count)
    yield calls
    seconds = HistogramMetricFamily(
        "konter_supplier_call_seconds", "How long the supplier took.", labels=["kind"]
    )
    for kind, histogram in snapshot.supplier_seconds.items():
        seconds.add_metric([kind], _buckets(histogram), histogram.sum_seconds)
    yield seconds
    if snapshot.confirm_to_voucher is not None:
        yield HistogramMetricFamily(
            "konter_confirm_to_voucher_seconds",
            "From the confirmation of an order until its voucher was in the chat.",
            _buckets(snapshot.confirm_to_voucher),
            snapshot.confirm_to_voucher.sum_seconds,
        )
    yield _gauge(
        "konter_telegram_connected",
        "1 if the last poll, or the last check of a bot with a webhook, was answered.",
        snapshot.is_telegram_connected,
    )
    yield CounterMetricFamily(
        "konter_telegram_calls", "Calls to Telegram.", value=snapshot.telegram_calls
    )
    failures = CounterMetricFamily(
        "konter_telegram_errors", "Calls to Telegram that failed.", labels=["code"]
    )
    for code, count in snapshot.telegram_failures.items():
        failures.add_metric([code], count)
    yield failures


def _workers(snapshot: MetricsSnapshot) -> Iterable[Metric]:
    yield _gauges(
        "konter_worker_failures",
        "Steps of a worker that failed in a row.",
        "worker",
        snapshot.worker_failures,
    )
    yield _gauges(
        "konter_worker_heartbeat_age_seconds",
        "Since a worker began or ended a step.",
        "worker",
        snapshot.heartbeat_age_seconds,
    )


def _catalogue(snapshot: MetricsSnapshot) -> Iterable[Metric]:
    yield _gauge("konter_catalogue_size", "Products on sale.", snapshot.catalogue_size)
    yield from _known(
        "konter_catalogue_age_seconds",
        "Since the catalogue was fetched.",
        snapshot.catalogue_age_seconds,
    )
    yield _gauges(
        "konter_supplier_rows_skipped",
        "Rows of the supplier's last list that could not be read.",
        "list",
        snapshot.rows_skipped,
    )


def _machine(snapshot: MetricsSnapshot) -> Iterable[Metric]:
    yield from _known(
        "konter_disk_free_bytes", "Free where the shop's data is.", snapshot.disk_free_bytes
    )
    yield from _known(
        "konter_disk_size_bytes", "Size of that file system.", snapshot.disk_size_bytes
    )
    yield from _known(
        "konter_backup_age_seconds", "Age of the newest backup.", snapshot.backup_age_seconds
    )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _known(name: str, text: str, value: float | None) -> Iterable[Metric]:
    """Yield a gauge, unless its value is unknown."""
    if value is not None:
        yield _gauge(name, text, value)


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    return [
        ("+Inf" if math.isinf(bound) else str(float(bound)), count)
        for bound, count in histogram.cumulative()
    ]
