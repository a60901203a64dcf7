"""The search index: an inverted index of the words, quantities and codes of all products."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log
from operator import add, sub
from typing import TypeAlias, TypeVar

from bot.domain.catalogue import Listing, Product, ProductId
from bot.domain.question_words import ASKING, IGNORED
from bot.domain.search.query import (
    ALIASES,
    MAX_QUERY_LENGTH,
    RUPIAH,
    TYPE_WORDS,
    Quantity,
    letters,
    parse_query,
    word_meanings,
)
from bot.domain.search.tiers import (
    ProductIds,
    Tiers,
    combine,
    highest,
    products_in,
    restrict_to,
    sum_of_all,
    sum_of_any,
)
from bot.domain.typed_text import without_invisible

SimilarWords = Callable[[str, Sequence[str]], Sequence[tuple[str, float]]]
"""Returns the words of the list most similar to an unknown word, with similarities of 0 to 1."""

MAX_WORDS = 8
"""The maximum number of different words of a search."""
MAX_AMOUNTS = 4
"""The maximum number of different quantities of a search: a price, a size, days, and one more."""
MIN_BEGINNING_LENGTH = 3
"""The minimum length of a prefix; shorter ones match too many words."""
MIN_GUESS_LENGTH = 5
"""A similar word needs this length to be accepted as the only word found by a search."""
_WORDS_OF_TYPE = {
    "pulsa-reguler": "pulsa reguler",
    "paket-internet": "data",
    "token-pln": "token pln",
    "saldo-emoney": "saldo emoney",
    "voucher-game": "voucher game",
    "paket-telepon": "telepon sms",
    "pulsa-transfer": "pulsa transfer",
    "streaming-tv": "streaming tv voucher",
}
_SPELLED = {alias: frozenset(letters(name)) for alias, name in ALIASES.items() if len(alias) > 3}
"""The aliases that are long enough to be misspelt, and the catalogue words of each."""
SearchedText: TypeAlias = tuple[str, str, str, str]
"""The name, brand, sub and type of a product."""
_T = TypeVar("_T", str, Quantity)


@dataclass(frozen=True, slots=True)
class Match:
    """How well the products that were found match the query."""

    missing: tuple[str, ...] = ()
    """The words of the query that none of the products has."""
    has_rest: bool = True
    """Whether the products match the whole query except the missing words."""
    is_mostly_known: bool = True
    """Whether at least as many words of the query were found as are missing."""

    @property
    def is_exact(self) -> bool:
        """Whether the products match the whole query; otherwise they are the nearest ones."""
        return self.has_rest and not self.missing


@dataclass(frozen=True, slots=True)
class Hits:
    """The result of a search: the products by their score; a higher score fits better."""

    tiers: Tiers
    match: Match = Match()

    @property
    def scores(self) -> dict[ProductId, float]:
        """The score of each product."""
        return {product: score for score, tier in self.tiers.items() for product in tier}


@dataclass(frozen=True, slots=True)
class _WordHits:
    """The products found by one word of a search."""

    text: str
    tiers: Tiers
    is_soft: bool
    """Whether it is a word of a whole type."""
    is_guess: bool = False
    """Whether no product has the word, so that it was matched by similarity."""
    is_weak: bool = False
    """Whether all similar words are too short to be accepted on their own."""
    is_vague: bool = False
    """Whether it is weak and no similar word is a brand."""


class SearchIndex:
    """Finds products by prefixes of words; immutable after construction.

    Products that match a word equally well are handled together, as sets: the time of a search
    depends on the number of different scores more than on that of the products. Of the products
    of one name, which come from several sources, only the first is indexed; the others are added
    to what was found.
    """

    def __init__(self, products: Iterable[Product], near: SimilarWords) -> None:
        """Index the products; `near` is called for words that are no prefix of an indexed word."""
        self._near = near
        self._products_by_word: dict[str, set[ProductId]] = defaultdict(set)
        self._products_by_quantity: dict[Quantity, dict[float, set[ProductId]]] = {}
        """The products of each quantity, by how well it fits."""
        self._sizes: dict[ProductId, dict[str, float]] = {}
        """By unit, the quantities of the goods themselves, without those of bonuses."""
        self._same: dict[ProductId, Sequence[ProductId]] = {}
        """By an indexed product, the others of its name."""
        self._brands: set[str] = set()
        self._codes: dict[str, ProductId] = {}
        self._products_by_length: dict[float, set[ProductId]] = defaultdict(set)
        alike: dict[SearchedText, list[ProductId]] = {}
        for product in products:
            alike.setdefault(searched_text(product.listing), []).append(product.product_id)
            self._codes[product.listing.code.lower()] = product.product_id
        for text, (first, *others) in alike.items():
            self._add(text, first)
            if others:
                self._same[first] = tuple(others)
        self._share_equal()
        self._names = sorted(word for word in self._products_by_word if len(word) > 2)
        self._specific = self._brands | ALIASES.keys() | TYPE_WORDS

    def _add(self, text: SearchedText, product_id: ProductId) -> None:
        name, main, _, _ = text
        quantities = parse_query(name).quantities
        self._brands.update(letters(main))
        length = 0.01 * (len(letters(name)) + len(quantities))
        self._products_by_length[length].add(product_id)
        for word in _indexed(text):
            self._products_by_word[word].add(product_id)
        self._sizes[product_id] = _sizes_of(quantities)
        fits: dict[Quantity, float] = {}
        for typed, fit in _as_typed(quantities):
            fits[typed] = max(fit, fits.get(typed, 0.0))
        for typed, fit in fits.items():
            self._products_by_quantity.setdefault(typed, {}).setdefault(fit, set()).add(product_id)

    def _share_equal(self) -> None:
        """Hold equal sets and sizes once, and none larger than it need be: half the memory."""
        sets: dict[ProductIds, set[ProductId]] = {}
        for word, ids in self._products_by_word.items():
            self._products_by_word[word] = sets.setdefault(frozenset(ids), set(ids))
        for fits in self._products_by_quantity.values():
            for fit, ids in fits.items():
                fits[fit] = sets.setdefault(frozenset(ids), set(ids))
        sizes: dict[tuple[tuple[str, float], ...], dict[str, float]] = {}
        for product_id, by_unit in self._sizes.items():
            self._sizes[product_id] = sizes.setdefault(tuple(by_unit.items()), by_unit)

    def search(self, query: str) -> Hits:
        """Return the products that have every word and quantity of a query, or the nearest ones.

        A word that no product has, or no product of the brand, is skipped if another word is
        known; it is then one of the missing words. A brand is never dropped in favour of a
        quantity: if the brand has no product of that quantity, its nearest ones are returned.
        """
        query = _whole_words(without_invisible(query).strip())
        code = self._codes.get(query.lower())
        if code is not None:
            return Hits({1.0: {code}})
        meant = parse_query(query)
        words = [self._hits(word) for word in _first(meant.words, MAX_WORDS)]
        words = [word for word in words if word.tiers or word.text not in IGNORED]
        known = [word for word in words if word.tiers]
        is_guess = all(word.is_guess for word in known)
        if (is_guess and len(known) < len(words)) or not (known or meant.quantities):
            return Hits({})
        if not meant.quantities and all(word.is_weak for word in known):
            return Hits({})
        tiers, left_out = self._combined(known)
        tiers, is_exact = self._with_quantities(tiers, _first(meant.quantities, MAX_AMOUNTS))
        # Of two products that match all words, the one with fewer other words is preferred.
        tiers = combine(tiers, self._products_by_length, sub)
        missing = tuple(word.text for word in words if not word.tiers or word.text in left_out)
        hard = sum(not word.is_soft for word in known) - len(left_out)
        # A vague guess ("masa" for "mama") is never an exact hit, even if the rest matches.
        has_rest = is_exact and not any(word.is_vague for word in known)
        found = {score: self._with_same(tier) for score, tier in tiers.items()}
        return Hits(found, Match(missing, has_rest, len(missing) <= hard))

    def _with_same(self, products: ProductIds) -> ProductIds:
        """Return indexed products and the others of their names."""
        return products.union(*(self._same[one] for one in products if one in self._same))

    def is_specific(self, text: str) -> bool:
        """Return whether a text has a quantity, or an indexed word that is not only a type."""
        meant = parse_query(text)
        words = (
            word for word in _first(meant.words, MAX_WORDS) if word not in IGNORED | TYPE_WORDS
        )
        return bool(meant.quantities) or any(
            part in self._products_by_word
            for word in words
            for parts in word_meanings(word)
            for part in parts
        )

    def named(self, text: str) -> str:
        """Return the words of a text that name a product, and its sizes ("2 gb"), as a query.

        Empty if there are none. A prefix of an indexed word does not count; a similar word counts
        only if it is a brand or a type.
        """
        meant = parse_query(text)
        words = [word for word in _first(meant.words, MAX_WORDS) if self._is_named(word)]
        sizes = [size for size in meant.quantities if size.unit not in ("", RUPIAH)]
        sizes = _first(sizes, MAX_AMOUNTS)
        return " ".join([*words, *(f"{size.value:g} {size.unit}" for size in sizes)])

    def _is_named(self, word: str) -> bool:
        if word in IGNORED:
            return word in self._brands
        is_indexed = word in self._products_by_word
        if word in self._specific or (is_indexed and len(word) > MIN_BEGINNING_LENGTH):
            return True
        if len(word) <= MIN_BEGINNING_LENGTH or any(self._with_prefix(word)):
            return False
        guessed = [name for name, _ in self._near(word, self._names)]
        return any(name in self._specific and len(name) >= MIN_GUESS_LENGTH for name in guessed)

    # --- words ---

    def _combined(self, words: Sequence[_WordHits]) -> tuple[Tiers | None, frozenset[str]]:
        """Return the products with all words, or with most of them, and the words left out.

        None if there are no words. Words of a type may be left out without being reported, but
        they narrow the result if they can.
        """
        if not words:
            return None, frozenset()
        whole = sum_of_all([word.tiers for word in words])
        if whole:
            return whole, frozenset()
        hard = [word for word in words if not word.is_soft] or words
        found = sum_of_all([word.tiers for word in hard])
        if not found:
            sums = sum_of_any([word.tiers for word in hard])
            most = max(map(round, sums))
            found = {score: tier for score, tier in sums.items() if round(score) == most}
        for word in words:
            if word.is_soft:
                found = restrict_to(products_in(word.tiers), found) or found
        all_found = products_in(found)
        left_out = (word.text for word in hard if all_found.isdisjoint(products_in(word.tiers)))
        return found, frozenset(left_out) - IGNORED

    def _hits(self, word: str) -> _WordHits:
        """Return the products that have a word, or else those that have a similar one."""
        is_common = word in ASKING | IGNORED
        meanings = list(word_meanings(word))
        found: list[tuple[float, ProductIds]] = []
        for words in meanings:
            parts = [self._tiers(self._with_prefix(part, is_whole=is_common)) for part in words]
            found += [(total / len(parts), tier) for total, tier in sum_of_all(parts).items()]
        is_soft = any(TYPE_WORDS.issuperset(words) for words in meanings)
        if found or is_common or len(word) <= MIN_BEGINNING_LENGTH:
            return _WordHits(word, highest(found), is_soft)
        guessed = self._near(word, self._names)
        is_weak = all(len(name) < MIN_GUESS_LENGTH for name, _ in guessed)
        is_vague = is_weak and self._brands.isdisjoint(name for name, _ in guessed)
        return _WordHits(
            word, self._tiers(guessed), is_soft, is_guess=True, is_weak=is_weak, is_vague=is_vague
        )

    def _tiers(self, known: Iterable[tuple[str, float]]) -> Tiers:
        # A brand is more specific than the name of one of its packs.
        return highest(
            (similarity * (2.0 if word in self._brands else 1.0), self._products_by_word[word])
            for word, similarity in known
        )

    def _with_prefix(self, word: str, *, is_whole: bool = False) -> Iterator[tuple[str, float]]:
        """Yield the indexed words that begin with `word`, with a similarity of 0 to 1.

        With `is_whole`, only the word itself.
        """
        if word in self._products_by_word:
            yield word, 1.0
        if is_whole or len(word) < MIN_BEGINNING_LENGTH:
            return
        for known in islice(self._names, bisect_right(self._names, word), None):
            if not known.startswith(word):
                return
            yield known, 0.9 * len(word) / len(known) + 0.05

    # --- quantities ---

    def _with_quantities(
        self, tiers: Tiers | None, wanted: Sequence[Quantity]
    ) -> tuple[Tiers, bool]:
        """Return the products that have the wanted quantities, or else the nearest ones.

        `tiers` are the products found by words, None if the search has no words. The second value
        is whether the products have the quantities.
        """
        found: list[Tiers] = [] if tiers is None else [tiers]
        found += [self._products_by_quantity.get(quantity, {}) for quantity in wanted]
        exact = sum_of_all(found)
        if exact or tiers is None:
            return exact, bool(exact)
        alike: dict[float, set[ProductId]] = defaultdict(set)
        for product in products_in(tiers):
            sizes = self._sizes[product]
            alike[sum(_nearness(sizes, quantity) for quantity in wanted)].add(product)
        comparable = {nearness: alike[nearness] for nearness in alike if nearness}
        return combine(tiers, comparable or alike, add), False


def searched_text(listing: Listing) -> SearchedText:
    """Return everything of a listing by which it is found, except its code."""
    return listing.name, listing.main, listing.sub, listing.type


def _whole_words(query: str) -> str:
    """Return a query cut to `MAX_QUERY_LENGTH` characters, without a part of a word at its end."""
    if len(query) <= MAX_QUERY_LENGTH:
        return query
    return query[: MAX_QUERY_LENGTH + 1].rpartition(" ")[0] or query[:MAX_QUERY_LENGTH]


def _first(items: Iterable[_T], most: int) -> list[_T]:
    """Return the first `most` distinct items, in order."""
    return list(dict.fromkeys(items))[:most]


def _indexed(text: SearchedText) -> set[str]:
    """Return the words by which a product is found, with the aliases of its brand and goods."""
    name, main, sub, type_ = text
    kind = _WORDS_OF_TYPE.get(type_, type_.replace("-", " "))
    words = set(letters(f"{name} {main} {sub} {kind}"))
    # Words of a type have no other name here: "Paket 2" of a TV channel is not a data pack.
    for alias in ALIASES.keys() & words - TYPE_WORDS:
        words.update(letters(ALIASES[alias]))
    return words | {alias for alias, parts in _SPELLED.items() if parts <= words}


def _unit_of(quantity: Quantity) -> str:
    """Return the unit of a quantity in a name, "" for rupiah: most names do not write it."""
    return "" if quantity.unit == RUPIAH else quantity.unit


def _sizes_of(quantities: Sequence[Quantity]) -> dict[str, float]:
    """Return the first quantity of each unit: later ones are bonuses, as is an amount of rupiah."""
    sizes: dict[str, float] = {}
    for quantity in quantities:
        unit = _unit_of(quantity)
        if unit or not sizes:
            sizes.setdefault(unit, quantity.value)
    return sizes


def _as_typed(quantities: Sequence[Quantity]) -> Iterator[tuple[Quantity, float]]:
    """Yield the quantities of a name as customers may type them, and how well each fits, 0 to 1.

    A "10" without a unit preferably means 10,000 rupiah, then 10 of any unit.
    """
    seen: set[str] = set()
    for quantity in quantities:
        value, unit = quantity.value, _unit_of(quantity)
        if unit:
            fit = 0.6 if unit in seen else 0.9
            yield from ((Quantity(value, unit), fit), (Quantity(value), fit))
        else:
            yield from ((Quantity(value, RUPIAH), 0.9), (Quantity(value), 0.9))
            yield Quantity(value / 1_000), 1.0
        seen.add(unit)


def _nearness(sizes: Mapping[str, float], wanted: Quantity) -> float:
    """Return how near a product's size is to a wanted quantity, 0 to 1; 0 if none compares."""
    is_thousands = wanted.unit == "" and wanted.value < 1_000
    value = wanted.value * (1_000 if is_thousands else 1)
    size = sizes.get(_unit_of(wanted), 0.0)
    return 1 / (1 + abs(log(size / value))) if size > 0 and value > 0 else 0.0
