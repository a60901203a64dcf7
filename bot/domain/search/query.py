"""Parses search queries and product names into words, catalogue names and quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.typed_text import without_invisible

MAX_QUERY_LENGTH = 60
MAX_TEXT_LENGTH = 400
"""Words are read in the first 400 characters of a text; numbers also need a text no longer."""
RUPIAH = "rp"
_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*", re.ASCII)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+", re.ASCII)
_REPLACEMENTS = (
    (re.compile(r"\bby[.\s-]?u\b"), "byu"),
    (re.compile(r"\bim\s?3\b"), "indosat"),
    (re.compile(r"\bselamat\s+(?:pagi|siang|sore|malam)\b"), ""),
)
"""Brand names that would be split at digits or dots, and greetings that contain a pack's name."""
UNITS: Mapping[str, tuple[int, str]] = {
    "rb": (1_000, RUPIAH),
    "ribu": (1_000, RUPIAH),
    "rbu": (1_000, RUPIAH),
    "k": (1_000, RUPIAH),
    "jt": (1_000_000, RUPIAH),
    "juta": (1_000_000, RUPIAH),
    "gb": (1, "gb"),
    "g": (1, "gb"),
    "gig": (1, "gb"),
    "giga": (1, "gb"),
    "gigabyte": (1, "gb"),
    "mb": (1, "mb"),
    "hari": (1, "hari"),
    "hr": (1, "hari"),
    "days": (1, "hari"),
    "minggu": (7, "hari"),
    "bulan": (30, "hari"),
    "bln": (30, "hari"),
    "tahun": (365, "hari"),
    "menit": (1, "menit"),
    "mnt": (1, "menit"),
    "diamonds": (1, "diamonds"),
    "diamond": (1, "diamonds"),
    "dm": (1, "diamonds"),
    "uc": (1, "uc"),
}
_UNITS_ALONE = frozenset({"gb", "giga", "mb", "hari", "hr", "menit", "mnt", "minggu", "bulan"})
"""Units that are ignored without a number."""
_SPANS = {"sehari": 1, "seminggu": 7, "mingguan": 7, "sebulan": 30, "bulanan": 30, "setahun": 365}
"""Words that mean a number of days."""
ALIASES: Mapping[str, str] = {
    "tsel": "telkomsel",
    "tsl": "telkomsel",
    "simpati": "telkomsel",
    "as": "telkomsel",
    "tekomsel": "telkomsel",
    "isat": "indosat",
    "im": "indosat",
    "mentari": "indosat",
    "ooredoo": "indosat",
    "three": "tri",
    "sf": "smartfren",
    "smart": "smartfren",
    "byu": "by.u",
    "gopay": "go pay",
    "spay": "shopee pay",
    "shopee": "shopee pay",
    "shopeepay": "shopee pay",
    "etoll": "e toll",
    "ml": "mobile legends",
    "mlbb": "mobile legends",
    "ff": "free fire",
    "freefire": "free fire",
    "listrik": "pln",
    "internet": "data",
    "paket": "data",
    "kuota": "data",
    "paketan": "data",
    "dm": "diamonds",
    "diamond": "diamonds",
    "telpon": "telepon",
    "telp": "telepon",
    "tlp": "telepon",
    "nelpon": "telepon",
    "nelp": "telepon",
    "tf": "transfer",
}
"""Customers' words and the catalogue's names for them; a name of two words stands for both."""
TYPE_WORDS = frozenset(
    {
        *("data", "paket", "kuota", "internet", "pulsa", "reguler", "token", "telepon"),
        *("saldo", "emoney", "voucher", "game", "streaming", "tv", "transfer", "tf"),
    }
)
"""Words of a whole type: they narrow a search, and are ignored if no found product has them."""
_CALLS = frozenset({"sms", "telepon", *(word for word in ALIASES if ALIASES[word] == "telepon")})
_PACKS = frozenset({"paket", "paketan"})
"""These mean data packs, but not together with a word of `_CALLS`."""
FILLER_WORDS = frozenset(
    {
        *("rp", "dan", "untuk", "buat", "utk", "yang", "yg", "ke", "the", "of", "for", "no"),
        *("beli", "mau", "isi", "ulang", "cari", "minta", "buy", "top", "up", "topup", "kartu"),
        *("harga", "berapa", "brp", "murah", "termurah", "promo", "nomor", "saya", "aku", "ada"),
        *("dong", "donk", "ya", "kak", "min", "gan", "bang", "tolong", "apa", "apakah", "nih"),
        *("sih", "deh", "lah", "aja", "saja", "banget", "please", "pls", "customer", "bonus"),
        *("list", "daftar", "pricelist"),
    }
)
"""Filler words of a search, which distinguish no products."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, such as rupiah, gigabytes or days; `unit` "" if none is given."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The words and quantities of a query or of a product's name."""

    words: tuple[str, ...]
    quantities: tuple[Quantity, ...]


