"""Search: products by what people call them, available ones first."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue
from bot.domain.rules import ShopRules
from bot.domain.search import SearchIndex
from bot.ports import Clock
from bot.services.browse import Offer, Shelf, offer_of

NEAREST = 4
"""How many words an unknown one may mean."""
MOST_FOUND = 80


def near(word: str, known: Sequence[str]) -> Sequence[tuple[str, float]]:
    """Return the known words that an unknown one may mean, the likeliest first."""
    if not word or not known:
        return []
    found = process.extract(
        word,
        known,
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=NEAREST,
        score_cutoff=0.6,
    )
    if not found:
        found = process.extract(word, known, scorer=fuzz.partial_ratio, limit=2, score_cutoff=85)
        return [(text, score / 250) for text, score, _ in found]
    best = found[0][1]
    return [(text, score * 0.8) for text, score, _ in found if score > best - 0.12]


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
        """Index a list; 1,400 products take 60 milliseconds, so do it in a thread."""
        self._index, self._made_for = SearchIndex(catalogue.products.values(), near), catalogue

    def find(self, query: str) -> Sequence[Offer]:
        """Return what fits a query: available products first, the best fits first."""
        catalogue = self._shelf.catalogue
        if catalogue is None:
            return []
        if catalogue is not self._made_for:
            self.prepare(catalogue)
        now = self._clock.now()
        scores = self._index.find(query)
        offers = [offer_of(catalogue.products[one], self._rules, now) for one in scores]
        offers.sort(
            key=lambda one: (
                not one.is_available,
                -round(scores[one.product.product_id], 2),
                one.price,
            )
        )
        return offers[:MOST_FOUND]
