"""Search products by the words that customers type; available products come first."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from heapq import nsmallest
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue, Product, ProductId
from bot.domain.cutoff import closed_until
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.search.index import Hits, Match, SearchIndex
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import ParsedNumber, without_numbers
from bot.ports.clock import Clock
from bot.services.catalogue.browse import CatalogueCache, Offer, offer_of

NEAREST = 4
"""How many known words may replace an unknown one."""
MIN_LIKENESS = 0.74
"""The least similarity of a misspelt word to a known one, 0 to 1."""
MAX_FOUND = 80


def near(word: str, known: Sequence[str]) -> Sequence[tuple[str, float]]:
    """Return known words similar to an unknown one with weights below 0.8, best first.

    One letter in four may be wrong: with more, any text would find something.
    """
    if not known:
        return []
    found = process.extract(
        word,
        known,
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=NEAREST,
        score_cutoff=MIN_LIKENESS,
    )
    return [(text, score * 0.8) for text, score, _ in found]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The results of a query: available products first, then the best matches."""

    offers: Sequence[Offer]
    """At most `MAX_FOUND`."""
    count: int
    """The number of all results."""
    match: Match


@dataclass(frozen=True, slots=True)
class NumberSearch:
    """The products named by the words beside a number."""

    query: str
    """The query that was used."""
    result: SearchResult
    kind: DestinationKind | None
    """How the number is read; None when none of the products can go to such a number."""


class Search:
    """Searches an index in memory, which is rebuilt for each list, off the event loop."""

    def __init__(self, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock) -> None:
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._indexes: WeakKeyDictionary[Catalogue, SearchIndex] = WeakKeyDictionary()
        """Of the list on sale, and of one that is about to replace it."""

    def prepare(self, catalogue: Catalogue) -> SearchIndex:
        """Index a list; 1,400 products take 30 milliseconds, so call it in a thread."""
        index = self._indexes[catalogue] = SearchIndex(catalogue.products.values(), near)
        return index

    def search(self, query: str) -> SearchResult:
        """Return the results of a query, and how well they match."""
        hits = self._index().search(query)
        return self._found(hits, self._products(hits))

    def beside(self, text: str, number: ParsedNumber) -> NumberSearch | None:
        """Search for the words beside a number; None when they name nothing in the list.

        Results are products that can go to the number, of its own operator if there are any, and
        of the amount that was sent. When none can go to it, all products that match are returned,
        with the kind None.
        """
        query = self._index().named(without_numbers(text))
        if not query:
            return None
        if number.nominal is not None:
            query = f"{query} {number.nominal:,}".replace(",", ".")
        hits = self._index().search(query)
        products = self._products(hits)
        if not products:
            return None
        kinds = [DestinationKind.PHONE] if number.phone is not None else []
        kinds += [DestinationKind.METER] if number.meter is not None else []
        for kind in kinds:
            suitable = [one for one in products if self._kind_of(one) is kind]
            if suitable:
                own = [one for one in suitable if self._is_open_to(one, number.brands)]
                return NumberSearch(query, self._found(hits, own or suitable), kind)
        return NumberSearch(query, self._found(hits, products), None)

    def is_named(self, text: str) -> bool:
        """Return whether a text names a brand, a type or a size of the list."""
        return bool(self._index().named(text))

    def is_specific(self, text: str) -> bool:
        """Return whether a text names more than a type: a brand, a word of a name, a size."""
        return self._index().is_specific(text)

    def names_other(self, text: str, offer: Offer) -> bool:
        """Return whether a text names products, none of them of the offer's type and brand."""
        query = self._index().named(without_numbers(text))
        found = self._products(self._index().search(query))
        kinds = {one.listing.path[:2] for one in found}
        return bool(kinds) and offer.product.listing.path[:2] not in kinds

    def _kind_of(self, product: Product) -> DestinationKind:
        return self._rules.profile.kind_of(product.listing.type, product.listing.main)

    def _is_open_to(self, product: Product, brands: frozenset[str]) -> bool:
        """Return whether a product is of one of a number's brands, or of no operator."""
        main = product.listing.main
        return not brands or main in brands or main not in self._rules.profile.prefixes

    def _index(self) -> SearchIndex:
        """Return the index of the list on sale; without a list, an empty one."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            return SearchIndex((), near)
        return self._indexes.get(catalogue) or self.prepare(catalogue)

    def _products(self, hits: Hits) -> list[Product]:
        catalogue = self._catalogue_cache.catalogue
        products = {} if catalogue is None else catalogue.products
        return [products[one] for one in hits.scores]

    def _found(self, hits: Hits, products: Sequence[Product]) -> SearchResult:
        """Return the best `MAX_FOUND` products; offers are built for these only."""
        now = self._clock.now()
        withheld = self._catalogue_cache.withheld
        first = nsmallest(MAX_FOUND, products, key=_sort_key(hits, self._rules, now, withheld))
        offers = [offer_of(one, self._rules, now, withheld) for one in first]
        return SearchResult(offers, len(products), hits.match)


def _sort_key(
    hits: Hits, rules: ShopRules, now: datetime, withheld: Container[ProductId]
) -> Callable[[Product], tuple[bool, float, Rupiah]]:
    """Return the sort key of results: available products first, then the best, then the cheapest.

    Thousands of products share few cutoffs and costs, so each of these is computed once.
    """
    local = now.astimezone(rules.timezone)
    price_of = cache(rules.markup.price_of)
    opens_at = cache(lambda cutoff: closed_until(cutoff, local))

    def key(product: Product) -> tuple[bool, float, Rupiah]:
        listing = product.listing
        is_closed = opens_at(listing.cutoff) is not None
        is_empty = not listing.is_ready or product.product_id in withheld
        match = round(hits.scores[product.product_id], 2)
        return is_closed or is_empty, -match, price_of(listing.cost)

    return key
