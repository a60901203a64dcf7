"""The search index: an inverted index of the words, codes and quantities of all products."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log
from typing import TypeVar

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
_TYPE_WORDS = {
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
Scores = dict[ProductId, float]
_T = TypeVar("_T", str, Quantity)


@dataclass(frozen=True, slots=True)
class Hits:
    """The result of a search: the products with their scores; a higher score fits better."""

    scores: Scores = field(default_factory=dict)
    is_exact: bool = True
    """Whether the products match the whole query; otherwise they are the nearest ones."""
    missing: tuple[str, ...] = ()
    """The words of the query that none of the products has."""
    has_rest: bool = True
    """Whether the products match the whole query except the missing words."""
    is_mostly_known: bool = True
    """Whether at least as many words of the query were found as are missing."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """A quantity in a product's name."""

    value: float
    unit: str
    is_first: bool
    """Whether it is the first of its unit: the goods themselves; later ones are bonuses."""


@dataclass(frozen=True, slots=True)
class _WordHits:
    """The products found by one word of a search."""

    text: str
    scores: Scores
    is_near: bool
    """Whether no product has the word, so that it was matched by similarity."""
    is_soft: bool
    """Whether it is a word of a whole type."""
    is_weak: bool = False
    """Whether all similar words are too short to be accepted on their own."""
    is_vague: bool = False
    """Whether it is weak and no similar word is a brand."""


