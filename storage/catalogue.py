"""The catalogue in the database; types, brands, subs and products keep their ids for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.domain.catalogue import Catalogue, Category, CategoryId, Listing, Product, ProductId
from bot.domain.cutoff import CutoffWindow
from bot.domain.money import Rupiah
from storage.repository import Repository
from storage.rows import Mapper, Value, instant, micros

CATEGORIES = Mapper(Category)
COLUMNS = (
    "code",
    "sub_id",
    "name",
    "note",
    "cost",
    "is_ready",
    "is_repeatable",
    "cutoff_start",
    "cutoff_end",
    "position",
)
"""The columns that the statement `products` returns and `put_products` takes, in this order."""


class SqlCatalogue(Repository):
    """Implements `CatalogueStore`."""

    queries = "catalogue"

    def replace(self, listings: Sequence[Listing], fetched_at: datetime) -> Catalogue:
        """Write only the changed rows: most fetched lists are unchanged.

        Of two listings with the same code the last one is used.
        """
        by_code = {listing.code: listing for listing in listings}
        sub_ids = self._ids_of_subs(listings)
        known = {row["code"]: row for row in self._sql.products()}
        changed = []
        for position, listing in enumerate(by_code.values()):
            columns = _columns(listing, sub_ids[listing.path], position)
            row = known.pop(listing.code, None)
            if row is None or tuple(row) != columns:
                changed.append(dict(zip(COLUMNS, columns, strict=True)))
        gone = [{"code": code} for code, row in known.items() if row["position"] is not None]
        self._sql.put_products(changed)
        self._sql.take_off_sale(gone)
        self._sql.record_fetch(fetched_at=micros(fetched_at))
        ids = {row["code"]: row["product_id"] for row in self._sql.product_ids()}
        products = [
            Product(ProductId(ids[code]), sub_ids[listing.path], listing)
            for code, listing in by_code.items()
        ]
        return Catalogue(products, self._categories(), fetched_at)

    def load(self) -> Catalogue | None:
        row = self._sql.last_fetch()
        return None if row is None else self._load(instant(row["fetched_at"]))

    def product(self, product_id: ProductId) -> Product | None:
        row = self._sql.product(product_id=product_id)
        return None if row is None else _product(row)

    def _load(self, fetched_at: datetime) -> Catalogue:
        products = [_product(row) for row in self._sql.products_on_sale()]
        return Catalogue(products, self._categories(), fetched_at)

    def _categories(self) -> list[Category]:
        return CATEGORIES.records(self._sql.categories())

    def _ids_of_subs(self, listings: Sequence[Listing]) -> dict[tuple[str, str, str], CategoryId]:
        """Return the id of every listing's sub; new subs, brands and types are stored."""
        known = {
            (category.parent_id, category.name): category.category_id
            for category in self._categories()
        }
        sub_ids: dict[tuple[str, str, str], CategoryId] = {}
        for path in dict.fromkeys(listing.path for listing in listings):
            parent_id: CategoryId | None = None
            for name in path:
                category_id = known.get((parent_id, name))
                if category_id is None:
                    row = self._sql.add_category(parent_id=parent_id, name=name)
                    category_id = CategoryId(row["category_id"])
                    known[parent_id, name] = category_id
                parent_id = category_id
            assert parent_id is not None  # noqa: S101 - for the type checker: a path has names
            sub_ids[path] = parent_id
        return sub_ids


def _columns(listing: Listing, sub_id: CategoryId, position: int) -> tuple[Value, ...]:
    cutoff = listing.cutoff
    return (
        listing.code,
        sub_id,
        listing.name,
        listing.note,
        listing.cost,
        int(listing.is_ready),
        int(listing.is_repeatable),
        None if cutoff is None else cutoff.start,
        None if cutoff is None else cutoff.end,
        position,
    )


def _product(row: sqlite3.Row) -> Product:
    cutoff = None
    if row["cutoff_start"] is not None:
        cutoff = CutoffWindow(row["cutoff_start"], row["cutoff_end"])
    listing = Listing(
        code=row["code"],
        name=row["name"],
        note=row["note"],
        type=row["type_name"],
        main=row["brand_name"],
        sub=row["sub_name"],
        cost=Rupiah(row["cost"]),
        is_ready=bool(row["is_ready"]),
        is_repeatable=bool(row["is_repeatable"]),
        cutoff=cutoff,
    )
    return Product(ProductId(row["product_id"]), CategoryId(row["sub_id"]), listing)
