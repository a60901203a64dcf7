"""Search: products by what people call them, available ones first."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue, Product, ProductId
from bot.domain.cutoff import CutoffWindow, closed_until
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.search.index import Hits, SearchIndex
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import KnownNumber, beside_numbers
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Offer, Shelf, offer_of

NEAREST = 4
"""How many words an unknown one may mean."""
LEAST_LIKENESS = 0.74
"""How alike a misspelt word has to be, 0 to 1."""
MOST_FOUND = 80


def near(word: str, known: Sequence[str]) -> Sequence[tuple[str, float]]:
    """Return the known words that an unknown one may mean, the likeliest first.

    One letter in four may be wrong: more would find something for whatever is said.
    """
    if not known:
        return []
    found = process.extract(
        word,
        known,
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=NEAREST,
        score_cutoff=LEAST_LIKENESS,
    )
    best = found[0][1] if found else 0.0
    return [(text, score * 0.8) for text, score, _ in found if score > best - 0.12]


@dataclass(frozen=True, slots=True)
class Found:
    """What fits a query: available products first, the best fits first."""

    offers: Sequence[Offer]
    """At most `MOST_FOUND`."""
    count: int
    """How many fit."""
    is_exact: bool
    """Whether they have all that was said, or are only the nearest."""
    missing: Sequence[str] = ()
    """The words that none of them has."""
    has_rest: bool = True
    """Whether they have all that was said but for the missing words."""
    is_mostly_known: bool = True
    """Whether no more words are missing than name something."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the words beside a number name."""

    query: str
    """What was looked for."""
    found: Found
    kind: DestinationKind | None
    """As what the number is taken; None where nothing of it goes to such a number."""


class Search:
    """Answers from memory; the index is made anew with each list, off the event loop."""

    def __init__(self, shelf: Shelf, rules: ShopRules, clock: Clock) -> None:
        """Index nothing yet."""
        self._shelf = shelf
        self._rules = rules
        self._clock = clock
        self._made_for: Catalogue | None = None
        self._index = SearchIndex((), near)

    def prepare(self, catalogue: Catalogue) -> None:
        """Index a list; 1,400 products take 30 milliseconds, so do it in a thread."""
        self._index, self._made_for = SearchIndex(catalogue.products.values(), near), catalogue

    def find(self, query: str) -> Sequence[Offer]:
        """Return what fits a query."""
        return self.look(query).offers

    def look(self, query: str) -> Found:
        """Return what fits a query, and whether it is just that."""
        hits = self._hits(query)
        return self._found(hits, self._products(hits))

    def beside(self, text: str, number: KnownNumber) -> Named | None:
        """Return what the words beside a number name; None where they name nothing.

        Only what can go to the number, and of its own operator if there is such; with the amount
        that was sent. What goes to no such number is there too, without a kind.
        """
        self._keep_up()
        query = self._index.named(beside_numbers(text))
        if not query:
            return None
        if number.nominal is not None:
            query = f"{query} {number.nominal:,}".replace(",", ".")
        hits = self._hits(query)
        products = self._products(hits)
        if not products:
            return None
        kinds = [DestinationKind.PHONE] if number.phone is not None else []
        kinds += [DestinationKind.METER] if number.meter is not None else []
        for kind in kinds:
            fitting = [one for one in products if self._kind_of(one) is kind]
            if fitting:
                own = [one for one in fitting if self._is_open_to(one, number.brands)]
                return Named(query, self._found(hits, own or fitting), kind)
        return Named(query, self._found(hits, products), None)

    def is_named(self, text: str) -> bool:
        """Whether a text names something of the list: a brand, a type, or a size."""
        self._keep_up()
        return bool(self._index.named(text))

    def is_specific(self, text: str) -> bool:
        """Whether a text names more of the list than a type: a brand, a word of a name, a size."""
        self._keep_up()
        return self._index.is_specific(text)

    def names_other(self, text: str, offer: Offer) -> bool:
        """Whether the words of a text name something, and it is of no kind of a product's."""
        self._keep_up()
        query = self._index.named(beside_numbers(text))
        found = self._products(self._hits(query)) if query else []
        kinds = {one.listing.path[:2] for one in found}
        return bool(kinds) and offer.product.listing.path[:2] not in kinds

    def _kind_of(self, product: Product) -> DestinationKind:
        return self._rules.profile.kind_of(product.listing.type, product.listing.main)

    def _is_open_to(self, product: Product, brands: frozenset[str]) -> bool:
        """Whether a product is of a number's operator, or of none."""
        main = product.listing.main
        return not brands or main in brands or main not in self._rules.profile.prefixes

    def _hits(self, query: str) -> Hits:
        return Hits() if self._keep_up() is None else self._index.look(query)

    def _products(self, hits: Hits) -> list[Product]:
        products = {} if self._made_for is None else self._made_for.products
        return [products[one] for one in hits.scores]

    def _found(self, hits: Hits, products: Sequence[Product]) -> Found:
        """Return the first of some products, in their order; only these are made offers of."""
        now = self._clock.now()
        withheld = self._shelf.withheld
        places = _Places(hits, self._rules, now, withheld)
        first = nsmallest(MOST_FOUND, products, key=places.of)
        offers = [offer_of(one, self._rules, now, withheld) for one in first]
        return Found(
            offers,
            len(products),
            hits.is_exact,
            hits.missing,
            hits.has_rest,
            hits.is_mostly_known,
        )

    def _keep_up(self) -> Catalogue | None:
        catalogue = self._shelf.catalogue
        if catalogue is not None and catalogue is not self._made_for:
            self.prepare(catalogue)
        return catalogue


class _Places:
    """Where a product stands among what was found: available ones, then the best, then cheap ones.

    Of thousands many have one cutoff or one cost, so that each of these is worked out once.
    """

    def __init__(
        self, hits: Hits, rules: ShopRules, now: datetime, withheld: Container[ProductId]
    ) -> None:
        self._scores = hits.scores
        self._withheld = withheld
        self._markup = rules.markup
        self._local = now.astimezone(rules.timezone)
        self._closed: dict[CutoffWindow | None, bool] = {}
        self._prices: dict[Rupiah, Rupiah] = {}

    def of(self, product: Product) -> tuple[bool, float, Rupiah]:
        listing = product.listing
        is_closed = self._closed.get(listing.cutoff)
        if is_closed is None:
            is_closed = closed_until(listing.cutoff, self._local) is not None
            self._closed[listing.cutoff] = is_closed
        price = self._prices.get(listing.cost)
        if price is None:
            price = self._prices[listing.cost] = self._markup.price_of(listing.cost)
        fit = round(self._scores[product.product_id], 2)
        is_empty = not listing.is_ready or product.product_id in self._withheld
        return is_closed or is_empty, -fit, price
