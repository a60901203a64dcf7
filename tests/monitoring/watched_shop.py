"""A shop of the services' tests, with all that its monitoring looks at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.monitoring.readiness import Readiness
from bot.monitoring.sources import Sources
from bot.supplier.call_statistics import CallStatistics
from bot.workers.loop import Loop
from bot.workers.sync_catalogue import SyncCatalogue
from handlers.transport.call_statistics import TelegramCalls
from storage.schema import load_migrations, newest_version
from tests.services.failing_store import FailingStore
from tests.services.shop import Shop


@dataclass
class FakeReceiver:
    """A receiver that has been answered, until a test says otherwise."""

    is_connected: bool = True
    delivery_failure: str = ""
    backlog: int = 0
    lag_seconds: float = 0.0
    silent_seconds: float | None = 1.0


async def nothing() -> None:
    """Do a step of a worker that has nothing to do."""


class WatchedShop:
    """A shop that sells; a test breaks one part of it."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.store = FailingStore(shop.store)
        self.receiver = FakeReceiver()
        self.loop = Loop("send_orders", nothing)
        self.is_held = False
        self.folder = folder
        shop.health.record_answer(shop.clock.now(), None, is_order=False)

    def sources(self, **changes: Any) -> Sources:
        """Return what is looked at, with some parts replaced."""
        parts: dict[str, Any] = {
            "store": self.store,
            "clock": self.shop.clock,
            "loops": {self.loop.name: self.loop},
            "sync": SyncCatalogue(self.shop.refresh, 900),
            "receiver": self.receiver,
            "telegram_calls": TelegramCalls(),
            "supplier_calls": CallStatistics(),
            "supplier_health": self.shop.health,
            "catalogue_cache": self.shop.catalogue_cache,
            "catalogue_refresh_seconds": 900,
            "deliver": self.shop.deliver,
            "backups": None,
            "folder": self.folder,
            "schema_version": newest_version(load_migrations()),
            "is_held": lambda: self.is_held,
        }
        return Sources(**parts | changes)

    async def problems(self, **changes: Any) -> dict[str, str]:
        """Return the checks that are not good, each asked anew."""
        readiness = Readiness(self.sources(**changes), probe_every_seconds=0)
        return {name: told for name, told in (await readiness.checks()).items() if told != "ok"}