class SearchIndex:
    """Finds products by prefixes of words; immutable after construction."""

    def __init__(self, products: Iterable[Product], near: SimilarWords) -> None:
        """Index the products; `near` is called for words that are no prefix of an indexed word."""
        self._near = near
        self._products_by_word: dict[str, set[ProductId]] = defaultdict(set)
        self._brands: set[str] = set()
        self._codes: dict[str, ProductId] = {}
        self._lengths: dict[ProductId, float] = {}
        self._amounts: dict[ProductId, tuple[_Amount, ...]] = {}
        for product in products:
            self._add(product.product_id, product.listing)
        self._words = sorted(self._products_by_word)
        self._names = [word for word in self._words if word.isalpha() and len(word) > 2]

    def _add(self, product_id: ProductId, listing: Listing) -> None:
        name = parse_query(listing.name)
        self._codes[listing.code.lower()] = product_id
        self._brands.update(letters(listing.main))
        self._lengths[product_id] = 0.01 * (len(letters(listing.name)) + len(name.quantities))
        self._amounts[product_id] = tuple(_amounts_of(name.quantities))
        for word in _indexed(listing):
            self._products_by_word[word].add(product_id)

    def find(self, query: str) -> Scores:
        """Return the products that `search` finds, with their scores."""
        return self.search(query).scores

    def search(self, query: str) -> Hits:
        """Return the products that have every word and quantity of a query, or the nearest ones.

        A word that no product has, or no product of the brand, is skipped if another word is
        known; it is then one of the missing words. A brand is never dropped in favour of a
        quantity: if the brand has no product of that quantity, its nearest ones are returned.
        """
        query = _whole_words(without_invisible(query).strip())
        code = self._codes.get(query.lower())
        if code is not None:
            return Hits({code: 1.0})
        meant = parse_query(query)
        cache: dict[str, Scores] = {}
        words = [self._hits(word, cache) for word in _first(meant.words, MAX_WORDS)]
        words = [word for word in words if word.scores or word.text not in IGNORED]
        known = [word for word in words if word.scores]
        is_guess = all(word.is_near for word in known)
        if (is_guess and len(known) < len(words)) or not (known or meant.quantities):
            return Hits()
        if not meant.quantities and known and all(word.is_weak for word in known):
            return Hits()
        scores, left_out = self._combined(known)
        missing = tuple(word.text for word in words if not word.scores or word.text in left_out)
        hard = sum(not word.is_soft for word in known) - len(left_out)
        found = self._with_amounts(scores, _first(meant.quantities, MAX_AMOUNTS))
        # A vague guess ("masa" for "mama") is never an exact hit, even if the rest matches.
        has_rest = found.is_exact and not any(word.is_vague for word in known)
        return Hits(
            self._adjusted(found.scores),
            has_rest and not missing,
            missing,
            has_rest,
            len(missing) <= hard,
        )

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
        names = self._brands | ALIASES.keys() | TYPE_WORDS
        is_indexed = word in self._products_by_word
        if word in names or (is_indexed and len(word) > MIN_BEGINNING_LENGTH):
            return True
        if len(word) <= MIN_BEGINNING_LENGTH or any(self._with_prefix(word)):
            return False
        guessed = [name for name, _ in self._near(word, self._names)]
        return any(name in names and len(name) >= MIN_GUESS_LENGTH for name in guessed)

    def _adjusted(self, scores: Scores) -> Scores:
        # Of two products that match all words, the one with fewer other words is preferred.
        return {product: score - self._lengths[product] for product, score in scores.items()}

    # --- words ---

    def _combined(self, words: Sequence[_WordHits]) -> tuple[Scores | None, frozenset[str]]:
        """Return the products with all words, or with most of them, and the words left out.

        None if there are no words. Words of a type may be left out without being reported, but
        they narrow the result if they can.
        """
        if not words:
            return None, frozenset()
        hard = [word for word in words if not word.is_soft]
        for chosen in (words, hard):
            both = _sums([word.scores for word in chosen])
            if both:
                return both, frozenset()
        sums: Scores = defaultdict(float)
        for word in hard or words:
            for product, score in word.scores.items():
                sums[product] += score
        most = max(round(score) for score in sums.values())
        found = {product: score for product, score in sums.items() if round(score) == most}
        for word in words:
            narrower = {
                product: score for product, score in found.items() if product in word.scores
            }
            found = narrower if word.is_soft and narrower else found
        left_out = (word.text for word in hard or words if not found.keys() & word.scores.keys())
        return found, frozenset(left_out) - IGNORED

    def _hits(self, word: str, cache: dict[str, Scores]) -> _WordHits:
        """Return the products found by a word; `cache` has the scores of parts of words."""
        scores: Scores = {}
        for words in word_meanings(word):
            for part in words:
                if part not in cache:
                    cache[part] = self._scores(
                        self._with_prefix(part, is_whole=word in ASKING | IGNORED)
                    )
            parts = [cache[part] for part in words]
            found = parts[0] if len(parts) == 1 else _mean(parts)
            scores = _maximum(scores, found)
        is_near = not scores and len(word) > MIN_BEGINNING_LENGTH and word not in ASKING | IGNORED
        is_weak = is_vague = False
        if is_near:
            guessed = self._near(word, self._names)
            is_weak = all(len(name) < MIN_GUESS_LENGTH for name, _ in guessed)
            is_vague = is_weak and not any(name in self._brands for name, _ in guessed)
            scores = self._scores(guessed)
        is_soft = any(TYPE_WORDS.issuperset(words) for words in word_meanings(word))
        return _WordHits(word, scores, is_near, is_soft, is_weak, is_vague)

    def _scores(self, known: Iterable[tuple[str, float]]) -> Scores:
        scores: Scores = {}
        for word, similarity in known:
            # A brand is more specific than the name of one of its packs.
            weight = similarity * (2.0 if word in self._brands else 1.0)
            scores = _maximum(scores, dict.fromkeys(self._products_by_word[word], weight))
        return scores

    def _with_prefix(self, word: str, *, is_whole: bool = False) -> Iterator[tuple[str, float]]:
        """Yield the indexed words that begin with `word`, with a similarity of 0 to 1.

        With `is_whole`, only the word itself.
        """
        if word in self._products_by_word:
            yield word, 1.0
        if is_whole or len(word) < MIN_BEGINNING_LENGTH:
            return
        at = bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            known = self._words[at]
            yield known, 1.0 if known == word else 0.9 * len(word) / len(known) + 0.05
            at += 1

    # --- amounts ---

    def _with_amounts(self, scores: Scores | None, wanted: Sequence[Quantity]) -> Hits:
        """Return the products that have the wanted quantities, or else the nearest ones.

        `scores` are the products found by words, None if the search has no words.
        """
        if not wanted:
            return Hits(scores or {})
        found = dict.fromkeys(self._amounts, 0.0) if scores is None else scores
        exact, nearest = {}, {}
        for product, score in found.items():
            amounts = self._amounts[product]
            fit = _total_fit(amounts, wanted)
            if fit:
                exact[product] = score + fit
            elif scores is not None and not exact:
                nearest[product] = score + sum(_nearness(amounts, each) for each in wanted)
        if exact:
            return Hits(exact)
        comparable = {product for product in nearest if nearest[product] > found[product]}
        return Hits(
            {product: nearest[product] for product in comparable or nearest}, is_exact=False
        )


