"""The catalogue: the products on sale, indexed by type, main (brand) and sub."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from bot.domain.cutoff import CutoffWindow
from bot.domain.money import Rupiah

ProductId = NewType("ProductId", int)
"""The permanent id of a product in our database; it fits into a button and is never reused."""
CategoryId = NewType("CategoryId", int)
"""The permanent id of a type, brand or sub in our database; it is never reused."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One valid row of the supplier's service list (docs/supplier-api.md, "1.4 Get service").

    `type`, `main` and `sub` are the supplier's category names, `cost` is in whole rupiah.
    """

    code: str
    name: str
    note: str
    type: str
    main: str
    sub: str
    cost: Rupiah
    is_ready: bool
    is_repeatable: bool
    """Whether the supplier accepts a second order for one destination on the same day."""
    cutoff: CutoffWindow | None

    @property
    def path(self) -> tuple[str, str, str]:
        """The names of the type, brand and sub."""
        return (self.type, self.main, self.sub)


@dataclass(frozen=True, slots=True)
class Product:
    """A listing with its permanent ids."""

    product_id: ProductId
    sub_id: CategoryId
    listing: Listing
    position: int = field(default=0, compare=False)
    """The products of a list are in the order of their positions."""


@dataclass(frozen=True, slots=True)
class Disruption:
    """The owner's mark "Gangguan": products are shown, but cannot be bought."""

    since: datetime
    note: str = ""
    """The owner's words for the customers, or empty."""


@dataclass(frozen=True, slots=True)
class Category:
    """A type (without a parent), a brand of a type, or a sub of a brand.

    `name` is the supplier's, by which categories are matched.
    """

    category_id: CategoryId
    parent_id: CategoryId | None
    name: str
    own_name: str = ""
    """The owner's name of a type; empty: the usual one. In a selected catalogue only."""
    position: int | None = None
    """The owner's place of a type, which is sorted by it. In a selected catalogue only."""
    disruption: Disruption | None = None
    """The disruption of the category itself. In a selected catalogue only."""


class Catalogue:
    """All products on sale; immutable after construction, but for its last fetch and version."""

    def __init__(
        self,
        products: Iterable[Product],
        categories: Iterable[Category],
        fetched_at: datetime,
        version: int = 0,
    ) -> None:
        """Index the products; categories without products are left out."""
        self.fetched_at = fetched_at
        self.version = version
        """That of the database in which these were the products on sale."""
        self._categories = {category.category_id: category for category in categories}
        self._products: dict[ProductId, Product] = {}
        self._by_code: dict[str, Product] = {}
        self._in_sub: dict[CategoryId, list[Product]] = {}
        self._children: dict[CategoryId | None, dict[CategoryId, Category]] = {}
        self.empty: set[ProductId] = set()
        """The products that are out of stock."""
        self.with_cutoff: dict[CutoffWindow, set[ProductId]] = {}
        """The products of each cutoff."""
        for product in products:
            self._add(product)

    def _add(self, product: Product) -> None:
        self._products[product.product_id] = product
        self._by_code[product.listing.code] = product
        if product.sub_id not in self._in_sub:
            self._in_sub[product.sub_id] = []
            for category in self.path_of(product.sub_id):
                below = self._children.setdefault(category.parent_id, {})
                below[category.category_id] = category
        self._in_sub[product.sub_id].append(product)
        if not product.listing.is_ready:
            self.empty.add(product.product_id)
        if product.listing.cutoff is not None:
            self.with_cutoff.setdefault(product.listing.cutoff, set()).add(product.product_id)

    def selected(
        self, without: Collection[ProductId], marked: Mapping[CategoryId, Category]
    ) -> Catalogue:
        """Return this list without some products, and with other objects for some categories."""
        categories = (marked.get(one.category_id, one) for one in self._categories.values())
        kept = (one for one in self._products.values() if one.product_id not in without)
        return Catalogue(kept, categories, self.fetched_at, self.version)

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self._products)

    def category(self, category_id: CategoryId) -> Category | None:
        """Return a type, brand or sub, also one without products; None if the id is unknown."""
        return self._categories.get(category_id)

    def path_of(self, category_id: CategoryId) -> tuple[Category, ...]:
        """Return the categories from the type down to this one; empty when it is unknown."""
        path: list[Category] = []
        current: CategoryId | None = category_id
        while current is not None and current in self._categories:
            category = self._categories[current]
            path.append(category)
            current = category.parent_id
        return tuple(reversed(path))

    def children(self, category_id: CategoryId | None) -> tuple[Category, ...]:
        """Return the direct children of a category, or the types for None, in list order."""
        return tuple(self._children.get(category_id, {}).values())

    def products_in(self, sub_id: CategoryId) -> Sequence[Product]:
        """Return the products of a sub in list order; empty for a type or brand."""
        return self._in_sub.get(sub_id, ())

    def products_below(self, category_id: CategoryId) -> Iterable[Product]:
        """Yield all products of a category of any level, including its subcategories."""
        yield from self.products_in(category_id)
        for child in self.children(category_id):
            yield from self.products_below(child.category_id)

    def product(self, product_id: ProductId) -> Product | None:
        """Return the product on sale with this permanent id, if any."""
        return self._products.get(product_id)

    def by_code(self, code: str) -> Product | None:
        """Return the product on sale with this case-sensitive code of the supplier, if any."""
        return self._by_code.get(code)

    @property
    def products(self) -> Mapping[ProductId, Product]:
        """All products on sale by id."""
        return self._products

    @property
    def products_by_code(self) -> Mapping[str, Product]:
        """All products on sale by the supplier's code."""
        return self._by_code


CONFIRMATIONS_NEEDED = 2
"""How many fetches in a row are rejected before a collapsed list replaces the old one."""


@dataclass(frozen=True, slots=True)
class ShrinkGuard:
    """Prevents a single bad list from replacing the catalogue.

    A list is suspicious when it is empty or lost more than half of its products; it is accepted
    only after `CONFIRMATIONS_NEEDED` suspicious lists in a row. `suspicions` counts them.
    """

    suspicions: int = 0

    def judge(self, old_count: int, new_count: int) -> tuple[bool, ShrinkGuard]:
        """Return whether the new list may replace the old one, and the next guard."""
        if old_count == 0 or (new_count > 0 and new_count * 2 >= old_count):
            return True, ShrinkGuard()
        if self.suspicions >= CONFIRMATIONS_NEEDED:
            return True, ShrinkGuard()
        return False, ShrinkGuard(self.suspicions + 1)
