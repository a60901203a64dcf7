"""Search products by the words that customers type; available products come first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeAlias
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue, Product, ProductId
from bot.domain.destination import DestinationKind
from bot.domain.search.index import Hits, Match, SearchIndex, searched_text
from bot.domain.search.tiers import ProductIds
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import ParsedNumber, without_numbers
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Assortment, CatalogueCache, Offer
from bot.services.catalogue.kept import Kept

NEAREST = 4
"""How many known words may replace an unknown one."""
MIN_LIKENESS = 0.74
"""The least similarity of a misspelt word to a known one, 0 to 1."""
MAX_FOUND = 80
MAX_KEPT = 512
"""How many results are kept."""
_BesideKey: TypeAlias = tuple[str, tuple[DestinationKind, ...], frozenset[str]]


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
        self._preparing: asyncio.Task[SearchIndex] | None = None
        self._results: Kept[str, SearchResult] = Kept(MAX_KEPT)
        self._beside: Kept[_BesideKey, NumberSearch | None] = Kept(MAX_KEPT)

    def prepare(self, catalogue: Catalogue) -> SearchIndex:
        """Index a list; 20,000 products take up to a second, so call it in a thread.

        A list in which only prices, cutoffs and states are new has the index of the one before.
        """
        index = next(
            (known for other, known in list(self._indexes.items()) if _is_alike(other, catalogue)),
            None,
        )
        if index is None:
            index = SearchIndex(catalogue.products.values(), near)
        self._indexes[catalogue] = index
        self._catalogue_cache.propose_codes(catalogue)
        return index

    async def ready(self) -> None:
        """Wait until the list on sale is indexed; after a start it is indexed in a thread."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None or catalogue in self._indexes:
            return
        if self._preparing is None:
            self._preparing = asyncio.create_task(asyncio.to_thread(self.prepare, catalogue))
        try:
            await asyncio.shield(self._preparing)
        finally:
            self._preparing = None

    def search(self, query: str, viewer: Viewer = EVERYBODY) -> SearchResult:
        """Return the results of a query, and how well they match."""
        assortment = self._assortment(viewer)
        if assortment is None:
            return SearchResult([], 0, Match())
        return self._results.get(assortment, query, lambda: _found(assortment, self._hits(query)))

    def named_by(self, query: str, assortment: Assortment) -> Sequence[Product]:
        """Return all products that a query names and somebody is shown; the best matches only."""
        scores, shown = self._hits(query).scores, assortment.catalogue.products
        enough = max(scores.values(), default=0.0) / 2
        return [shown[one] for one, score in scores.items() if score >= enough and one in shown]

    def beside(
        self, text: str, number: ParsedNumber, viewer: Viewer = EVERYBODY
    ) -> NumberSearch | None:
        """Search for the words beside a number; None when they name nothing in the list.

        Results are products that can go to the number, of its own operator if there are any, and
        of the amount that was sent. When none can go to it, all products that match are returned,
        with the kind None.
        """
        assortment = self._assortment(viewer)
        query = self._index().named(without_numbers(text))
        if assortment is None or not query:
            return None
        if number.nominal is not None:
            query = f"{query} {number.nominal:,}".replace(",", ".")
        kinds = [DestinationKind.PHONE] if number.phone is not None else []
        kinds += [DestinationKind.METER] if number.meter is not None else []
        return self._beside.get(
            assortment,
            (query, tuple(kinds), number.brands),
            lambda: self._find_beside(assortment, query, kinds, number.brands),
        )

    def _find_beside(
        self,
        assortment: Assortment,
        query: str,
        kinds: Sequence[DestinationKind],
        brands: frozenset[str],
    ) -> NumberSearch | None:
        hits = self._index().search(query)
        shown = assortment.catalogue.products
        products = [shown[one] for one in hits.scores if one in shown]
        if not products:
            return None
        for kind in kinds:
            suitable = [one for one in products if _kind_of(assortment, one) is kind]
            if suitable:
                own = [one for one in suitable if _is_open_to(assortment, one, brands)]
                ids = frozenset(one.product_id for one in own or suitable)
                return NumberSearch(query, _found(assortment, hits, ids), kind)
        return NumberSearch(query, _found(assortment, hits), None)

    def listed(self, query: str, at_most: int) -> list[Product]:
        """Return the best matches in the supplier's whole list, sold or not."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            return []
        scores, products = self._index().search(query).scores, catalogue.products
        best = nsmallest(
            at_most, scores, key=lambda one: (-scores[one], products[one].listing.cost, one)
        )
        return [products[one] for one in best]

    def is_named(self, text: str) -> bool:
        """Return whether a text names a brand, a type or a size of the list."""
        return bool(self._index().named(text))

    def is_specific(self, text: str) -> bool:
        """Return whether a text names more than a type: a brand, a word of a name, a size."""
        return self._index().is_specific(text)

    def names_other(self, text: str, offer: Offer) -> bool:
        """Return whether a text names products, none of them of the offer's type and brand."""
        catalogue = self._catalogue_cache.catalogue
        query = self._index().named(without_numbers(text))
        if catalogue is None or not query:
            return False
        found = self._index().search(query).scores
        kinds = {catalogue.products[one].listing.path[:2] for one in found}
        return bool(kinds) and offer.product.listing.path[:2] not in kinds

    def _assortment(self, viewer: Viewer) -> Assortment | None:
        return self._catalogue_cache.assortment(self._rules, self._clock.now(), viewer)

    def _hits(self, query: str) -> Hits:
        """Return what a query finds; a short code finds its product, and nothing else."""
        product_id = self._catalogue_cache.codes.find(query)
        return self._index().search(query) if product_id is None else Hits({1.0: {product_id}})

    def _index(self) -> SearchIndex:
        """Return the index of the list on sale; without a list, an empty one."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            return SearchIndex((), near)
        return self._indexes.get(catalogue) or self.prepare(catalogue)


def _is_alike(some: Catalogue, other: Catalogue) -> bool:
    """Return whether two lists have the same products, found by the same words."""
    if some is other:
        return True
    if some.products.keys() != other.products.keys():
        return False
    pairs = zip(some.products.values(), map(other.product, some.products), strict=True)
    return all(
        one is two or (two is not None and _searched(one) == _searched(two)) for one, two in pairs
    )


def _searched(product: Product) -> tuple[str, ...]:
    return product.listing.code, *searched_text(product.listing)


def _kind_of(assortment: Assortment, product: Product) -> DestinationKind:
    return assortment.terms.kind_of(product.listing.type, product.listing.main)


def _is_open_to(assortment: Assortment, product: Product, brands: frozenset[str]) -> bool:
    """Return whether a product is of one of a number's brands, or of no operator."""
    main = product.listing.main
    return not brands or main in brands or main not in assortment.terms.rules.profile.prefixes


def _found(
    assortment: Assortment, hits: Hits, among: frozenset[ProductId] | None = None
) -> SearchResult:
    """Return the best `MAX_FOUND` products, of those `among`; offers are built for these only."""
    tiers: dict[float, ProductIds] = {}
    for score, tier in hits.tiers.items():
        match, ids = round(score, 2), tier if among is None else tier & among
        if assortment.hidden:
            ids = ids.difference(assortment.hidden)
        tiers[match] = tiers[match] | ids if match in tiers else ids
    unavailable, products = assortment.unavailable, assortment.catalogue.products
    best = [tiers[match] for match in sorted(tiers, reverse=True)]
    first: list[Product] = []
    for part in (*(tier - unavailable for tier in best), *(tier & unavailable for tier in best)):
        if len(first) < MAX_FOUND:
            cheapest = nsmallest(
                MAX_FOUND - len(first), part, key=lambda one: (products[one].listing.cost, one)
            )
            first += [products[one] for one in cheapest]
    count = sum(map(len, best))
    return SearchResult([assortment.offer(one) for one in first], count, hits.match)
