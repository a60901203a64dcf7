"""Search: products by what people call them, available ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue
from bot.domain.rules import ShopRules
from bot.domain.search import SearchIndex
from bot.ports import Clock
from bot.services.browse import Offer, Shelf, offer_of

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
        catalogue = self._shelf.catalogue
        if catalogue is None:
            return Found([], 0, is_exact=True)
        if catalogue is not self._made_for:
            self.prepare(catalogue)
        now = self._clock.now()
        hits = self._index.look(query)
        offers = [offer_of(catalogue.products[one], self._rules, now) for one in hits.scores]
        offers.sort(
            key=lambda one: (
                not one.is_available,
                -round(hits.scores[one.product.product_id], 2),
                one.price,
            )
        )
        return Found(offers[:MOST_FOUND], len(offers), hits.is_exact)
