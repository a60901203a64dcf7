"""Restock: remember who waits for what cannot be bought, and tell them once it is back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue import Catalogue, ProductId
from bot.domain.errors import TooManyRestockRequestsError, UnavailableReason
from bot.domain.notice import Notice
from bot.domain.order import CustomerId
from bot.domain.restock import OPEN_AT_MOST, Restocked, RestockRequest, asked
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import Offer, Shelf, find_offer, offer_of
from bot.services.notices import enqueue

SHORTEST_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Awaited:
    """A product as it is now, and its customer's open request, if there is one."""

    offer: Offer
    request: RestockRequest | None


class Restock:
    """Whoever asks is told once, when the product is ready, listed, and outside its cutoff."""

    def __init__(self, store: Store, shelf: Shelf, rules: ShopRules, clock: Clock) -> None:
        """Look at `shelf` at every call."""
        self._store = store
        self._shelf = shelf
        self._rules = rules
        self._clock = clock

    async def awaited(self, customer_id: CustomerId, product_id: ProductId) -> Awaited:
        """Return a product; raises `ProductUnavailableError` when it is no longer sold."""
        offer, now = await self._offer(product_id), self._clock.now()
        request = await self._store.read(open_request, customer_id, product_id, now)
        return Awaited(offer, request)

    async def ask(self, customer_id: CustomerId, product_id: ProductId) -> Awaited:
        """Remember that a customer waits for a product; asked once more, nothing changes.

        Nothing is remembered of one that can be bought. Raises `ProductUnavailableError` when it
        is no longer sold, `TooManyRestockRequestsError`.
        """
        offer, now = await self._offer(product_id), self._clock.now()
        if offer.is_available:
            return Awaited(offer, None)
        return Awaited(offer, await self._store.write(_ask, customer_id, product_id, now))

    async def forget(self, customer_id: CustomerId, product_id: ProductId) -> Awaited:
        """Tell a customer nothing of a product; raises `ProductUnavailableError` as `ask` does."""
        await self._store.write(lambda tx: tx.restock_requests.forget(customer_id, product_id))
        return Awaited(await self._offer(product_id), None)

    async def _offer(self, product_id: ProductId) -> Offer:
        withheld = await self._store.read(lambda tx: tx.withheld_products.product_ids())
        now = self._clock.now()
        return find_offer(self._shelf.catalogue, product_id, self._rules, now, withheld)

    async def step(self) -> float | None:
        """Tell of everything that is back.

        Returns the seconds until the next cutoff that somebody waits for is over; None when no
        time is known at which something changes.
        """
        catalogue, now = self._shelf.catalogue, self._clock.now()
        if catalogue is None:
            return None
        wanted, withheld = await self._store.read(_wanted, now)
        offers = self._on_sale(catalogue, wanted, withheld, now)
        back = [offer.product.product_id for offer in offers if offer.is_available]
        if back:
            await self._store.write(_tell, back, now)
        return self._until_next_opening(offers)

    def _on_sale(
        self,
        catalogue: Catalogue,
        wanted: Collection[ProductId],
        withheld: Collection[ProductId],
        now: datetime,
    ) -> list[Offer]:
        products = (catalogue.product(product_id) for product_id in wanted)
        return [offer_of(one, self._rules, now, withheld) for one in products if one is not None]

    def _until_next_opening(self, offers: Collection[Offer]) -> float | None:
        openings = [
            offer.opens_at
            for offer in offers
            if offer.unavailable is UnavailableReason.CLOSED and offer.opens_at is not None
        ]
        if not openings:
            return None
        return max(SHORTEST_PAUSE_SECONDS, (min(openings) - self._clock.now()).total_seconds())


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
    if len(tx.restock_requests.open_of(customer_id, now)) >= OPEN_AT_MOST:
        raise TooManyRestockRequestsError(OPEN_AT_MOST)
    return tx.restock_requests.add(asked(customer_id, product_id, now))


def _wanted(tx: Transaction, now: datetime) -> tuple[list[ProductId], frozenset[ProductId]]:
    """Return what somebody waits for, and what is withheld from sale.

    Nothing is waited for while the shop is paused, since nothing is sold.
    """
    if tx.conditions.get(PAUSED) is not None:
        return [], frozenset()
    return tx.restock_requests.wanted(now), tx.withheld_products.product_ids()


def _tell(tx: Transaction, back: Collection[ProductId], now: datetime) -> None:
    """Close the requests for what is back, and write one notice for each customer."""
    told: dict[CustomerId, list[RestockRequest]] = {}
    withheld = tx.withheld_products.product_ids()
    for product_id in (one for one in back if one not in withheld):
        for request in tx.restock_requests.tell(product_id, now):
            told.setdefault(request.customer_id, []).append(request)
    for requests in told.values():
        enqueue.tell_restocked(tx, requests, now)
    tx.restock_requests.forget_expired(now)


def restocked(
    tx: Transaction, rules: ShopRules, notice: Notice, now: datetime
) -> tuple[Restocked, ...]:
    """Return what a notice tells of, as it is now."""
    products = map(tx.catalogue.product, enqueue.products_of(notice))
    withheld = tx.withheld_products.product_ids()
    offers = [offer_of(one, rules, now, withheld) for one in products if one is not None]
    return tuple(Restocked(one.product, one.price, one.is_available) for one in offers)
