"""Browse the catalogue in memory: its levels, and offers with their current price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.catalogue import Catalogue, Category, CategoryId, Product, ProductId
from bot.domain.cutoff import closed_until
from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.domain.money import Rupiah
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock


class CatalogueCache:
    """The catalogue on sale, kept in memory, and replaced as a whole."""

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.sold: Mapping[tuple[str, ...], int] = {}
        """Recently succeeded orders by (type,) and by (type, brand)."""
        self.withheld: frozenset[ProductId] = frozenset()
        """The products withheld from sale, as last read from the database."""

    @property
    def size(self) -> int:
        """The number of products; 0 before the first catalogue is loaded."""
        return 0 if self.catalogue is None else len(self.catalogue)

    def replace(self, catalogue: Catalogue, sold: Mapping[tuple[str, str], int]) -> None:
        """Replace the catalogue; `sold` counts recently succeeded orders by type and brand."""
        below: Counter[tuple[str, ...]] = Counter(sold)
        for (type_, _), orders in sold.items():
            below[(type_,)] += orders
        self.catalogue, self.sold = catalogue, below


@dataclass(frozen=True, slots=True)
class Offer:
    """A product at its current price, and whether it can be bought now."""

    product: Product
    price: Rupiah
    unavailable: UnavailableReason | None
    opens_at: datetime | None
    """For a closed product: when it opens, in the supplier's local time."""
    kind: DestinationKind
    game_form: GameForm
    description: str = ""
    """The supplier's note without its private parts."""

    @property
    def is_available(self) -> bool:
        """Whether the product can be bought now."""
        return self.unavailable is None


@dataclass(frozen=True, slots=True)
class Level:
    """One screen of the catalogue: categories to choose from, or the offers of a sub."""

    path: tuple[Category, ...]
    """The categories from the type down to this level; empty at the top."""
    categories: tuple[Category, ...]
    offers: tuple[Offer, ...]
    """Available ones first, cheapest first."""
    up: CategoryId | None
    """The target of "back"; None is the top. Levels with a single choice are skipped."""
    trail: tuple[Category, ...] = ()
    """The path to show: without a sub that has no siblings."""
    sold: Mapping[CategoryId, int] = field(default_factory=dict)
    """Recently succeeded orders of each category, to sort bestsellers first."""

    @property
    def is_top(self) -> bool:
        """Whether this is the first screen."""
        return not self.path


def offer_of(
    product: Product,
    rules: ShopRules,
    now: datetime,
    withheld: Container[ProductId] = frozenset(),
) -> Offer:
    """Return the offer of a product at `now`; a withheld product is unavailable as EMPTY."""
    listing = product.listing
    opens_at = closed_until(listing.cutoff, now.astimezone(rules.timezone))
    unavailable = None
    if not listing.is_ready or product.product_id in withheld:
        unavailable = UnavailableReason.EMPTY
    elif opens_at is not None:
        unavailable = UnavailableReason.CLOSED
    return Offer(
        product=product,
        price=rules.markup.price_of(listing.cost),
        unavailable=unavailable,
        opens_at=opens_at,
        kind=rules.profile.kind_of(listing.type, listing.main),
        game_form=rules.profile.game_form_of(listing.main),
        description=rules.profile.public_note(listing.note).strip(" -"),
    )


def find_offer(
    catalogue: Catalogue | None,
    product_id: ProductId,
    rules: ShopRules,
    now: datetime,
    withheld: Container[ProductId] = frozenset(),
) -> Offer:
    """Return a product's offer; raises `ProductUnavailableError` (GONE) when it is not listed."""
    product = None if catalogue is None else catalogue.product(product_id)
    if product is None:
        raise ProductUnavailableError(UnavailableReason.GONE)
    return offer_of(product, rules, now, withheld)


def require_available(offer: Offer) -> None:
    """Raise `ProductUnavailableError` unless the offer can be bought now."""
    if offer.unavailable is not None:
        product_id = offer.product.product_id
        raise ProductUnavailableError(offer.unavailable, offer.opens_at, product_id)


class Browse:
    """Reads the catalogue in memory, so that browsing works while the supplier is unreachable."""

    def __init__(self, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock) -> None:
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    @property
    def fetched_at(self) -> datetime | None:
        """When the catalogue was fetched; None before the first load."""
        catalogue = self._catalogue_cache.catalogue
        return None if catalogue is None else catalogue.fetched_at

    def offer(self, product_id: ProductId) -> Offer:
        """Return a product's offer; raises `ProductUnavailableError` when it is not listed."""
        cache, now = self._catalogue_cache, self._clock.now()
        return find_offer(cache.catalogue, product_id, self._rules, now, cache.withheld)

    def level(self, category_id: CategoryId | None) -> Level:
        """Return the level of a category (None: the top), skipping levels with a single choice.

        Raises `ProductUnavailableError` when the category has no listed products.
        """
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            raise ProductUnavailableError(UnavailableReason.GONE)
        categories = catalogue.children(category_id)
        while len(categories) == 1:
            category_id = categories[0].category_id
            categories = catalogue.children(category_id)
        offers = () if category_id is None else self._offers(catalogue.products_in(category_id))
        if not categories and not offers:
            raise ProductUnavailableError(UnavailableReason.GONE)
        path = () if category_id is None else catalogue.path_of(category_id)
        return Level(
            path,
            categories,
            offers,
            self._up(catalogue, path),
            self._trail(catalogue, path),
            self._sold(path, categories),
        )

    def _sold(
        self, path: tuple[Category, ...], categories: Sequence[Category]
    ) -> dict[CategoryId, int]:
        above = tuple(category.name for category in path)
        sold = self._catalogue_cache.sold
        return {one.category_id: sold.get((*above, one.name), 0) for one in categories}

    @staticmethod
    def _trail(catalogue: Catalogue, path: tuple[Category, ...]) -> tuple[Category, ...]:
        is_only_sub = len(path) > 2 and len(catalogue.children(path[-1].parent_id)) == 1
        return path[:-1] if is_only_sub else path

    def _offers(self, products: Sequence[Product]) -> tuple[Offer, ...]:
        now = self._clock.now()
        withheld = self._catalogue_cache.withheld
        offers = [offer_of(product, self._rules, now, withheld) for product in products]
        offers.sort(key=lambda offer: (not offer.is_available, offer.price))
        return tuple(offers)

    @staticmethod
    def _up(catalogue: Catalogue, path: tuple[Category, ...]) -> CategoryId | None:
        for category in reversed(path):
            if len(catalogue.children(category.parent_id)) > 1:
                return category.parent_id
        return None
