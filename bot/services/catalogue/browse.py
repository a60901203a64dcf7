"""Browse the catalogue in memory: its levels, and offers with their current price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from bot.domain.catalogue import Catalogue, Category, CategoryId, Disruption, Product, ProductId
from bot.domain.cutoff import CutoffWindow, closed_until
from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.domain.money import Rupiah
from bot.domain.policy import Policy
from bot.domain.selection import Selection
from bot.domain.shop_rules import ShopRules
from bot.domain.short_codes import CodeBook, ProposedCode, proposed_codes
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.services.catalogue.terms import ProfileTerms, Terms


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
    note: str = ""
    """The owner's words about a disrupted product, or empty."""

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


@dataclass(frozen=True, slots=True, eq=False)
class CatalogueState:
    """Everything that decides what is sold, for whomever."""

    rules: ShopRules
    catalogue: Catalogue
    policy: Policy
    sold: Mapping[tuple[str, ...], int]
    withheld: frozenset[ProductId]
    openings: Mapping[CutoffWindow, datetime | None]
    disrupted: Mapping[ProductId, Disruption]


class Assortment:
    """What is sold at a time: a list, without the withheld products and those in their cutoff.

    An offer depends on the time only through its cutoff. So this object stays the same until what
    it is made of changes, and what is made from it is kept as long.
    """

    def __init__(self, terms: Terms, state: CatalogueState, catalogue: Catalogue) -> None:
        self.terms = terms
        self.state = state
        self.catalogue = catalogue
        """The part of the list that somebody is shown."""
        self.hidden: Collection[ProductId] = ()
        """The other products of the list."""
        if len(catalogue) < len(state.catalogue):
            self.hidden = state.catalogue.products.keys() - catalogue.products.keys()
        self.sold = state.sold
        self.withheld = withheld = state.withheld
        self.openings = openings = state.openings
        self.levels: dict[CategoryId | None, Level] = {}
        """The levels that were opened."""
        closed = (window for window, opens_at in openings.items() if opens_at is not None)
        self.unavailable = withheld.union(
            state.disrupted, catalogue.empty, *(catalogue.with_cutoff[window] for window in closed)
        )
        """The products that cannot be bought now."""
        self._offers: dict[ProductId, Offer] = {}

    def offer(self, product: Product) -> Offer:
        """Return the offer of a product of the list."""
        offer = self._offers.get(product.product_id)
        if offer is None:
            offer = self._offers[product.product_id] = self._made(product)
        return offer

    def _made(self, product: Product) -> Offer:
        cutoff = product.listing.cutoff
        opens_at = None if cutoff is None else self.openings[cutoff]
        disruption = self.state.disrupted.get(product.product_id)
        return _offer(product, self.terms, self.withheld, opens_at, disruption)


