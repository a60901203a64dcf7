"""Refresh the catalogue from the supplier's list; a list that shrank too much must be confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.catalogue import Catalogue, Listing, ShrinkGuard
from bot.domain.errors import RefusalClass, SupplierRefusedError, SupplierReplyTooLargeError
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import Supplier
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.search import Search
from bot.services.catalogue.withhold import end_where_list_agrees
from bot.services.notices import enqueue

log = structlog.get_logger(__name__)

SOLD_WITHIN = timedelta(days=30)
"""Sales within this period decide which categories are shown first."""


class RefreshCatalogue:
    """Fills the catalogue in memory: from the database at start, then from the supplier."""

    def __init__(
        self,
        store: Store,
        supplier: Supplier,
        catalogue_cache: CatalogueCache,
        rules: ShopRules,
        clock: Clock,
        search: Search | None = None,
    ) -> None:
        """`search` indexes each list before the list is put on sale."""
        self._store = store
        self._supplier = supplier
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._search = search
        self._guard = ShrinkGuard()

    async def load(self) -> int:
        """Put the stored list on sale; return its size, 0 when none is stored."""
        stored = await self._store.read(lambda tx: tx.catalogue.load())
        if stored is not None:
            await self._put(stored)
        return self._catalogue_cache.size

    async def refresh(self) -> bool:
        """Fetch the list and put it on sale; False when `ShrinkGuard` does not accept it yet.

        Raises `SupplierReadError` or `SupplierRefusedError`. The admins are alerted of a refusal
        and of a list that is too large (`SupplierReplyTooLargeError`); the old list stays on sale.
        """
        try:
            fetched = await self._supplier.services()
        except SupplierRefusedError as error:
            await self._alert_refusal(error)
            raise
        except SupplierReplyTooLargeError as error:
            await self._alert(Alert.CATALOGUE_TOO_LARGE, str(error))
            raise
        hidden = self._rules.profile.hidden_types
        listings = [listing for listing in fetched.listings if listing.type not in hidden]
        old_count = self._catalogue_cache.size
        is_sound, self._guard = self._guard.judge(old_count, len(listings))
        now = self._clock.now()
        log.info("catalogue_fetched", products=len(listings), skipped=fetched.skipped)
        if not is_sound:
            await self._alert(Alert.CATALOGUE_SHRUNK, f"{old_count} -> {len(listings)}")
            return False
        await self._put(await self._store.write(_replace, listings, now))
        return True

    async def _put(self, catalogue: Catalogue) -> None:
        if self._search is not None:
            await asyncio.to_thread(self._search.prepare, catalogue)
        since = self._clock.now() - SOLD_WITHIN
        sold, withheld = await self._store.read(
            lambda tx: (tx.orders.sold_since(since), tx.withheld_products.product_ids())
        )
        self._catalogue_cache.replace(catalogue, sold)
        self._catalogue_cache.withheld = withheld

    async def _alert_refusal(self, error: SupplierRefusedError) -> None:
        condition = Alert.UNKNOWN_REFUSAL
        if error.refusal is RefusalClass.CREDENTIALS:
            condition = Alert.CREDENTIALS_REFUSED
        elif error.refusal is RefusalClass.MAINTENANCE:
            condition = Alert.MAINTENANCE
        await self._alert(condition, error.message)

    async def _alert(self, condition: Alert, detail: str) -> None:
        now = self._clock.now()
        await self._store.write(enqueue.alert, self._rules, condition, detail, now)


def _replace(tx: Transaction, listings: Sequence[Listing], now: datetime) -> Catalogue:
    catalogue = tx.catalogue.replace(listings, now)
    end_where_list_agrees(tx, catalogue, now)
    return catalogue
