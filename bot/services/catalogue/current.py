"""What is on sale in a transaction: the catalogue in memory shows it, the database decides it.

Another process, or a list that is being stored, may have changed the database since the catalogue
in memory was made. So a transaction compares the versions, and if they differ it reads the products
that it is about from the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.catalogue import Catalogue, Product, ProductId
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.ports.store import Transaction
from bot.ports.versions import Subject
from bot.services.catalogue.browse import Offer, offer_of
from bot.services.catalogue.terms import Terms


def products_on_sale(
    tx: Transaction, catalogue: Catalogue | None, product_ids: Iterable[ProductId]
) -> list[Product]:
    """Return those of some products that are on sale now; `catalogue` is the one in memory.

    Without one nothing is on sale.
    """
    if catalogue is None:
        return []
    is_current = catalogue.version == tx.versions.of(Subject.CATALOGUE)
    find = catalogue.product if is_current else tx.catalogue.on_sale
    found = (find(product_id) for product_id in product_ids)
    return [product for product in found if product is not None]


def current_offer(
    tx: Transaction,
    catalogue: Catalogue | None,
    product_id: ProductId,
    terms: Terms,
    now: datetime,
) -> Offer:
    """Return a product's offer now, by the terms of this transaction.

    A withheld product is unavailable as EMPTY. Raises
    `ProductUnavailableError` (GONE) when it is not on sale.
    """
    products = products_on_sale(tx, catalogue, [product_id])
    if not products:
        raise ProductUnavailableError(UnavailableReason.GONE)
    withheld = tx.withheld_products.of(product_id)
    is_withheld = withheld is not None and withheld.is_withheld
    return offer_of(products[0], terms, now, {product_id} if is_withheld else frozenset())


def available_offer(
    tx: Transaction,
    catalogue: Catalogue | None,
    product_id: ProductId,
    terms: Terms,
    now: datetime,
) -> Offer:
    """Return a product's offer; raises `ProductUnavailableError` unless it can be bought now."""
    offer = current_offer(tx, catalogue, product_id, terms, now)
    if offer.unavailable is not None:
        raise ProductUnavailableError(offer.unavailable, offer.opens_at, product_id)
    return offer
