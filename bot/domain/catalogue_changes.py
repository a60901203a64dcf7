"""What a fetched list changes in the catalogue, so that only that is stored and made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.catalogue import Catalogue, Category, Listing, Product

STEP = 100
"""Between the positions of neighbours in a new list, so that later rows fit between them."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the list; rows with lower positions come first."""

    position: int
    listing: Listing


@dataclass(frozen=True, slots=True)
class ListChanges:
    """The difference between a catalogue and a fetched list."""

    rows: Sequence[ListedRow]
    """The new and the changed rows."""
    gone: Sequence[str]
    """The codes of the products that the list lacks."""
    listings: Mapping[str, Listing] = field(default_factory=dict, compare=False, repr=False)
    """The whole list by code."""


def changes_between(catalogue: Catalogue | None, listings: Iterable[Listing]) -> ListChanges:
    """Return what must be stored so that the catalogue has exactly these listings, in order.

    Of two listings with the same code the last one is used. A product keeps its position if it
    is above that of the row before it; so a new row moves no other where there is room.
    """
    by_code = {listing.code: listing for listing in listings}
    products = {} if catalogue is None else catalogue.products_by_code
    left = len(products.keys() & by_code.keys())
    rows, last = [], -1
    for code, listing in by_code.items():
        known = products.get(code)
        if known is None:
            position = last + (1 if left else STEP)
        else:
            left -= 1
            position = known.position if known.position > last else last + STEP
        if (
            known is None
            or known.position != position
            or (known.listing is not listing and known.listing != listing)
        ):
            rows.append(ListedRow(position, listing))
        last = position
    return ListChanges(rows, [code for code in products if code not in by_code], by_code)


def changed_catalogue(
    catalogue: Catalogue | None,
    changes: ListChanges,
    stored: Iterable[Product],
    categories: Iterable[Category],
    fetched_at: datetime,
) -> Catalogue:
    """Return the catalogue after its changes; `stored` are the products of the changed rows.

    Its listings are the objects of the list, so that equal ones are in memory once.
    """
    products = {} if catalogue is None else dict(catalogue.products_by_code)
    products.update((product.listing.code, product) for product in stored)
    return Catalogue(
        (_with_listing(products[code], listing) for code, listing in changes.listings.items()),
        categories,
        fetched_at,
    )


def _with_listing(product: Product, listing: Listing) -> Product:
    return product if product.listing is listing else replace(product, listing=listing)
