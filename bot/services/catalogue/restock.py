"""Restock requests: notify customers once when an unavailable product can be bought again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.errors import TooManyRestockRequestsError, UnavailableReason
from bot.domain.notice import Notice
from bot.domain.order import CustomerId
from bot.domain.restock import MAX_OPEN_REQUESTS, RestockedProduct, RestockRequest, new_request
from bot.domain.shop_rules import ShopRules
from bot.domain.viewer import EVERYBODY
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache, Offer, offer_of
from bot.services.catalogue.current import (
    current_offer,
    disruption_of,
    is_sold_to,
    products_on_sale,
)
from bot.services.catalogue.terms import terms_now
from bot.services.notices import enqueue
from bot.services.permissions import viewer_of
from bot.services.selling_stop import selling_stop

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
        now = self._clock.now()

        def read(tx: Transaction) -> RestockState:
            offer = self._offer(tx, customer_id, product_id, now)
            return RestockState(offer, open_request(tx, customer_id, product_id, now))

        return await self._store.read(read)

    async def ask(self, customer_id: CustomerId, product_id: ProductId) -> RestockState:
        """Record a customer's request for a product; a repeated one changes nothing.

        For a product that can be bought none is recorded. Raises `ProductUnavailableError` when
        the product is not listed, and `TooManyRestockRequestsError`.
        """
        now = self._clock.now()

        def ask(tx: Transaction) -> RestockState:
            offer = self._offer(tx, customer_id, product_id, now)
            request = None if offer.is_available else _ask(tx, customer_id, product_id, now)
            return RestockState(offer, request)

        return await self._store.write(ask)

    async def cancel(self, customer_id: CustomerId, product_id: ProductId) -> RestockState:
        """Delete a customer's request.

        Raises `ProductUnavailableError` when the product is not listed.
        """
        await self._store.write(lambda tx: tx.restock_requests.forget(customer_id, product_id))
        now = self._clock.now()
        offer = await self._store.read(lambda tx: self._offer(tx, customer_id, product_id, now))
        return RestockState(offer, None)

    def _offer(
        self, tx: Transaction, customer_id: CustomerId, product_id: ProductId, now: datetime
    ) -> Offer:
        terms = terms_now(tx, self._rules, viewer_of(tx, self._rules, customer_id))
        return current_offer(tx, self._catalogue_cache.catalogue, product_id, terms, now)

    async def step(self) -> float | None:
        """Enqueue notices for all requested products that can be bought again.

        Returns the seconds until the first requested product leaves its cutoff; None when no
        requested product is in one.
        """
        now = self._clock.now()
        offers = await self._store.read(self._requested, now)
        if any(offer.is_available for offer in offers):
            await self._store.write(self._notify, now)
        return self._until_next_opening(offers)

    def _requested(self, tx: Transaction, now: datetime) -> list[Offer]:
        """Return the offers of the requested products, without those that only staff may buy.

        There are none while the shop is paused, since nothing is sold.
        """
        if selling_stop(tx, self._rules.account) is not None:
            return []
        requested, withheld = tx.restock_requests.wanted(now), tx.withheld_products.product_ids()
        catalogue = self._catalogue_cache.catalogue
        products = products_on_sale(tx, catalogue, requested)
        terms = terms_now(tx, self._rules, EVERYBODY)
        return [
            offer_of(one, terms, now, withheld, disruption_of(tx, catalogue, one))
            for one in products
            if is_sold_to(tx, catalogue, one, EVERYBODY)
        ]

    def _notify(self, tx: Transaction, now: datetime) -> None:
        """Close the requests for products that can be bought, and enqueue a notice per customer.

        What can be bought is read again here: it may have changed since `step` found it.
        """
        by_customer: dict[CustomerId, list[RestockRequest]] = {}
        for offer in self._requested(tx, now):
            if not offer.is_available:
                continue
            for request in tx.restock_requests.mark_notified(offer.product.product_id, now):
                by_customer.setdefault(request.customer_id, []).append(request)
        for requests in by_customer.values():
            enqueue.notify_restocked(tx, requests, now)
        tx.restock_requests.forget_expired(now)

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


def restocked(
    tx: Transaction, rules: ShopRules, notice: Notice, now: datetime
) -> tuple[RestockedProduct, ...]:
    """Return the products of a restock notice with their current price and availability.

    One that is no longer on the list, or not sold to the reader any more, is not available.
    """
    wanted = enqueue.products_of(notice)
    reader = tx.customers.by_telegram(notice.chat_id)
    viewer = EVERYBODY if reader is None else viewer_of(tx, rules, reader.customer_id)
    products = [one for one in map(tx.catalogue.product, wanted) if one is not None]
    off_sale = (
        one.product_id
        for one in products
        if tx.catalogue.on_sale(one.product_id) is None or not is_sold_to(tx, None, one, viewer)
    )
    unsold = tx.withheld_products.product_ids().union(off_sale)
    terms = terms_now(tx, rules, viewer)
    offers = [offer_of(one, terms, now, unsold, disruption_of(tx, None, one)) for one in products]
    return tuple(RestockedProduct(one.product, one.price, one.is_available) for one in offers)