def parse_query(text: str) -> ParsedQuery:
    """Return the words of a text, without filler words, and its quantities.

    "isi tsel 10rb" becomes "tsel" and 10,000 rupiah; "kuota 2gb" becomes "kuota" and 2 gigabytes.
    A 3 that is not a quantity is the operator Tri.
    """
    text = without_invisible(text[:MAX_TEXT_LENGTH]).lower()
    for pattern, name in _REPLACEMENTS:
        text = pattern.sub(name, text)
    parts = _TOKEN.findall(text)
    words: list[str] = []
    quantities: list[Quantity] = []
    for place, part in enumerate(parts):
        after = parts[place + 1] if place + 1 < len(parts) else ""
        if part in _SPANS:
            quantities.append(Quantity(_SPANS[part], "hari"))
        elif part[0].isalpha():
            is_unit = part in UNITS and place > 0 and parts[place - 1][0].isdigit()
            if not is_unit and part not in FILLER_WORDS and part not in _UNITS_ALONE:
                words.append(part)
        elif part == "3" and _is_operator(parts, place):
            words.append("tri")
        else:
            quantities.append(_quantity(part, after))
    if _CALLS.intersection(words):
        words = [word for word in words if word not in _PACKS]
    return ParsedQuery(tuple(words), tuple(quantities))


def _is_operator(parts: Sequence[str], place: int) -> bool:
    """Return whether a separate 3 is the operator Tri and not a quantity.

    It is at the start of a text, or after words of a type if another word follows, as in "pulsa 3
    10rb"; but not before a unit.
    """
    before, after = parts[:place], parts[place + 1 :]
    is_first = all(part in TYPE_WORDS or part in FILLER_WORDS for part in before)
    return is_first and (bool(after) or not before) and not (after and after[0] in UNITS)


def _quantity(digits: str, after: str) -> Quantity:
    """Return the quantity of digits and the following word.

    "10.000" is 10000 rupiah, "1,5" with "jt" is 1500000 rupiah, "2" with "minggu" is 14 days.
    """
    factor, unit = UNITS.get(after, (1, ""))
    if _THOUSANDS.fullmatch(digits):
        return Quantity(float(re.sub("[.,]", "", digits)) * factor, unit or RUPIAH)
    whole, _, rest = digits.replace(",", ".").partition(".")
    return Quantity(float(f"{whole}.{rest.replace('.', '') or 0}") * factor, unit)


@lru_cache(maxsize=8_192)
def rupiah_amounts(name: str) -> frozenset[float]:
    """Return the amounts of rupiah in a product's name."""
    found = parse_query(name).quantities
    return frozenset(quantity.value for quantity in found if quantity.unit == RUPIAH)


def letters(name: str) -> list[str]:
    """Return the words of a name in the catalogue: "by.U" has one word, "go pay" has two."""
    return re.findall("[a-z]+", name.lower().replace("by.u", "byu"))


def word_meanings(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the meanings of a word: its catalogue name, if it is an alias, then the word itself."""
    if word in ALIASES:
        yield tuple(letters(ALIASES[word]))
    yield (word,)