class CatalogueCache:
    """The catalogue on sale, kept in memory, and replaced as a whole."""

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.sold: Mapping[tuple[str, ...], int] = {}
        """Recently succeeded orders by (type,) and by (type, brand)."""
        self.withheld: frozenset[ProductId] = frozenset()
        """The products withheld from sale, as last read from the database; only to show them."""
        self.policy = Policy()
        """What the owner decided, as last read from the database; only to show products by it."""
        self._state: CatalogueState | None = None
        self._assortments: dict[Viewer, Assortment] = {}
        """Those of the state, by who sees them."""
        self._selected_of: tuple[Catalogue, Selection] | None = None
        self._selected: dict[bool, Catalogue] = {}
        """The lists that customers (False) and staff (True) are shown of `_selected_of`."""
        self._profile_terms: ProfileTerms | None = None
        self._proposed_codes: WeakKeyDictionary[Catalogue, Sequence[ProposedCode]] = (
            WeakKeyDictionary()
        )
        self._codes: tuple[object, object, CodeBook] = (None, None, CodeBook())
        """The codes, and the list and the owner's codes of which they were made."""
        self._minute = -1
        """The minute since 1970 for which the openings of `_state` were last compared."""

    @property
    def size(self) -> int:
        """The number of products; 0 before the first catalogue is loaded."""
        return 0 if self.catalogue is None else len(self.catalogue)

    @property
    def codes(self) -> CodeBook:
        """The short codes of the products on sale."""
        catalogue, own = self.catalogue, self.policy.prices.codes
        if catalogue is not None and self._codes[:2] != (catalogue, own):
            codes = CodeBook(catalogue.products, self.propose_codes(catalogue), own)
            self._codes = (catalogue, own, codes)
        return self._codes[2]

    def propose_codes(self, catalogue: Catalogue) -> Sequence[ProposedCode]:
        """Return the proposed codes of a list, and keep them; call it first in a thread."""
        proposed = self._proposed_codes.get(catalogue)
        if proposed is None:
            proposed = proposed_codes(catalogue.products.values())
            self._proposed_codes[catalogue] = proposed
        return proposed

    def replace(self, catalogue: Catalogue, sold: Mapping[tuple[str, str], int]) -> None:
        """Replace the catalogue; `sold` counts recently succeeded orders by type and brand."""
        below: Counter[tuple[str, ...]] = Counter(sold)
        for (type_, _), orders in sold.items():
            below[(type_,)] += orders
        self.catalogue = catalogue
        if dict(below) != self.sold:
            self.sold = dict(below)

    def assortment(self, rules: ShopRules, now: datetime, viewer: Viewer) -> Assortment | None:
        """Return what somebody is sold at `now`: the last object unless something changed since.

        Returns None without a catalogue.
        """
        state = self._state_at(rules, now)
        if state is None:
            return None
        assortment = self._assortments.get(viewer)
        if assortment is None or assortment.state is not state:
            if self._profile_terms is None or self._profile_terms.rules is not rules:
                self._profile_terms = ProfileTerms(rules)
            terms = Terms(rules, state.policy, viewer, self._profile_terms)
            shown = self._shown_to(viewer, state)
            assortment = self._assortments[viewer] = Assortment(terms, state, shown)
        return assortment

    def _shown_to(self, viewer: Viewer, state: CatalogueState) -> Catalogue:
        """Return what somebody is shown of a list; it is made once for each list and selection.

        It depends on nothing else of a viewer than whether they are staff.
        """
        selected_of = state.catalogue, state.policy.selection
        if self._selected_of is None or not _are_same(self._selected_of, selected_of):
            self._selected_of = selected_of
            self._selected.clear()
        shown = self._selected.get(viewer.is_staff)
        if shown is None:
            shown = state.policy.selection.shown_to(viewer, state.catalogue)
            self._selected[viewer.is_staff] = shown
        return shown

    def _state_at(self, rules: ShopRules, now: datetime) -> CatalogueState | None:
        if self.catalogue is None:
            return None
        # Cutoffs begin and end with a minute.
        minute, last = int(now.timestamp() // 60), self._state
        is_same = (
            last is not None
            and last.rules is rules
            and last.catalogue is self.catalogue
            and last.policy is self.policy
            and last.sold is self.sold
            and last.withheld == self.withheld
        )
        if is_same and minute == self._minute:
            return last
        local = now.astimezone(rules.timezone)
        openings = {window: closed_until(window, local) for window in self.catalogue.with_cutoff}
        self._minute = minute
        if last is not None and is_same and last.openings == openings:
            return last
        self._assortments.clear()
        disrupted = self.policy.selection.disrupted_in(self.catalogue)
        self._state = CatalogueState(
            rules, self.catalogue, self.policy, self.sold, self.withheld, openings, disrupted
        )
        return self._state


def _are_same(one: tuple[Catalogue, Selection], other: tuple[Catalogue, Selection]) -> bool:
    """Return whether two lists are one object, and what is selected of them is equal."""
    return one[0] is other[0] and one[1] == other[1]


def offer_of(
    product: Product,
    terms: Terms,
    now: datetime,
    withheld: Container[ProductId] = frozenset(),
    disruption: Disruption | None = None,
) -> Offer:
    """Return the offer of a product at `now`; a withheld product is unavailable as EMPTY."""
    local = now.astimezone(terms.rules.timezone)
    opens_at = closed_until(product.listing.cutoff, local)
    return _offer(product, terms, withheld, opens_at, disruption)


def _offer(
    product: Product,
    terms: Terms,
    withheld: Container[ProductId],
    opens_at: datetime | None,
    disruption: Disruption | None,
) -> Offer:
    listing = product.listing
    return Offer(
        product=product,
        price=terms.price_of(product),
        unavailable=_unavailable(product, withheld, opens_at, disruption),
        opens_at=opens_at,
        kind=terms.kind_of(listing.type, listing.main),
        game_form=terms.game_form_of(listing.main),
        description=terms.description_of(listing.note),
        note="" if disruption is None else disruption.note,
    )


def _unavailable(
    product: Product,
    withheld: Container[ProductId],
    opens_at: datetime | None,
    disruption: Disruption | None,
) -> UnavailableReason | None:
    if disruption is not None:
        return UnavailableReason.DISRUPTED
    if not product.listing.is_ready or product.product_id in withheld:
        return UnavailableReason.EMPTY
    return None if opens_at is None else UnavailableReason.CLOSED


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

    def assortment(self, viewer: Viewer = EVERYBODY) -> Assortment:
        """Return what somebody is sold now.

        Raises `ProductUnavailableError` without a catalogue.
        """
        assortment = self._catalogue_cache.assortment(self._rules, self._clock.now(), viewer)
        if assortment is None:
            raise ProductUnavailableError(UnavailableReason.GONE)
        return assortment

    def offer(self, product_id: ProductId, viewer: Viewer = EVERYBODY) -> Offer:
        """Return a product's offer; raises `ProductUnavailableError` when it is not listed."""
        assortment = self.assortment(viewer)
        product = assortment.catalogue.product(product_id)
        if product is None:
            raise ProductUnavailableError(UnavailableReason.GONE)
        return assortment.offer(product)

    def samples(self, count: int) -> list[Offer]:
        """Return offers that show what prices are like: the cheapest of types that sell most.

        There is at most one of each brand, and there are none without a catalogue.
        """
        assortment = self.assortment()
        sold = assortment.sold
        found: dict[tuple[str, ...], Offer] = {}
        for product in assortment.catalogue.products.values():
            offer, place = assortment.offer(product), product.listing.path[:2]
            if offer.is_available and (place not in found or offer.price < found[place].price):
                found[place] = offer
        best = sorted(found, key=lambda place: (-sold.get(place, 0), found[place].price))
        return [found[place] for place in best[:count]]

    def level(self, category_id: CategoryId | None, viewer: Viewer = EVERYBODY) -> Level:
        """Return the level of a category (None: the top), skipping levels with a single choice.

        Raises `ProductUnavailableError` when the category has no listed products.
        """
        assortment = self.assortment(viewer)
        level = assortment.levels.get(category_id)
        if level is None:
            level = assortment.levels[category_id] = _level(assortment, category_id)
        return level


def _level(assortment: Assortment, category_id: CategoryId | None) -> Level:
    catalogue = assortment.catalogue
    categories = catalogue.children(category_id)
    while len(categories) == 1:
        category_id = categories[0].category_id
        categories = catalogue.children(category_id)
    products = () if category_id is None else catalogue.products_in(category_id)
    offers = [assortment.offer(product) for product in products]
    if not categories and not offers:
        raise ProductUnavailableError(UnavailableReason.GONE)
    offers.sort(key=lambda offer: (not offer.is_available, offer.price))
    path = () if category_id is None else catalogue.path_of(category_id)
    above = tuple(category.name for category in path)
    return Level(
        path,
        categories,
        tuple(offers),
        _up(catalogue, path),
        _trail(catalogue, path),
        {one.category_id: assortment.sold.get((*above, one.name), 0) for one in categories},
    )


def _trail(catalogue: Catalogue, path: tuple[Category, ...]) -> tuple[Category, ...]:
    is_only_sub = len(path) > 2 and len(catalogue.children(path[-1].parent_id)) == 1
    return path[:-1] if is_only_sub else path


def _up(catalogue: Catalogue, path: tuple[Category, ...]) -> CategoryId | None:
    for category in reversed(path):
        if len(catalogue.children(category.parent_id)) > 1:
            return category.parent_id
    return None
