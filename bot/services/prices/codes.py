"""Short codes of products: owners edit them, and customers type them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import Product, ProductId
from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.short_codes import CodeFault, ShortCodeError, parse_code
from bot.domain.staff import Right
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache, Offer
from bot.services.permissions import permitted

NO_CODE = frozenset({"-", "hapus", "none"})
"""What an owner types to take a product's code away."""


class ShortCodes:
    """The short codes of the products on sale."""

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    def code_of(self, product_id: ProductId) -> str:
        """Return a product's code; empty if it has none."""
        return self._catalogue_cache.codes.of.get(product_id, "")

    def product(self, text: str) -> Product | None:
        """Return the product of a typed code: a short one, or else one of the supplier's."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            return None
        product_id = self._catalogue_cache.codes.find(text)
        if product_id is not None:
            return catalogue.product(product_id)
        typed = text.strip()
        return catalogue.by_code(typed) or catalogue.by_code(typed.upper())

    def offer(self, text: str, viewer: Viewer = EVERYBODY) -> Offer | None:
        """Return what somebody buys by a short code; None if they are shown no such product.

        A proposed code stands for the name: it buys the cheapest source of exactly this name, as in
        the catalogue. A code of the owner's own stands for its product, and for the name only while
        that product cannot be bought.
        """
        product_id = self._catalogue_cache.codes.find(text)
        now = self._clock.now()
        assortment = self._catalogue_cache.assortment(self._rules, now, viewer)
        if product_id is None or assortment is None:
            return None
        product = assortment.catalogue.product(product_id)
        if product is None:
            return None
        offer = assortment.offer(product)
        is_own = product_id in assortment.terms.policy.prices.codes
        if offer.is_available and is_own:
            return offer
        name = product.listing.name.casefold()
        beside: Sequence[Product] = assortment.catalogue.products_in(product.sub_id)
        of_name = (assortment.offer(one) for one in beside if one.listing.name.casefold() == name)
        available = (one for one in (offer, *of_name) if one.is_available)
        return min(available, key=lambda one: one.price, default=offer)

    async def set_code(self, actor: Actor, product_id: ProductId, text: str) -> str:
        """Give a product a short code, and return it; "-" takes it away.

        Raises `NotPermittedError`, `NotFoundError`, and `ShortCodeError`: the code of the owner's
        for another product is taken, but a proposed one gives way.
        """
        code = "" if text.strip().casefold() in NO_CODE else parse_code(text)
        before = self.code_of(product_id)
        change = permitted(_set_code, self._rules, actor, Right.OWNER)
        await self._store.write(
            change, actor.customer_id, product_id, code, before, self._clock.now()
        )
        return code


def _set_code(
    tx: Transaction,
    actor_id: CustomerId,
    product_id: ProductId,
    code: str,
    before: str,
    now: datetime,
) -> None:
    product = tx.catalogue.product(product_id)
    if product is None:
        raise NotFoundError
    own = tx.policy.current().prices.codes
    other = next((one for one, taken in own.items() if taken == code), None) if code else None
    if other is not None and other != product_id:
        raise ShortCodeError(CodeFault.TAKEN, other)
    tx.prices.set_code(product_id, code)
    subject, detail = product.listing.code, f"{before or 'none'} -> {code or 'none'}"
    tx.admin_acts.add(AdminAct(actor_id, "short_code", subject, detail, now))
