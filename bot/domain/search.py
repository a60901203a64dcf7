"""Search: an inverted index over the words, codes and amounts of everything on sale."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.domain.catalogue import Listing, Product, ProductId

Near = Callable[[str, Sequence[str]], Sequence[tuple[str, float]]]
"""Returns the known words nearest to an unknown one, each with its likeness, 0 to 1."""

LONGEST_QUERY = 60
MOST_WORDS = 8
_WORD = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*", re.ASCII)
_UNITS = {
    "rb": 1_000,
    "ribu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
}
ALIASES: Mapping[str, str] = {
    "tsel": "telkomsel",
    "simpati": "telkomsel",
    "as": "telkomsel",
    "tekomsel": "telkomsel",
    "isat": "indosat",
    "im": "indosat",
    "ooredoo": "indosat",
    "three": "tri",
    "sf": "smartfren",
    "smart": "smartfren",
    "byu": "by.u",
    "gopay": "go pay",
    "spay": "shopee pay",
    "shopeepay": "shopee pay",
    "ml": "mobile legends",
    "mlbb": "mobile legends",
    "ff": "free fire",
    "listrik": "pln",
    "giga": "gb",
    "gigabyte": "gb",
    "internet": "data",
    "paket": "data",
    "kuota": "data",
    "dm": "diamonds",
    "diamond": "diamonds",
    "hr": "hari",
    "telpon": "telepon",
    "tlp": "telepon",
    "nelpon": "telepon",
}
"""What people write, and what it is called in the list; a name of two words becomes both."""
_TYPE_WORDS = {
    "pulsa-reguler": "pulsa reguler",
    "paket-internet": "data",
    "token-pln": "token pln",
    "saldo-emoney": "saldo emoney",
    "voucher-game": "voucher game",
    "paket-telepon": "telepon",
    "pulsa-transfer": "pulsa transfer",
    "streaming-tv": "streaming tv voucher",
}
_NOISE = frozenset(
    {
        "rp",
        "dan",
        "untuk",
        "buat",
        "beli",
        "mau",
        "isi",
        "yang",
        "harga",
        "berapa",
        "ke",
        "dong",
        "ya",
        "kak",
        "min",
        "the",
        "of",
        "for",
        "buy",
    }
)


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are looked up: lower case, aliases and amounts resolved.

    "tsel 10rb" becomes "telkomsel 10000"; "2gb" becomes "2 gb".
    """
    words: list[str] = []
    raw = _WORD.findall(text.lower().replace("by.u", "byu"))
    for place, word in enumerate(raw):
        if word[0].isdigit():
            after = raw[place + 1] if place + 1 < len(raw) else ""
            words.append(_amount(word, _UNITS.get(after, 1)))
        elif word in _UNITS and place and raw[place - 1][0].isdigit():
            continue
        elif word not in _NOISE:
            words.extend(_letters(ALIASES.get(word, word)))
    return words


def _letters(name: str) -> list[str]:
    return [part for part in re.split(r"[^a-z]+", name.replace("by.u", "byu")) if part]


def _amount(digits: str, factor: int) -> str:
    """Return 10.000 as 10000, and 1,5 as 1.5."""
    grouped = re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+", digits)
    if grouped:
        return str(int(re.sub("[.,]", "", digits)) * factor)
    plain = digits.replace(",", ".")
    if factor == 1 or plain.count(".") > 1:
        return plain if "." in plain else str(int(plain))
    return f"{float(plain) * factor:g}" if "." in plain else str(int(plain) * factor)


_SPELLED = {alias: frozenset(_letters(name)) for alias, name in ALIASES.items() if len(alias) > 3}
"""The aliases that are long enough to be misspelt themselves, and what each stands for."""


class SearchIndex:
    """Finds products by the beginnings of words; built once for a catalogue."""

    def __init__(self, products: Iterable[Product], near: Near) -> None:
        """Index every product; `near` is asked for words that begin none of ours."""
        self._near = near
        self._places: dict[str, set[ProductId]] = defaultdict(set)
        self._codes: dict[str, ProductId] = {}
        self._lengths: dict[ProductId, float] = {}
        for product in products:
            self._codes[product.listing.code.lower()] = product.product_id
            words = _indexed(product.listing)
            self._lengths[product.product_id] = 0.01 * len(words_of(product.listing.name))
            for word in words:
                self._places[word].add(product.product_id)
        self._words = sorted(self._places)
        self._names = [word for word in self._words if word.isalpha() and len(word) > 2]

    def find(self, query: str) -> dict[ProductId, float]:
        """Return the products that have every word of a query, each with how well it fits.

        Where no product has two of them together, the rarer counts.
        """
        query = query[:LONGEST_QUERY].strip()
        code = self._codes.get(query.lower())
        if code is not None:
            return {code: 1.0}
        found: dict[ProductId, float] | None = None
        for word in words_of(query)[:MOST_WORDS]:
            hits = self._hits(word)
            if not hits:
                continue
            if found is None:
                found = hits
                continue
            both = {one: found[one] + hits[one] for one in found.keys() & hits.keys()}
            found = both or min(found, hits, key=len)
        # Of two that have every word, the one with fewer others is rather meant.
        return {one: fit - self._lengths[one] for one, fit in (found or {}).items()}

    def _hits(self, word: str) -> dict[ProductId, float]:
        hits: dict[ProductId, float] = {}
        for known, weight in self._known(word):
            for product_id in self._places[known]:
                hits[product_id] = max(weight, hits.get(product_id, 0.0))
        return hits

    def _known(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the indexed words that a word may mean: itself, what it begins, what is near."""
        if not word[0].isalpha():
            yield from self._amounts(word)
            return
        if len(word) == 1:  # One letter begins too much.
            if word in self._places:
                yield word, 1.0
            return
        is_known = False
        for known in self._beginning(word):
            is_known = True
            yield known, 1.0 if known == word else 0.9 * len(word) / len(known) + 0.05
        if not is_known and len(word) > 2:
            yield from self._near(word, self._names)

    def _amounts(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield what "10" means most, 10,000, and the number itself, for gigabytes and days."""
        is_short = word.isdigit() and int(word) < 1_000 and f"{word}000" in self._places
        if is_short:
            yield f"{word}000", 1.0
        if word in self._places:
            yield word, 0.9 if is_short else 1.0

    def _beginning(self, word: str) -> Iterator[str]:
        at = bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            yield self._words[at]
            at += 1


def _indexed(listing: Listing) -> set[str]:
    kind = _TYPE_WORDS.get(listing.type, listing.type.replace("-", " "))
    words = {*words_of(f"{listing.name} {listing.main} {listing.sub} {kind}"), listing.code.lower()}
    return words | {alias for alias, means in _SPELLED.items() if means <= words}
