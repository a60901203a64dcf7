"""The shown names of types, brands and products.

The supplier writes types as slugs and brands in capitals, and product names may or may not contain
the brand (docs/supplier-api.md, "2.8 Services" and "2.12 Catalogue figures").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.domain.catalogue import Category, CategoryId, Listing, Product
from bot.domain.order import Order
from bot.domain.selection import place_of
from handlers.ui.html import spaced
from handlers.ui.i18n import N_, Translator
from handlers.ui.labels import DOT, fits_beside, in_pieces, label_with_name, numbered_label

TYPES = {
    "pulsa-reguler": ("📱", N_("Pulsa")),
    "paket-internet": ("📶", N_("Data packs")),
    "token-pln": ("⚡", N_("Electricity tokens")),
    "saldo-emoney": ("💳", N_("E-money")),
    "voucher-game": ("🎮", N_("Game vouchers")),
    "paket-telepon": ("📞", N_("Phone packs")),
    "pulsa-transfer": ("📲", N_("Pulsa transfer")),
    "masa-aktif": ("📅", N_("Validity extension")),
    "voucher-data": ("🎟", N_("Data vouchers")),
    "streaming-tv": ("📺", N_("TV & streaming")),
    "voucher-tv": ("🎬", N_("TV vouchers")),
    "paket-lainnya": ("📦", N_("Other packs")),
    "pulsa-internasional": ("✈️", N_("International pulsa")),
    "aktivasi-perdana": ("🆕", N_("SIM activation")),
}
"""The emoji and the name of each known type, in the order in which they are shown.

Types that sold more come first.
"""
BRANDS = {
    "TELKOMSEL": "Telkomsel",
    "INDOSAT": "Indosat",
    "TRI": "Three (3)",
    "XL": "XL",
    "AXIS": "Axis",
    "SMARTFREN": "Smartfren",
    "SMART": "Smartfren",
    "BY.U": "by.U",
    "PLN": "PLN",
    "DANA": "DANA",
    "GO PAY": "GoPay",
    "GOPAY": "GoPay",
    "OVO": "OVO",
    "SHOPEE PAY": "ShopeePay",
    "SHOPEEPAY": "ShopeePay",
    "LINKAJA": "LinkAja",
    "MOBILE LEGENDS": "Mobile Legends",
    "MOBILE LEGEND": "Mobile Legends",
    "FREE FIRE": "Free Fire",
    "PUBG MOBILE": "PUBG Mobile",
    "E-TOLL": "e-Toll",
    "BRIZZI": "BRIZZI",
    "TAPCASH": "TapCash",
    "TAPCASH BNI": "TapCash BNI",
    "MANDIRI E-TOLL": "Mandiri e-Toll",
    "FLAZZ": "Flazz",
}
"""The usual spelling of known brands, in the order in which they are shown.

Brands that sold more come first.
"""
ALSO_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "TELKOMSEL": ("tsel",),
    "INDOSAT": ("isat", "ooredoo", "im3"),
    "TRI": ("three", "tri"),
    "SMARTFREN": ("smart", "sf"),
    "SMART": ("smartfren", "sf"),
    "MOBILE LEGENDS": ("mobile legend", "mlbb", "ml"),
    "MOBILE LEGEND": ("mobile legends", "mlbb", "ml"),
    "FREE FIRE": ("ff",),
    "PUBG MOBILE": ("pubgm",),
    "TAPCASH BNI": ("tapcash",),
}
"""Other spellings of brands in product names; a name that has one is not prefixed again."""
MAX_SEARCH_BYTES = 48
"""The longest product search that fits into the buttons of its result pages, in UTF-8."""
MAX_TITLE_LENGTH = 200
"""In characters."""
_CAPITALS = frozenset(
    {"BCA", "BNI", "BRI", "BSI", "DKI", "KMT", "LRT", "MRT", "TV", "HBO", "AOV", "CODM", "PUBG"}
)
"""Abbreviations in names of brands, such as banks, which stay in capitals."""
_OTHER_WORDS = {
    "TRI": {"three", "tri"},
    "SMART": {"smartfren", "smart"},
    "INDOSAT": {"indosat", "ooredoo"},
    "BRIZZI": {"bri"},
    "paket-internet": {"data", "internet", "paket"},
    "saldo-emoney": {"saldo", "topup"},
    "streaming-tv": {"voucher"},
}
"""Further words by which product names repeat the brand or type of their screen."""
_WORD: Final = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_IN_BRACKETS: Final = re.compile(r"\(.*?\)")


def order_name(translator: Translator, order: Order) -> str:
    """Return the brand and name of an order's product, which may be no longer listed."""
    return _shown_name(translator, order.main, order.product_name)


