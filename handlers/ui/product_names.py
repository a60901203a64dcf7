"""What a product is called where products of several brands stand together: brand and name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.catalogue import Category, CategoryId, Listing, Product
from bot.domain.order import Order
from handlers.ui.i18n import N_, Translator
from handlers.ui.labels import DOT, beginning_beside, beside, fits_beside, in_pieces

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
"""How else names of products say their brand, so that it need not be said twice."""
_WORD: Final = re.compile(r"[^\W_]+")
_IN_BRACKETS: Final = re.compile(r"\(.*?\)")


def order_name(words: Translator, order: Order) -> str:
    """Return what was ordered: brand and name, however long ago the list had it."""
    return _shown(words, order.main, order.product_name)


def listing_name(words: Translator, listing: Listing) -> str:
    """Return what a product is called by itself: brand and name."""
    return _shown(words, listing.main, listing.name)


def whole_name(product: Product) -> str:
    """Return a product's brand and name, with its numbers as the list has them."""
    return title(with_brand(product.listing.main, product.listing.name))


def _shown(words: Translator, main: str, name: str) -> str:
    return title(words.numbers_in(with_brand(main, name)))


def with_brand(main: str, name: str) -> str:
    """Return a name after its brand, "Free Fire · 140 Diamonds", unless it says that itself."""
    name, brand = spaced(name), brand_name(main)
    if not _words_of(brand) or says_brand(main, name):
        return name
    rest = min((_without_brand(name, _words_of(one)) for one in (brand, main)), key=len)
    return f"{brand}{DOT}{rest}" if rest else brand


def says_brand(main: str, name: str) -> bool:
    """Tell whether a product's name holds its brand, in one of the spellings that people use.

    The words of the brand may stand in any order, and may be one: "GoPay" is "GO PAY".
    """
    said = _words_of(name)
    return any(_is_said(spelling, said) for spelling in _spellings(main))


def _spellings(main: str) -> list[list[str]]:
    usual = _IN_BRACKETS.sub(" ", brand_name(main))
    others = ALSO_CALLED.get(spaced(main).upper(), ())
    return [words for words in map(_words_of, (main, usual, *others)) if words]


def _is_said(spelling: list[str], said: list[str]) -> bool:
    if set(spelling) <= set(said):
        return True
    joined = "".join(spelling)
    return any(
        "".join(said[first:last]) == joined
        for first in range(len(said))
        for last in range(first + 1, min(first + len(joined), len(said)) + 1)
    )


def _without_brand(name: str, brand: list[str]) -> str:
    """Return a name without the part of the brand that it begins with.

    Of PUBG MOBILE "PUBG"; the end of a brand, as "TapCash" of BNI TAPCASH, only before an amount:
    "Impact Bundle" may be a product of GENSHIN IMPACT.
    """
    shorter = _without_first_words(name, brand)
    ends = (_without_first_words(name, brand[at:]) for at in range(1, len(brand)))
    return min((shorter, *(one for one in ends if one[:1].isdigit())), key=len)


def _without_first_words(name: str, brand: list[str]) -> str:
    """Return a name without those of some words that it begins with; an amount is none of them."""
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
"""The types that are known, in the order in which they are offered before any has sold."""


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
"""The usual spelling of brands, in the order in which they are offered before any has sold."""


LONGEST_TITLE = 200


_CAPITALS = frozenset(
    {"BCA", "BNI", "BRI", "BSI", "DKI", "KMT", "LRT", "MRT", "TV", "HBO", "AOV", "CODM", "PUBG"}
)
"""Short names within brands that are no words, such as those of banks."""


_OTHER_WORDS = {
    "TRI": {"three", "tri"},
    "SMART": {"smartfren", "smart"},
    "INDOSAT": {"indosat", "ooredoo"},
    "BRIZZI": {"bri"},
    "paket-internet": {"data", "internet", "paket"},
    "saldo-emoney": {"saldo", "topup"},
    "streaming-tv": {"voucher"},
}
"""How else product names repeat what the screen above them says already."""


_TOKEN = re.compile(r"\S+")


_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def type_name(words: Translator, name: str) -> str:
    """Return a type as people say it; an unknown one made readable."""
    if name in TYPES:
        return words.gettext(TYPES[name][1])
    return spaced(name.replace("-", " ").replace("_", " ")).capitalize() or name


