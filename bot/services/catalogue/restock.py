"""Restock requests: notify customers once when an unavailable product can be bought again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue import Catalogue, ProductId
from bot.domain.errors import TooManyRestockRequestsError, UnavailableReason
from bot.domain.notice import Notice
from bot.domain.order import CustomerId
from bot.domain.restock import MAX_OPEN_REQUESTS, RestockedProduct, RestockRequest, new_request
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache, Offer, find_offer, offer_of
from bot.services.notices import enqueue

MIN_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class RestockState:
    """A product's current offer, and the customer's open request for it, if any."""

    offer: Offer
    request: RestockRequest | None


class Restock:
    """Restock requests; each gets one notice, once the product is listed, ready and open."""

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    async def state_of(self, customer_id: CustomerId, product_id: ProductId) -> RestockState:
        """Return a product and its request; raises `ProductUnavailableError` when not listed."""
        offer, now = await self._offer(product_id), self._clock.now()
        request = await self._store.read(open_request, customer_id, product_id, now)
        return RestockState(offer, request)

    async def ask(self, customer_id: CustomerId, product_id: ProductId) -> RestockState:
        """Record a customer's request for a product; a repeated one changes nothing.

        For a product that can be bought none is recorded. Raises `ProductUnavailableError` when
        the product is not listed, and `TooManyRestockRequestsError`.
        """
        offer, now = await self._offer(product_id), self._clock.now()
        if offer.is_available:
            return RestockState(offer, None)
        return RestockState(offer, await self._store.write(_ask, customer_id, product_id, now))

    async def cancel(self, customer_id: CustomerId, product_id: ProductId) -> RestockState:
        """Delete a customer's request.

        Raises `ProductUnavailableError` when the product is not listed.
        """
        await self._store.write(lambda tx: tx.restock_requests.forget(customer_id, product_id))
        return RestockState(await self._offer(product_id), None)

    async def _offer(self, product_id: ProductId) -> Offer:
        withheld = await self._store.read(lambda tx: tx.withheld_products.product_ids())
        now = self._clock.now()
        return find_offer(self._catalogue_cache.catalogue, product_id, self._rules, now, withheld)

    async def step(self) -> float | None:
        """Enqueue notices for all requested products that can be bought again.

        Returns the seconds until the first requested product leaves its cutoff; None when no
        requested product is in one.
        """
        catalogue, now = self._catalogue_cache.catalogue, self._clock.now()
        if catalogue is None:
            return None
        requested, withheld = await self._store.read(_requested, now)
        offers = self._on_sale(catalogue, requested, withheld, now)
        available = [offer.product.product_id for offer in offers if offer.is_available]
        if available:
            await self._store.write(_notify, available, now)
        return self._until_next_opening(offers)

    def _on_sale(
        self,
        catalogue: Catalogue,
        requested: Collection[ProductId],
        withheld: Collection[ProductId],
        now: datetime,
    ) -> list[Offer]:
        products = (catalogue.product(product_id) for product_id in requested)
        return [offer_of(one, self._rules, now, withheld) for one in products if one is not None]

    def _until_next_opening(self, offers: Collection[Offer]) -> float | None:
        openings = [
            offer.opens_at
            for offer in offers
            if offer.unavailable is UnavailableReason.CLOSED and offer.opens_at is not None
        ]
        if not openings:
            return None
        return max(MIN_PAUSE_SECONDS, (min(openings) - self._clock.now()).total_seconds())


def open_request(
    tx: Transaction, customer_id: CustomerId, product_id: ProductId, now: datetime
) -> RestockRequest | None:
    """Return a customer's open request for a product."""
    requests = tx.restock_requests.open_of(customer_id, now)
    return next((one for one in requests if one.product_id == product_id), None)


def _ask(
    tx: Transaction, customer_id: CustomerId, product_id: ProductId, now: datetime
) -> RestockRequest:
    tx.restock_requests.forget_expired(now)
    known = open_request(tx, customer_id, product_id, now)
    if known is not None:
        return known
    if len(tx.restock_requests.open_of(customer_id, now)) >= MAX_OPEN_REQUESTS:
        raise TooManyRestockRequestsError(MAX_OPEN_REQUESTS)
    return tx.restock_requests.add(new_request(customer_id, product_id, now))


def _requested(tx: Transaction, now: datetime) -> tuple[list[ProductId], frozenset[ProductId]]:
    """Return the requested products and the withheld ones.

    Both are empty while the shop is paused, since nothing is sold.
    """
    if tx.conditions.get(PAUSED) is not None:
        return [], frozenset()
    return tx.restock_requests.wanted(now), tx.withheld_products.product_ids()


def _notify(tx: Transaction, available: Collection[ProductId], now: datetime) -> None:
    """Close the requests for these products, and enqueue one notice per customer."""
    by_customer: dict[CustomerId, list[RestockRequest]] = {}
    withheld = tx.withheld_products.product_ids()
    for product_id in (one for one in available if one not in withheld):
        for request in tx.restock_requests.mark_notified(product_id, now):
            by_customer.setdefault(request.customer_id, []).append(request)
    for requests in by_customer.values():
        enqueue.notify_restocked(tx, requests, now)
    tx.restock_requests.forget_expired(now)


def restocked(
    tx: Transaction, rules: ShopRules, notice: Notice, now: datetime
) -> tuple[RestockedProduct, ...]:
    """Return the products of a restock notice with their current price and availability."""
    products = map(tx.catalogue.product, enqueue.products_of(notice))
    withheld = tx.withheld_products.product_ids()
    offers = [offer_of(one, rules, now, withheld) for one in products if one is not None]
    return tuple(RestockedProduct(one.product, one.price, one.is_available) for one in offers)