def listing_name(translator: Translator, listing: Listing) -> str:
    """Return the brand and name of a product, for screens of several brands."""
    return _shown_name(translator, listing.main, listing.name)


def whole_name(product: Product) -> str:
    """Return a product's brand and name, with numbers as the supplier writes them."""
    return cut_title(with_brand(product.listing.main, product.listing.name))


@lru_cache(maxsize=4_096)
def with_brand(main: str, name: str) -> str:
    """Prefix a name with its brand, "Free Fire · 140 Diamonds", unless the name contains it.

    It is returned on one line.
    """
    name, brand = spaced(name), brand_name(main)
    if not _words_of(brand) or contains_brand(main, name):
        return name
    rest = min((_without_brand(name, _words_of(one)) for one in (brand, main)), key=len)
    return f"{brand}{DOT}{rest}" if rest else brand


def contains_brand(main: str, name: str) -> bool:
    """Return whether a product's name contains its brand in a known spelling.

    The words of the brand may be in any order, or joined: "GoPay" is "GO PAY".
    """
    name_words = _words_of(name)
    return any(_contains_spelling(spelling, name_words) for spelling in _spellings(main))


def short_name(product: Product) -> str:
    """Return a product's name without leading words that its screen's heading already has."""
    listing = product.listing
    name = spaced(listing.name)
    redundant = _redundant_words(*listing.path)
    rest = name
    while (word := _TOKEN.match(rest)) and word[0].casefold() in redundant:
        rest = rest[word.end() :].lstrip()
    return rest if rest and rest[0].isalnum() else name


def title(name: str) -> str:
    """Return a product's name for texts: on one line, at most `MAX_TITLE_LENGTH` characters."""
    return cut_title(spaced(name))


def cut_title(name: str) -> str:
    """Return a name that is on one line, cut to `MAX_TITLE_LENGTH` characters."""
    return name if len(name) <= MAX_TITLE_LENGTH else in_pieces(name, MAX_TITLE_LENGTH)


def short_query(text: str, longest_bytes: int) -> str:
    """Return the words at the beginning of a text that fit into `longest_bytes` of UTF-8.

    Of a first word that does not fit, it is the beginning.
    """
    whole = spaced(text)
    if len(whole.encode()) <= longest_bytes:
        return whole
    words, found, _ = whole.encode()[: longest_bytes + 1].decode(errors="ignore").rpartition(" ")
    return words if found else whole.encode()[:longest_bytes].decode(errors="ignore")


def short_search(text: str) -> str:
    """Return a product search, cut to the length that the buttons of its result pages carry."""
    return short_query(text, MAX_SEARCH_BYTES)


def type_name(translator: Translator, name: str) -> str:
    """Return the name of a type; an unknown slug is made readable."""
    if name in TYPES:
        return translator.gettext(TYPES[name][1])
    return spaced(name.replace("-", " ").replace("_", " ")).capitalize() or name


def brand_name(name: str) -> str:
    """Return a brand in its usual spelling; an unknown one in capitals gets initial capitals."""
    name = spaced(name)
    known = BRANDS.get(name.upper())
    if known is not None:
        return known
    return _LETTERS.sub(_as_in_a_name, name) if name.isupper() else name


def category_name(translator: Translator, category: Category, depth: int) -> str:
    """Return a category's name; depth 0 is a type, 1 a brand, 2 a sub-brand.

    A type may have a name by the owner.
    """
    if depth == 0:
        return category.own_name or type_name(translator, category.name)
    return brand_name(category.name) if depth == 1 else spaced(category.name)


def category_label(translator: Translator, category: Category, depth: int) -> str:
    """Return the label of a category's button; types have an emoji, and so has a disrupted one."""
    name = category_name(translator, category, depth)
    if category.disruption is not None:
        return f"⚠️ {name}"
    if depth == 0:
        return f"{TYPES.get(category.name, ('🛍', ''))[0]} {name}"
    return name


