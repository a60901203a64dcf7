"""Search: an inverted index over the words, codes and amounts of everything on sale."""

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
    LONGEST_QUERY,
    RUPIAH,
    SOFT,
    Quantity,
    letters,
    meanings,
    said,
)
from bot.domain.typed_text import visible

Near = Callable[[str, Sequence[str]], Sequence[tuple[str, float]]]
"""Returns the known words nearest to an unknown one, each with its likeness, 0 to 1."""

MOST_WORDS = 8
"""Different words of a search that are looked for; a word said twice counts once."""
MOST_AMOUNTS = 4
"""Different amounts, likewise: a price, a size, days, and one more."""
SHORTEST_BEGINNING = 3
"""Fewer letters begin too much to say what is meant."""
SHORTEST_GUESS = 5
"""A word that is nearly a shorter one, and that is all there is, is rather some other word."""
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
"""The aliases that are long enough to be misspelt themselves, and what each stands for."""
Scores = dict[ProductId, float]
_T = TypeVar("_T", str, Quantity)


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found: each product with how well it fits."""

    scores: Scores = field(default_factory=dict)
    is_exact: bool = True
    """Whether they have all that was said; else they are what comes nearest."""
    missing: tuple[str, ...] = ()
    """The words that none of them has."""
    has_rest: bool = True
    """Whether they have all that was said but for the missing words."""
    is_mostly_known: bool = True
    """Whether no more words are missing than name something."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount in a product's name."""

    value: float
    unit: str
    is_first: bool
    """The first of its unit says what is bought; the others are bonuses and the like."""


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word of a search has found."""

    text: str
    scores: Scores
    is_near: bool
    """Nothing is called so; this is called nearly so."""
    is_soft: bool
    is_weak: bool = False
    """Nearly so, and too short to say anything by itself."""
    is_vague: bool = False
    """Weak, and no brand either."""


class SearchIndex:
    """Finds products by the beginnings of words; built once for a catalogue."""

    def __init__(self, products: Iterable[Product], near: Near) -> None:
        """Index every product; `near` is asked for words that begin none of ours."""
        self._near = near
        self._places: dict[str, set[ProductId]] = defaultdict(set)
        self._brands: set[str] = set()
        self._codes: dict[str, ProductId] = {}
        self._lengths: dict[ProductId, float] = {}
        self._amounts: dict[ProductId, tuple[_Amount, ...]] = {}
        for product in products:
            self._add(product.product_id, product.listing)
        self._words = sorted(self._places)
        self._names = [word for word in self._words if word.isalpha() and len(word) > 2]

    def _add(self, product_id: ProductId, listing: Listing) -> None:
        name = said(listing.name)
        self._codes[listing.code.lower()] = product_id
        self._brands.update(letters(listing.main))
        self._lengths[product_id] = 0.01 * (len(letters(listing.name)) + len(name.quantities))
        self._amounts[product_id] = tuple(_amounts_of(name.quantities))
        for word in _indexed(listing):
            self._places[word].add(product_id)

    def find(self, query: str) -> Scores:
        """Return the products that fit a query, each with how well."""
        return self.look(query).scores

    def look(self, query: str) -> Hits:
        """Return the products that have every word and amount of a query, or the nearest.

        A word that nothing is called, or nothing of the brand, is passed over beside one that is
        known, and is among the missing. A brand is never let go for an amount: where it has no
        such product, its nearest amounts are found.
        """
        query = _whole_words(visible(query).strip())
        code = self._codes.get(query.lower())
        if code is not None:
            return Hits({code: 1.0})
        meant = said(query)
        named: dict[str, Scores] = {}
        words = [self._hits(word, named) for word in _first(meant.words, MOST_WORDS)]
        words = [word for word in words if word.scores or word.text not in IGNORED]
        known = [word for word in words if word.scores]
        is_guess = all(word.is_near for word in known)
        if (is_guess and len(known) < len(words)) or not (known or meant.quantities):
            return Hits()
        if not meant.quantities and known and all(word.is_weak for word in known):
            return Hits()
        scores, left_out = self._together(known)
        missing = tuple(one.text for one in words if not one.scores or one.text in left_out)
        hard = sum(not one.is_soft for one in known) - len(left_out)
        found = self._with_amounts(scores, _first(meant.quantities, MOST_AMOUNTS))
        # "mama" is not just "masa", however well the rest fits.
        has_rest = found.is_exact and not any(word.is_vague for word in known)
        return Hits(
            self._fair(found.scores),
            has_rest and not missing,
            missing,
            has_rest,
            len(missing) <= hard,
        )

    def is_specific(self, text: str) -> bool:
        """Whether a text names more of the list than a type: a brand, a word of a name, a size."""
        meant = said(text)
        words = (word for word in _first(meant.words, MOST_WORDS) if word not in IGNORED | SOFT)
        return bool(meant.quantities) or any(
            part in self._places for word in words for one in meanings(word) for part in one
        )

    def named(self, text: str) -> str:
        """Return what a text names of the list, to be looked for: a brand, a type, or 2 GB.

        Empty where it names nothing. A word that begins one of ours is not enough, nor is one
        that is nearly so, unless it is a brand or a type.
        """
        meant = said(text)
        words = [word for word in _first(meant.words, MOST_WORDS) if self._is_named(word)]
        sizes = [one for one in meant.quantities if one.unit not in ("", RUPIAH)]
        sizes = _first(sizes, MOST_AMOUNTS)
        return " ".join([*words, *(f"{one.value:g} {one.unit}" for one in sizes)])

    def _is_named(self, word: str) -> bool:
        if word in IGNORED:
            return word in self._brands
        names = self._brands | ALIASES.keys() | SOFT
        if word in names or (word in self._places and len(word) > SHORTEST_BEGINNING):
            return True
        if len(word) <= SHORTEST_BEGINNING or any(self._beginning(word)):
            return False
        guessed = [name for name, _ in self._near(word, self._names)]
        return any(name in names and len(name) >= SHORTEST_GUESS for name in guessed)

    def _fair(self, scores: Scores) -> Scores:
        # Of two that have every word, the one with fewer others is rather meant.
        return {one: fit - self._lengths[one] for one, fit in scores.items()}

    # --- words ---

    def _together(self, words: Sequence[_Word]) -> tuple[Scores | None, frozenset[str]]:
        """Return the products that have all words, else the most, and the words let go for it.

        None where no word was said. Words of a type are let go without a word of it, but narrow
        what is found wherever they can.
        """
        if not words:
            return None, frozenset()
        hard = [word for word in words if not word.is_soft]
        for chosen in (words, hard):
            both = _sums([word.scores for word in chosen])
            if both:
                return both, frozenset()
        weights: Scores = defaultdict(float)
        for word in hard or words:
            for one, fit in word.scores.items():
                weights[one] += fit
        most = max(round(weight) for weight in weights.values())
        found = {one: fit for one, fit in weights.items() if round(fit) == most}
        for word in words:
            narrower = {one: fit for one, fit in found.items() if one in word.scores}
            found = narrower if word.is_soft and narrower else found
        left_out = (word.text for word in hard or words if not found.keys() & word.scores.keys())
        return found, frozenset(left_out) - IGNORED

    def _hits(self, word: str, named: dict[str, Scores]) -> _Word:
        """Return what a word finds; `named` keeps what its parts do, for the other words."""
        scores: Scores = {}
        for words in meanings(word):
            for part in words:
                if part not in named:
                    named[part] = self._scores(
                        self._beginning(part, is_whole=word in ASKING | IGNORED)
                    )
            parts = [named[part] for part in words]
            found = parts[0] if len(parts) == 1 else _mean(parts)
            scores = _greater(scores, found)
        is_near = not scores and len(word) > SHORTEST_BEGINNING and word not in ASKING | IGNORED
        is_weak = is_vague = False
        if is_near:
            guessed = self._near(word, self._names)
            is_weak = all(len(name) < SHORTEST_GUESS for name, _ in guessed)
            is_vague = is_weak and not any(name in self._brands for name, _ in guessed)
            scores = self._scores(guessed)
        is_soft = any(SOFT.issuperset(words) for words in meanings(word))
        return _Word(word, scores, is_near, is_soft, is_weak, is_vague)

    def _scores(self, known: Iterable[tuple[str, float]]) -> Scores:
        scores: Scores = {}
        for word, likeness in known:
            # A brand says more than the name of one of its packs.
            weight = likeness * (2.0 if word in self._brands else 1.0)
            scores = _greater(scores, dict.fromkeys(self._places[word], weight))
        return scores

    def _beginning(self, word: str, *, is_whole: bool = False) -> Iterator[tuple[str, float]]:
        """Yield the known words that begin with one; `is_whole`: only that word itself."""
        if word in self._places:
            yield word, 1.0
        if is_whole or len(word) < SHORTEST_BEGINNING:
            return
        at = bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            known = self._words[at]
            yield known, 1.0 if known == word else 0.9 * len(word) / len(known) + 0.05
            at += 1

    # --- amounts ---

    def _with_amounts(self, scores: Scores | None, wanted: Sequence[Quantity]) -> Hits:
        """Return those of the products that have the amounts, or the nearest to them."""
        if not wanted:
            return Hits(scores or {})
        among = dict.fromkeys(self._amounts, 0.0) if scores is None else scores
        exact, nearest = {}, {}
        for one, fit in among.items():
            fits = _fits(self._amounts[one], wanted)
            if fits:
                exact[one] = fit + fits
            elif scores is not None and not exact:
                nearest[one] = fit + sum(_nearness(self._amounts[one], each) for each in wanted)
        if exact:
            return Hits(exact)
        has_any = {one for one in nearest if nearest[one] > among[one]}
        return Hits({one: nearest[one] for one in has_any or nearest}, is_exact=False)


def _whole_words(query: str) -> str:
    """Return the beginning of a query that is looked at; half a word would be another one."""
    if len(query) <= LONGEST_QUERY:
        return query
    return query[: LONGEST_QUERY + 1].rpartition(" ")[0] or query[:LONGEST_QUERY]


def _first(said: Iterable[_T], most: int) -> list[_T]:
    """Return the different ones among words or amounts, in order and so many at most."""
    return list(dict.fromkeys(said))[:most]


def _sums(found: Sequence[Scores]) -> Scores:
    """Return the products that are in all of the scores, with the sums of their fits."""
    if len(found) < 2:
        return dict(found[0]) if found else {}
    shared = set(found[0]).intersection(*found[1:])
    return {one: sum(scores[one] for scores in found) for one in shared}


def _mean(found: Sequence[Scores]) -> Scores:
    return {one: fit / len(found) for one, fit in _sums(found).items()}


def _greater(some: Scores, others: Scores) -> Scores:
    """Return the products of both, each with its greater fit."""
    if not some or not others:
        return some or others
    both = some | others
    for one in some.keys() & others.keys():
        both[one] = max(some[one], others[one])
    return both


def _indexed(listing: Listing) -> set[str]:
    kind = _TYPE_WORDS.get(listing.type, listing.type.replace("-", " "))
    text = f"{listing.name} {listing.main} {listing.sub} {kind}"
    words = {part for word in letters(text) for part in _listed(word)}
    words |= {alias for alias, means in _SPELLED.items() if means <= words}
    return words | {listing.code.lower()}


def _listed(word: str) -> Iterator[str]:
    """Yield a word of a name, and what it is called: but "Paket 2" of a channel is no data."""
    yield word
    if word in ALIASES and not SOFT.intersection((word,)):
        yield from letters(ALIASES[word])


def _amounts_of(quantities: Sequence[Quantity]) -> Iterator[_Amount]:
    seen: set[str] = set()
    for quantity in quantities:
        unit = "" if quantity.unit == RUPIAH else quantity.unit
        is_first = unit not in seen and bool(unit or not seen)
        seen.add(unit)
        yield _Amount(quantity.value, unit, is_first)


def _fits(amounts: Sequence[_Amount], wanted: Sequence[Quantity]) -> float:
    """Return how well amounts fit all that are wanted, summed; 0 where one is missing."""
    total = 0.0
    for each in wanted:
        fit = _fit(amounts, each)
        if not fit:
            return 0.0
        total += fit
    return total


def _fit(amounts: Sequence[_Amount], wanted: Quantity) -> float:
    """Return how well amounts fit one that is wanted, 0 where none does.

    "10" means 10,000 most, and the number itself for gigabytes and days.
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
    """Return how near amounts come to one that is wanted, 0 to 1; 0 where none can be compared."""
    unit = "" if wanted.unit == RUPIAH else wanted.unit
    is_thousands = wanted.unit == "" and wanted.value < 1_000
    value = wanted.value * (1_000 if is_thousands else 1)
    values = [one.value for one in amounts if one.is_first and one.unit == unit and one.value > 0]
    if not values or value <= 0:
        return 0.0
    return max(1 / (1 + abs(log(one / value))) for one in values)