def brand_name(name: str) -> str:
    """Return a brand in its usual spelling; an unknown one with capitals as in a name."""
    name = spaced(name)
    known = BRANDS.get(name.upper())
    if known is not None:
        return known
    return _LETTERS.sub(_as_in_a_name, name) if name.isupper() else name


def _as_in_a_name(word: re.Match[str]) -> str:
    return word[0] if word[0] in _CAPITALS else word[0].capitalize()


def spaced(name: str) -> str:
    """Return a name on one line, with single spaces."""
    return " ".join(name.split())


def short_query(text: str, longest_bytes: int) -> str:
    """Return the beginning of a text that fits into a button, without half a word or amount."""
    whole = spaced(text)
    if len(whole.encode()) <= longest_bytes:
        return whole
    cut = whole.encode()[: longest_bytes + 1].decode(errors="ignore")
    return cut.rpartition(" ")[0]


def title(name: str) -> str:
    """Return a product's name as it stands in texts: whole, unless it is absurdly long."""
    name = spaced(name)
    return name if len(name) <= LONGEST_TITLE else in_pieces(name, LONGEST_TITLE)


def category_name(words: Translator, category: Category, depth: int) -> str:
    """Return a category's name; depth 0 is a type, 1 a brand, 2 a sub."""
    if depth == 0:
        return type_name(words, category.name)
    return brand_name(category.name) if depth == 1 else spaced(category.name)


def category_label(words: Translator, category: Category, depth: int) -> str:
    """Return what stands on a category's button."""
    name = category_name(words, category, depth)
    if depth == 0:
        return f"{TYPES.get(category.name, ('🛍', ''))[0]} {name}"
    return name


def category_labels(
    words: Translator, categories: Sequence[Category], depth: int
) -> tuple[list[str], dict[str, str]]:
    """Return what stands on the buttons of categories, and what of it has to be spelled out.

    A name that is too long for a button, and may be another's there, has a number by which the
    text above has it whole.
    """
    names = [category_label(words, one, depth) for one in categories]
    labels = [beside(name) for name in names]
    spelled_out = {}
    for place, name in enumerate(names):
        if not fits_beside(name) or (labels[place] != name and labels.count(labels[place]) > 1):
            labels[place] = beginning_beside(name, start=f"{place + 1}. ", end="")
            spelled_out[labels[place]] = f"{place + 1}. {name}"
    return labels, spelled_out


def trail_text(words: Translator, trail: Sequence[Category]) -> str:
    """Return where in the catalogue one is: the type, then the brand, then the sub."""
    names = [category_name(words, category, depth) for depth, category in enumerate(trail)]
    return " › ".join(names)  # noqa: RUF001 - a sign between steps, not a letter


def in_order(
    categories: Sequence[Category], depth: int, sold: Mapping[CategoryId, int]
) -> list[Category]:
    """Return categories as they are offered: types and brands that sold most first.

    Of those that sold alike the known ones come first, then the others as listed.
    """
    if depth > 1:
        return list(categories)
    known = list(TYPES if depth == 0 else BRANDS)
    places = {name: place for place, name in enumerate(known)}
    return sorted(
        categories,
        key=lambda one: (-sold.get(one.category_id, 0), places.get(one.name, len(known))),
    )


def place_in(known: Mapping[str, object], name: str) -> int:
    """Return the place of a type or brand in the usual order; unknown ones are last."""
    return list(known).index(name) if name in known else len(known)


def short_name(product: Product) -> str:
    """Return a product's name without the words that the screen above it says already."""
    listing = product.listing
    name = spaced(listing.name)
    noise = _noise(*listing.path)
    rest = name
    while (word := _TOKEN.match(rest)) and word[0].casefold() in noise:
        rest = rest[word.end() :].lstrip()
    return rest if rest and rest[0].isalnum() else name


def _noise(category_type: str, main: str, sub: str) -> set[str]:
    """Return the words of a path that a name may repeat; amounts are never noise."""
    path = " ".join((category_type.replace("-", " "), main, BRANDS.get(main, ""), sub))
    noise = {word for word in path.casefold().split() if not re.search(r"\d", word)}
    return noise | _OTHER_WORDS.get(main, set()) | _OTHER_WORDS.get(category_type, set())
