"""The catalogue in the database; types, brands, subs and products keep their ids for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.catalogue import Catalogue, Category, CategoryId, Listing, Product, ProductId
from bot.domain.catalogue_changes import ListedRow
from bot.domain.cutoff import CutoffWindow
from bot.domain.money import Rupiah
from bot.ports.versions import Subject
from storage.connection import Connection, Row
from storage.repository import Repository
from storage.rows import instant, micros
from storage.versions import SqlVersions


class SqlCatalogue(Repository):
    """Implements `CatalogueStore`."""

    queries = "catalogue"

    def __init__(self, connection: Connection, touched: set[str] | None = None) -> None:
        super().__init__(connection, touched)
        self._versions = SqlVersions(connection, touched)

    def put(self, rows: Sequence[ListedRow]) -> list[Product]:
        if rows:
            self._versions.raise_(Subject.CATALOGUE)
        sub_ids = self._ids_of_subs([row.listing for row in rows])
        return [self._put(row, sub_ids[row.listing.path]) for row in rows]

    def _put(self, row: ListedRow, sub_id: CategoryId) -> Product:
        listing, cutoff = row.listing, row.listing.cutoff
        stored = self._sql.put_product(
            code=listing.code,
            sub_id=sub_id,
            name=listing.name,
            note=listing.note,
            cost=listing.cost,
            is_ready=int(listing.is_ready),
            is_repeatable=int(listing.is_repeatable),
            cutoff_start=None if cutoff is None else cutoff.start,
            cutoff_end=None if cutoff is None else cutoff.end,
            position=row.position,
        )
        return Product(ProductId(stored["product_id"]), sub_id, listing, row.position)

    def take_off_sale(self, codes: Sequence[str]) -> None:
        if codes:
            self._sql.take_off_sale([{"code": code} for code in codes])
            self._versions.raise_(Subject.CATALOGUE)

    def record_fetch(self, fetched_at: datetime) -> None:
        self._sql.record_fetch(fetched_at=micros(fetched_at))

    def fetched_at(self) -> datetime | None:
        row = self._sql.last_fetch()
        return None if row is None else instant(row["fetched_at"])

    def load(self) -> Catalogue | None:
        fetched_at = self.fetched_at()
        return None if fetched_at is None else self._load(fetched_at)

    def product(self, product_id: ProductId) -> Product | None:
        row = self._sql.product(product_id=product_id)
        return None if row is None else _product(row)

    def on_sale(self, product_id: ProductId) -> Product | None:
        row = self._sql.product(product_id=product_id)
        return None if row is None or row["position"] is None else _product(row)

    def _load(self, fetched_at: datetime) -> Catalogue:
        categories, shared = self.categories(), _Shared()
        paths = _paths_of(categories)
        products = [
            shared.product(paths[row["sub_id"]], *row) for row in self._sql.products_on_sale()
        ]
        return Catalogue(products, categories, fetched_at, self._versions.of(Subject.CATALOGUE))

    def path_of(self, sub_id: CategoryId) -> tuple[CategoryId, ...]:
        return tuple(CategoryId(one) for one in self._sql.path_of(sub_id=sub_id) or ())

    def categories(self) -> list[Category]:
        return [_category(row) for row in self._sql.categories()]

    def _ids_of_subs(self, listings: Sequence[Listing]) -> dict[tuple[str, str, str], CategoryId]:
        """Return the id of every listing's sub; new subs, brands and types are stored."""
        known = {
            (category.parent_id, category.name): category.category_id
            for category in self.categories()
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


def _category(row: Row) -> Category:
    category_id, parent_id, name = row
    return Category(CategoryId(category_id), parent_id, name)


def _paths_of(categories: Iterable[Category]) -> dict[CategoryId, tuple[str, str, str]]:
    """Return the names of the type, brand and sub of each sub."""
    known = {category.category_id: category for category in categories}
    paths = {}
    for sub in known.values():
        brand = None if sub.parent_id is None else known[sub.parent_id]
        if brand is not None and brand.parent_id is not None:
            paths[sub.category_id] = (known[brand.parent_id].name, brand.name, sub.name)
    return paths


def _product(row: Row) -> Product:
    """Return the product of a row of the statement `product`."""
    *columns, type_, brand, sub = row
    return _Shared().product((type_, brand, sub), *columns)


class _Shared:
    """Makes products of rows; equal texts and cutoffs are one object, which many rows share."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._cutoffs: dict[tuple[int, int], CutoffWindow] = {}

    def product(  # noqa: PLR0913, PLR0917 - the columns of a product
        self,
        path: tuple[str, str, str],
        product_id: int,
        code: str,
        sub_id: int,
        name: str,
        note: str,
        cost: int,
        is_ready: int,
        is_repeatable: int,
        cutoff_start: int | None,
        cutoff_end: int | None,
        position: int | None,
    ) -> Product:
        """Return the product of a row of the statements `products_on_sale` and `product`."""
        cutoff = None
        if cutoff_start is not None and cutoff_end is not None:
            key = (cutoff_start, cutoff_end)
            cutoff = self._cutoffs.get(key) or self._cutoffs.setdefault(key, CutoffWindow(*key))
        listing = Listing(
            code,
            self._texts.setdefault(name, name),
            self._texts.setdefault(note, note),
            *path,
            Rupiah(cost),
            bool(is_ready),
            bool(is_repeatable),
            cutoff,
        )
        return Product(ProductId(product_id), CategoryId(sub_id), listing, position or 0)
