"""Price lists: what a customer can buy now, at their own prices, grouped by type and brand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Category, CategoryId, Product
from bot.domain.selection import place_of
from bot.domain.shop_rules import ShopRules
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Assortment, CatalogueCache, Offer
from bot.services.catalogue.kept import Kept
from bot.services.catalogue.search import Search

MAX_KEPT = 64


@dataclass(frozen=True, slots=True, eq=False)
class PriceSection:
    """The offers of a brand of a type, cheapest first; one of each name."""

    path: tuple[Category, ...]
    """The type and the brand, as they are shown to the customer."""
    offers: Sequence[Offer]


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
            assortment, int(category_id), lambda: _sections(assortment, below(category_id))
        )

    def found(self, query: str, viewer: Viewer = EVERYBODY) -> Sequence[PriceSection]:
        """Return the list of what a query names ("tsel", "pln"); empty if that is nothing."""
        assortment = self._assortment(viewer)
        if assortment is None:
            return ()
        return self._lists.get(
            assortment,
            query.casefold(),
            lambda: _sections(assortment, self._search.named_by(query, assortment)),
        )

    def _assortment(self, viewer: Viewer) -> Assortment | None:
        return self._catalogue_cache.assortment(self._rules, self._clock.now(), viewer)


def _sections(assortment: Assortment, products: Iterable[Product]) -> Sequence[PriceSection]:
    """Return the offers by brand: types in the owner's order, then best sellers first."""
    paths: dict[CategoryId, tuple[Category, ...]] = {}
    cheapest: dict[CategoryId, dict[tuple[CategoryId, str], Offer]] = {}
    for product in products:
        offer = assortment.offer(product)
        if not offer.is_available:
            continue
        type_, brand, *_ = assortment.catalogue.path_of(product.sub_id)
        paths[brand.category_id] = (type_, brand)
        of_brand = cheapest.setdefault(brand.category_id, {})
        name = product.sub_id, product.listing.name.casefold()
        if name not in of_brand or offer.price < of_brand[name].price:
            of_brand[name] = offer
    sections = (
        PriceSection(paths[one], sorted(of_brand.values(), key=lambda offer: offer.price))
        for one, of_brand in cheapest.items()
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