def _whole_words(query: str) -> str:
    """Return a query cut to `MAX_QUERY_LENGTH` characters, without a part of a word at its end."""
    if len(query) <= MAX_QUERY_LENGTH:
        return query
    return query[: MAX_QUERY_LENGTH + 1].rpartition(" ")[0] or query[:MAX_QUERY_LENGTH]


def _first(items: Iterable[_T], most: int) -> list[_T]:
    """Return the first `most` distinct items, in order."""
    return list(dict.fromkeys(items))[:most]


def _sums(found: Sequence[Scores]) -> Scores:
    """Return the products that are in all of the scores, with the sums of their scores."""
    if len(found) < 2:
        return dict(found[0]) if found else {}
    shared = set(found[0]).intersection(*found[1:])
    return {product: sum(scores[product] for scores in found) for product in shared}


def _mean(found: Sequence[Scores]) -> Scores:
    return {product: total / len(found) for product, total in _sums(found).items()}


def _maximum(some: Scores, others: Scores) -> Scores:
    """Return the products of both, each with the higher of its scores."""
    if not some or not others:
        return some or others
    both = some | others
    for product in some.keys() & others.keys():
        both[product] = max(some[product], others[product])
    return both


def _indexed(listing: Listing) -> set[str]:
    kind = _TYPE_WORDS.get(listing.type, listing.type.replace("-", " "))
    text = f"{listing.name} {listing.main} {listing.sub} {kind}"
    words = {part for word in letters(text) for part in _with_alias(word)}
    words |= {alias for alias, parts in _SPELLED.items() if parts <= words}
    return words | {listing.code.lower()}


def _with_alias(word: str) -> Iterator[str]:
    """Yield a word of a name and its catalogue name.

    Words of a type have none here: "Paket 2" of a TV channel is not a data pack.
    """
    yield word
    if word in ALIASES and not TYPE_WORDS.intersection((word,)):
        yield from letters(ALIASES[word])


def _amounts_of(quantities: Sequence[Quantity]) -> Iterator[_Amount]:
    seen: set[str] = set()
    for quantity in quantities:
        unit = "" if quantity.unit == RUPIAH else quantity.unit
        is_first = unit not in seen and bool(unit or not seen)
        seen.add(unit)
        yield _Amount(quantity.value, unit, is_first)


def _total_fit(amounts: Sequence[_Amount], wanted: Sequence[Quantity]) -> float:
    """Return the sum of the fits of all wanted quantities; 0 if one of them is missing."""
    total = 0.0
    for each in wanted:
        fit = _fit(amounts, each)
        if not fit:
            return 0.0
        total += fit
    return total


def _fit(amounts: Sequence[_Amount], wanted: Quantity) -> float:
    """Return how well the amounts fit a wanted quantity, 0 (not at all) to 1.

    A "10" without a unit preferably means 10,000 rupiah, then 10 of any unit.
    """
    best = 0.0
    for amount in amounts:
        if wanted.unit in (RUPIAH, "") and amount.unit == "":
            is_same = amount.value == wanted.value
            is_thousands = wanted.unit == "" and amount.value == wanted.value * 1_000
            best = max(best, 1.0 if is_thousands else 0.9 * is_same)
        elif wanted.unit in (amount.unit, "") and amount.value == wanted.value:
            best = max(best, 0.9 if amount.is_first else 0.6)
    return best


def _nearness(amounts: Sequence[_Amount], wanted: Quantity) -> float:
    """Return how near the closest amount is to a wanted quantity, 0 to 1; 0 if none compares."""
    unit = "" if wanted.unit == RUPIAH else wanted.unit
    is_thousands = wanted.unit == "" and wanted.value < 1_000
    value = wanted.value * (1_000 if is_thousands else 1)
    values = [
        amount.value
        for amount in amounts
        if amount.is_first and amount.unit == unit and amount.value > 0
    ]
    if not values or value <= 0:
        return 0.0
    return max(1 / (1 + abs(log(other / value))) for other in values)