def category_labels(
    translator: Translator, categories: Sequence[Category], depth: int
) -> tuple[list[str], dict[str, str]]:
    """Return the labels of categories, and for each numbered label the whole name.

    A label is numbered if it lost distinguishing words, or equals another shortened label. The
    text above the buttons then gives the name by that number.
    """
    names = [category_label(translator, one, depth) for one in categories]
    labels = [label_with_name(name) for name in names]
    spelled_out = {}
    for place, name in enumerate(names):
        if not fits_beside(name) or (labels[place] != name and labels.count(labels[place]) > 1):
            labels[place] = numbered_label(name, start=f"{place + 1}. ", end="")
            spelled_out[labels[place]] = f"{place + 1}. {name}"
    return labels, spelled_out


def trail_text(translator: Translator, trail: Sequence[Category]) -> str:
    """Return the path of a level: the type, then the brand, then the sub-brand."""
    names = [category_name(translator, category, depth) for depth, category in enumerate(trail)]
    return " › ".join(names)  # noqa: RUF001 - a sign between steps, not a letter


def in_order(
    categories: Sequence[Category], depth: int, sold: Mapping[CategoryId, int]
) -> list[Category]:
    """Sort types and brands by recently succeeded orders, most first; sub-brands stay as listed.

    Among equals the known ones come first, in their usual order. Types that the owner has put in
    an order come before that.
    """
    if depth > 1:
        return list(categories)
    known = list(TYPES if depth == 0 else BRANDS)
    places = {name: place for place, name in enumerate(known)}
    return sorted(
        categories,
        key=lambda one: (
            place_of(one),
            -sold.get(one.category_id, 0),
            places.get(one.name, len(known)),
        ),
    )


def place_in(known: Mapping[str, object], name: str) -> int:
    """Return the index of a type or brand in the usual order; unknown ones come last."""
    return list(known).index(name) if name in known else len(known)


def _shown_name(translator: Translator, main: str, name: str) -> str:
    return cut_title(translator.numbers_in(with_brand(main, name)))


@lru_cache(maxsize=256)
def _spellings(main: str) -> list[list[str]]:
    usual = _IN_BRACKETS.sub(" ", brand_name(main))
    others = ALSO_CALLED.get(spaced(main).upper(), ())
    return [words for words in map(_words_of, (main, usual, *others)) if words]


def _contains_spelling(spelling: list[str], name_words: list[str]) -> bool:
    if set(spelling) <= set(name_words):
        return True
    joined = "".join(spelling)
    return any(
        "".join(name_words[first:last]) == joined
        for first in range(len(name_words))
        for last in range(first + 1, min(first + len(joined), len(name_words)) + 1)
    )


def _without_brand(name: str, brand: list[str]) -> str:
    """Return a name without the leading words that belong to the brand.

    For the brand PUBG MOBILE, "PUBG" is removed. The end of a brand ("TapCash" of BNI TAPCASH) is
    removed only before an amount, since "Impact Bundle" may be a product of GENSHIN IMPACT.
    """
    shorter = _without_first_words(name, brand)
    ends = (_without_first_words(name, brand[at:]) for at in range(1, len(brand)))
    return min((shorter, *(one for one in ends if one[:1].isdigit())), key=len)


def _without_first_words(name: str, brand: list[str]) -> str:
    """Return a name without those of `brand`'s words that it begins with; amounts stay."""
    rest = name
    for word in brand:
        if word.isdigit():
            break
        first = _WORD.match(rest)
        if first is None or first[0].casefold() != word:
            break
        rest = rest[first.end() :].lstrip(" -:·")
    return rest if rest[:1].isalnum() else name


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=2_048)
def _redundant_words(category_type: str, main: str, sub: str) -> set[str]:
    """Return the words of a path that a name may repeat; amounts are excluded."""
    path = " ".join((category_type.replace("-", " "), main, BRANDS.get(main, ""), sub))
    redundant = {word for word in path.casefold().split() if not re.search(r"\d", word)}
    return redundant | _OTHER_WORDS.get(main, set()) | _OTHER_WORDS.get(category_type, set())


def _as_in_a_name(word: re.Match[str]) -> str:
    return word[0] if word[0] in _CAPITALS else word[0].capitalize()
