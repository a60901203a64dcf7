"""What is looked at for health and metrics: the parts of the running shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.ports.backups import Backups
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.services.catalogue.browse import CatalogueCache
from bot.services.notices.deliver import Deliver
from bot.services.supplier_health import SupplierHealth
from bot.supplier.call_statistics import CallStatistics
from bot.workers.loop import Loop
from bot.workers.sync_catalogue import SyncCatalogue
from handlers.transport.call_statistics import TelegramCalls

ANSWER_WITHIN_SECONDS = 3.0
"""How long a check or a scrape waits for the database; Prometheus waits 10 s by default."""


class Receiving(Protocol):
    """What the receiver of updates knows of itself (handlers/transport/update_receiver.py)."""

    is_connected: bool
    delivery_failure: str

    @property
    def backlog(self) -> int: ...
    @property
    def lag_seconds(self) -> float: ...
    @property
    def silent_seconds(self) -> float | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The parts of the running shop; they are read and not changed."""

    store: Store
    clock: Clock
    loops: Mapping[str, Loop]
    """The workers, by name."""
    sync: SyncCatalogue
    receiver: Receiving
    telegram_calls: TelegramCalls
    supplier_calls: CallStatistics
    supplier_health: SupplierHealth
    catalogue_cache: CatalogueCache
    catalogue_refresh_seconds: float
    deliver: Deliver
    backups: Backups | None
    """None if the shop makes none by itself."""
    folder: Path
    """A folder of the file system that has the shop's data; it may not exist yet."""
    schema_version: int
    """The version of the database that this code needs."""
    is_held: Callable[[], bool]
    """Whether a new version waits until its own health is good."""

    def catalogue_age_seconds(self) -> float | None:
        """Return the seconds since the catalogue was fetched; None if there is none."""
        catalogue = self.catalogue_cache.catalogue
        if catalogue is None:
            return None
        return (self.clock.now() - catalogue.fetched_at).total_seconds()
