"""Refresh the catalogue from the supplier's list; a list that shrank too much must be confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.catalogue import Catalogue, Listing, Product, ShrinkGuard
from bot.domain.catalogue_changes import ListedRow, changed_catalogue, changes_between
from bot.domain.errors import RefusalClass, SupplierRefusedError, SupplierReplyTooLargeError
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ServiceList, Supplier
from bot.ports.versions import Subject
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.search import Search
from bot.services.catalogue.withhold import end_where_list_agrees
from bot.services.notices import enqueue

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 500
"""How many rows of a list one transaction stores: about 10 milliseconds."""
SOLD_WITHIN = timedelta(days=30)
"""Sales of the weeks of this period decide which categories are shown first."""


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
        self._fetched: ServiceList | None = None
        """The list from which the catalogue in memory was made."""

    async def load(self) -> int:
        """Put the stored list on sale; return its size, 0 when none is stored.

        It is not indexed yet: `Search.ready` does that, so that the bot starts sooner.
        """
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
        listings = self._sold(fetched)
        old_count = self._catalogue_cache.size
        is_accepted, self._guard = self._guard.judge(old_count, len(listings))
        log.info("catalogue_fetched", products=len(listings), skipped=fetched.skipped)
        if not is_accepted:
            await self._alert(Alert.CATALOGUE_SHRUNK, f"{old_count} -> {len(listings)}")
            return False
        catalogue = await self._stored(fetched, listings, self._clock.now())
        if self._search is not None:
            await asyncio.to_thread(self._search.prepare, catalogue)
        await self._put(catalogue)
        self._fetched = fetched
        return True

    def _sold(self, fetched: ServiceList) -> Sequence[Listing]:
        hidden = self._rules.profile.hidden_types
        return [listing for listing in fetched.listings if listing.type not in hidden]

    async def _stored(
        self, fetched: ServiceList, listings: Sequence[Listing], now: datetime
    ) -> Catalogue:
        """Store what the list changes, and return the catalogue that it makes.

        The difference is worked out before, from the catalogue in memory, and many changes are
        stored in several transactions, so that others are not kept waiting. Each row of the list
        is true by itself, so a crash between two of them leaves a list as good as the old one; it
        still counts as the one that was fetched before. If a transaction finds another version
        than the one before it left, because the last list was not stored to its end or somebody
        else stored one, everything is compared with the database again.
        """
        old = self._catalogue_cache.catalogue
        is_same = old is not None and fetched is self._fetched
        if old is not None and is_same and await self._finish(old.version, old, [], now):
            old.fetched_at = now
            return old
        version = 0 if old is None else old.version
        while True:
            new = await self._changed(old, version, listings, now)
            if new is not None:
                return new
            old, version = await self._store.read(_stored_now)

    async def _changed(
        self, old: Catalogue | None, version: int, listings: Sequence[Listing], now: datetime
    ) -> Catalogue | None:
        """Store what a list changes; None if the database has another version than `old`."""
        changes = await asyncio.to_thread(changes_between, old, listings)
        products: list[Product] = []
        for first in range(0, len(changes.rows), ROWS_AT_ONCE):
            rows = changes.rows[first : first + ROWS_AT_ONCE]
            stored = await self._store.write(_put_rows, version, rows)
            if stored is None:
                return None
            part, version = stored
            products += part
        categories = await self._store.read(lambda tx: tx.catalogue.categories())
        new = await asyncio.to_thread(changed_catalogue, old, changes, products, categories, now)
        return new if await self._finish(version, new, changes.gone, now) else None

    async def _finish(
        self, version: int, new: Catalogue, gone: Sequence[str], now: datetime
    ) -> bool:
        """Put a list on sale whose rows are stored; False if the database has another version."""
        finished = await self._store.write(_finish, version, new, gone, now)
        if finished is not None:
            new.version = finished
        return finished is not None

    async def _put(self, catalogue: Catalogue) -> None:
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


def _stored_now(tx: Transaction) -> tuple[Catalogue | None, int]:
    """Return the stored catalogue, and the version of the products, which may have no list yet."""
    return tx.catalogue.load(), tx.versions.of(Subject.CATALOGUE)


def _put_rows(
    tx: Transaction, version: int, rows: Sequence[ListedRow]
) -> tuple[list[Product], int] | None:
    """Store rows; return their products and the new version, None if it was another before."""
    if tx.versions.of(Subject.CATALOGUE) != version:
        return None
    return tx.catalogue.put(rows), tx.versions.of(Subject.CATALOGUE)


def _finish(
    tx: Transaction, version: int, new: Catalogue, gone: Sequence[str], now: datetime
) -> int | None:
    """Put a list on sale whose rows are stored; return its version, None if it was another."""
    if tx.versions.of(Subject.CATALOGUE) != version:
        return None
    tx.catalogue.take_off_sale(gone)
    tx.catalogue.record_fetch(now)
    end_where_list_agrees(tx, new, now)
    return tx.versions.of(Subject.CATALOGUE)
