"""Price lists: what a customer can buy now, at their own prices, grouped by type and brand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.catalogue import Category, CategoryId, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.selection import place_of
from bot.domain.shop_rules import ShopRules
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Assortment, CatalogueCache
from bot.services.catalogue.kept import Kept
from bot.services.catalogue.search import Search

MAX_KEPT = 64


class PricedProduct(NamedTuple):
    """A product, its price in rupiah, and the short code by which it is bought, if there is one."""

    product: Product
    price: Rupiah
    code: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PriceSection:
    """The products of a brand of a type, cheapest first; one of each name."""

    path: tuple[Category, ...]
    """The type and the brand, as they are shown to the customer."""
    products: Sequence[PricedProduct]


class PriceLists:
    """The price lists of customers, from the list in memory."""

    def __init__(
        self, catalogue_cache: CatalogueCache, search: Search, rules: ShopRules, clock: Clock
    ) -> None:
        self._catalogue_cache = catalogue_cache
        self._search = search
        self._rules = rules
        self._clock = clock
        self._lists: Kept[int | str, Sequence[PriceSection]] = Kept(MAX_KEPT)

    def of_category(
        self, category_id: CategoryId, viewer: Viewer = EVERYBODY
    ) -> Sequence[PriceSection]:
        """Return the list of a type, brand or sub; empty if nothing of it can be bought."""
        assortment = self._assortment(viewer)
        if assortment is None:
            return ()
        below = assortment.catalogue.products_below
        return self._lists.get(
            assortment, int(category_id), lambda: self._sections(assortment, below(category_id))
        )

    def found(self, query: str, viewer: Viewer = EVERYBODY) -> Sequence[PriceSection]:
        """Return the list of what a query names ("tsel", "pln"); empty if that is nothing."""
        assortment = self._assortment(viewer)
        if assortment is None:
            return ()
        return self._lists.get(
            assortment,
            query.casefold(),
            lambda: self._sections(assortment, self._search.named_by(query, assortment)),
        )

    def _assortment(self, viewer: Viewer) -> Assortment | None:
        return self._catalogue_cache.assortment(self._rules, self._clock.now(), viewer)

    def _sections(
        self, assortment: Assortment, products: Iterable[Product]
    ) -> Sequence[PriceSection]:
        return _sections(assortment, products, self._catalogue_cache.codes.of)


def _sections(
    assortment: Assortment, products: Iterable[Product], codes: Mapping[ProductId, str]
) -> Sequence[PriceSection]:
    """Return the prices by brand: types in the owner's order, then best sellers first.

    No offers are made: a list may have thousands of products, of which a page shows a few.
    """
    price_of, unavailable = assortment.terms.price_of, assortment.unavailable
    own = assortment.terms.policy.prices.codes
    cheapest: dict[CategoryId, dict[str, PricedProduct]] = {}
    proposed: dict[tuple[CategoryId, str], str] = {}
    for product in products:
        name = product.listing.name.casefold()
        code = codes.get(product.product_id, "")
        if code and product.product_id not in own:
            proposed[product.sub_id, name] = code
        if product.product_id in unavailable:
            continue
        priced = PricedProduct(product, price_of(product), code)
        of_sub = cheapest.setdefault(product.sub_id, {})
        if name not in of_sub or priced.price < of_sub[name].price:
            of_sub[name] = priced
    paths: dict[CategoryId, tuple[Category, ...]] = {}
    of_brands: dict[CategoryId, list[PricedProduct]] = {}
    for sub_id, of_sub in cheapest.items():
        type_, brand, *_ = assortment.catalogue.path_of(sub_id)
        paths[brand.category_id] = (type_, brand)
        of_brands.setdefault(brand.category_id, []).extend(
            priced._replace(code=priced.code or proposed.get((sub_id, name), ""))
            for name, priced in of_sub.items()
        )
    sections = (
        PriceSection(paths[one], sorted(priced, key=lambda each: each.price))
        for one, priced in of_brands.items()
    )
    return tuple(sorted(sections, key=lambda one: _place(assortment, one)))


def _place(
    assortment: Assortment, section: PriceSection
) -> tuple[tuple[bool, int], int, str, int, str]:
    """Return by what sections are sorted."""
    (type_, brand), sold = section.path, assortment.sold
    return (
        place_of(type_),
        -sold.get((type_.name,), 0),
        type_.name,
        -sold.get((type_.name, brand.name), 0),
        brand.name,
    )
