"""What the shop tells of itself over HTTP: its health and its metrics."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import StoreError
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.supplier_health import SupplierHealth
from bot.supplier.client import OsimesaSupplier
from bot.web.metrics import MetricsSnapshot
from bot.web.routes import Health
from bot.workers.loop import Loop
from handlers.transport.update_receiver import UpdateReceiver

SICK_AFTER_FAILURES = 5
"""/health reports a worker as failing after this many failed steps in a row."""


class Monitoring:
    """Reads the state of the running shop; changes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        receiver: UpdateReceiver,
        supplier: OsimesaSupplier,
        supplier_health: SupplierHealth,
        catalogue_cache: CatalogueCache,
        woken: Sequence[Loop],
    ) -> None:
        """`woken` are the workers that the shop depends on at any moment."""
        self._store = store
        self._clock = clock
        self._receiver = receiver
        self._supplier = supplier
        self._supplier_health = supplier_health
        self._catalogue_cache = catalogue_cache
        self._woken = woken

    async def health(self) -> Health:
        """Return whether the database answers and no worker keeps failing, with details."""
        failing = [loop.name for loop in self._woken if loop.failures >= SICK_AFTER_FAILURES]
        try:
            await self._store.read(lambda tx: tx.conditions.all())
        except StoreError:
            return Health(is_healthy=False, details={"database": "unavailable"})
        return Health(
            is_healthy=not failing,
            details={
                "database": "ok",
                "telegram": "connected" if self._receiver.is_connected else "away",
                "workers": "failing: " + ", ".join(failing) if failing else "ok",
                "products": self._catalogue_cache.size,
                "catalogue_age_seconds": self._catalogue_age_seconds(),
            },
        )

    async def metrics(self) -> MetricsSnapshot:
        """Return the current metrics; raises `StoreUnavailableError`."""

        def read(tx: Transaction) -> tuple[dict[str, int], int]:
            counts = tx.orders.counts_by_state()
            return {state.value: count for state, count in counts.items()}, tx.outbox.backlog()

        orders, backlog = await self._store.read(read)
        return MetricsSnapshot(
            orders_by_state=orders,
            outbox_backlog=backlog,
            inbox_backlog=self._receiver.backlog,
            supplier_calls=self._supplier.calls,
            worker_failures={loop.name: loop.failures for loop in self._woken},
            catalogue_size=self._catalogue_cache.size,
            catalogue_age_seconds=self._catalogue_age_seconds(),
            rows_skipped={
                "services": self._supplier_health.services_skipped,
                "status": self._supplier_health.rows_skipped,
            },
        )

    def _catalogue_age_seconds(self) -> float | None:
        if self._catalogue_cache.catalogue is None:
            return None
        return (self._clock.now() - self._catalogue_cache.catalogue.fetched_at).total_seconds()
