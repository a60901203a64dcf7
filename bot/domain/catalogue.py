"""The catalogue: what is for sale, as an index of type, main (brand), sub and products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.cutoff import CutoffWindow
from bot.domain.money import Rupiah

ProductId = NewType("ProductId", int)
"""A product's permanent number in our database: short enough for a button, never reused."""
CategoryId = NewType("CategoryId", int)
"""A type's, brand's or sub's permanent number in our database, never reused."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of the supplier's service list, read and found sound, without ids of ours."""

    code: str
    name: str
    note: str
    type: str
    main: str
    sub: str
    cost: Rupiah
    is_ready: bool
    is_repeatable: bool
    """Whether the supplier takes a second order to one destination on the same day."""
    cutoff: CutoffWindow | None

    @property
    def path(self) -> tuple[str, str, str]:
        """The names of its type, brand and sub."""
        return (self.type, self.main, self.sub)


@dataclass(frozen=True, slots=True)
class Product:
    """A listing with its permanent ids."""

    product_id: ProductId
    sub_id: CategoryId
    listing: Listing


@dataclass(frozen=True, slots=True)
class Category:
    """A type (no parent), a brand of a type, or a sub of a brand; `name` is the supplier's."""

    category_id: CategoryId
    parent_id: CategoryId | None
    name: str


class Catalogue:
    """All products on sale, indexed once and then only read."""

    def __init__(
        self,
        products: Iterable[Product],
        categories: Iterable[Category],
        fetched_at: datetime,
    ) -> None:
        """Index the products; categories without a product below them are left out."""
        self.fetched_at = fetched_at
        self._categories = {category.category_id: category for category in categories}
        self._products: dict[ProductId, Product] = {}
        self._by_code: dict[str, Product] = {}
        self._in_sub: dict[CategoryId, list[Product]] = {}
        self._children: dict[CategoryId | None, dict[CategoryId, Category]] = {}
        for product in products:
            self._add(product)

    def _add(self, product: Product) -> None:
        self._products[product.product_id] = product
        self._by_code[product.listing.code] = product
        self._in_sub.setdefault(product.sub_id, []).append(product)
        for category in self.path_of(product.sub_id):
            self._children.setdefault(category.parent_id, {})[category.category_id] = category

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self._products)

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
        """Return the categories right below one, or the types for None, in list order."""
        return tuple(self._children.get(category_id, {}).values())

    def products_in(self, sub_id: CategoryId) -> Sequence[Product]:
        """Return the products of a sub in list order; empty for another level."""
        return self._in_sub.get(sub_id, ())

    def products_below(self, category_id: CategoryId) -> Iterable[Product]:
        """Yield every product below a category of any level."""
        yield from self.products_in(category_id)
        for child in self.children(category_id):
            yield from self.products_below(child.category_id)

    def product(self, product_id: ProductId) -> Product | None:
        """Return a product on sale by its permanent id."""
        return self._products.get(product_id)

    def by_code(self, code: str) -> Product | None:
        """Return a product on sale by the supplier's case-sensitive code."""
        return self._by_code.get(code)

    @property
    def products(self) -> Mapping[ProductId, Product]:
        """Every product on sale by its id."""
        return self._products


CONFIRMATIONS_NEEDED = 2
"""How many further fetches must agree before a list that collapsed replaces the old one."""


@dataclass(frozen=True, slots=True)
class ShrinkGuard:
    """Keeps a list that is empty or lost more than half from replacing a good one at once."""

    suspicions: int = 0

    def judge(self, old_count: int, new_count: int) -> tuple[bool, ShrinkGuard]:
        """Return whether the new list may replace the old one, and the guard's next state."""
        if old_count == 0 or (new_count > 0 and new_count * 2 >= old_count):
            return True, ShrinkGuard()
        if self.suspicions >= CONFIRMATIONS_NEEDED:
            return True, ShrinkGuard()
        return False, ShrinkGuard(self.suspicions + 1)
