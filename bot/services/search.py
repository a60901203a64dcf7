"""Search: products by what people call them, available ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.catalogue import Catalogue
from bot.domain.destination import DestinationKind
from bot.domain.number import KnownNumber, beside_numbers
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
        offers, is_exact = self._all(query)
        return _found(offers, is_exact=is_exact)

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
        offers, is_exact = self._all(query)
        if not offers:
            return None
        kinds = [DestinationKind.PHONE] if number.phone is not None else []
        kinds += [DestinationKind.METER] if number.meter is not None else []
        for kind in kinds:
            fitting = [one for one in offers if one.kind is kind]
            if fitting:
                own = [one for one in fitting if self._is_open_to(one, number.brands)]
                return Named(query, _found(own or fitting, is_exact=is_exact), kind)
        return Named(query, _found(offers, is_exact=is_exact), None)

    def is_named(self, text: str) -> bool:
        """Whether a text names something of the list: a brand, a type, or a size."""
        self._keep_up()
        return bool(self._index.named(text))

    def names_other(self, text: str, offer: Offer) -> bool:
        """Whether the words of a text name something, and it is of no kind of a product's."""
        self._keep_up()
        query = self._index.named(beside_numbers(text))
        kinds = {one.product.listing.path[:2] for one in self._all(query)[0]} if query else set()
        return bool(kinds) and offer.product.listing.path[:2] not in kinds

    def _is_open_to(self, offer: Offer, brands: frozenset[str]) -> bool:
        """Whether a product is of a number's operator, or of none."""
        main = offer.product.listing.main
        return not brands or main in brands or main not in self._rules.profile.prefixes

    def _all(self, query: str) -> tuple[list[Offer], bool]:
        catalogue = self._keep_up()
        if catalogue is None:
            return [], True
        now = self._clock.now()
        hits = self._index.look(query)
        withheld = self._shelf.withheld
        offers = [
            offer_of(catalogue.products[one], self._rules, now, withheld) for one in hits.scores
        ]
        offers.sort(
            key=lambda one: (
                not one.is_available,
                -round(hits.scores[one.product.product_id], 2),
                one.price,
            )
        )
        return offers, hits.is_exact

    def _keep_up(self) -> Catalogue | None:
        catalogue = self._shelf.catalogue
        if catalogue is not None and catalogue is not self._made_for:
            self.prepare(catalogue)
        return catalogue


def _found(offers: Sequence[Offer], *, is_exact: bool) -> Found:
    return Found(offers[:MOST_FOUND], len(offers), is_exact)
