"""What is on sale in a transaction: the catalogue in memory shows it, the database decides it.

Another process, or a list that is being stored, may have changed the database since the catalogue
in memory was made. So a transaction compares the versions, and if they differ it reads the products
that it is about from the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.catalogue import Catalogue, CategoryId, Disruption, Product, ProductId
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.domain.viewer import Viewer
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


def path_of(
    tx: Transaction, catalogue: Catalogue | None, product: Product
) -> tuple[CategoryId, ...]:
    """Return the ids of a product's type, brand and sub; a sub never moves to another brand."""
    known = () if catalogue is None else catalogue.path_of(product.sub_id)
    return tuple(one.category_id for one in known) or tx.catalogue.path_of(product.sub_id)


def is_sold_to(
    tx: Transaction, catalogue: Catalogue | None, product: Product, viewer: Viewer
) -> bool:
    """Return whether the owner sells a product to somebody, whatever its state."""
    selection, path = tx.policy.current().selection, path_of(tx, catalogue, product)
    return selection.sold_to(product.product_id, path).includes(viewer)


def disruption_of(
    tx: Transaction, catalogue: Catalogue | None, product: Product
) -> Disruption | None:
    """Return the disruption of a product, if the owner marked it or a category of it."""
    selection, path = tx.policy.current().selection, path_of(tx, catalogue, product)
    return selection.disruption_of(product.product_id, path)


def current_offer(
    tx: Transaction,
    catalogue: Catalogue | None,
    product_id: ProductId,
    terms: Terms,
    now: datetime,
    *,
    is_confirmed: bool = False,
) -> Offer:
    """Return a product's offer now, by the terms of this transaction.

    A withheld product is unavailable as EMPTY. Raises
    `ProductUnavailableError` (GONE) when it is not on sale, or not to who asks. For a confirmed
    order that is to be sent, `is_confirmed`, it does not matter to whom it is sold now.
    """
    products = products_on_sale(tx, catalogue, [product_id])
    if not products:
        raise ProductUnavailableError(UnavailableReason.GONE)
    selection, path = terms.policy.selection, path_of(tx, catalogue, products[0])
    if not is_confirmed and not selection.sold_to(product_id, path).includes(terms.viewer):
        raise ProductUnavailableError(UnavailableReason.GONE)
    withheld = tx.withheld_products.of(product_id)
    is_withheld = withheld is not None and withheld.is_withheld
    disruption = selection.disruption_of(product_id, path)
    unsold = {product_id} if is_withheld else frozenset()
    return offer_of(products[0], terms, now, unsold, disruption)


def available_offer(
    tx: Transaction,
    catalogue: Catalogue | None,
    product_id: ProductId,
    terms: Terms,
    now: datetime,
    *,
    is_confirmed: bool = False,
) -> Offer:
    """Return a product's offer as `current_offer` does, if the product can be bought now.

    Raises `ProductUnavailableError` otherwise.
    """
    offer = current_offer(tx, catalogue, product_id, terms, now, is_confirmed=is_confirmed)
    if offer.unavailable is not None:
        raise ProductUnavailableError(offer.unavailable, offer.opens_at, product_id, offer.note)
    return offer
