"""What types, brands and products are called: as people say it, not as the supplier's list does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.domain.catalogue import Category, CategoryId, Product
from handlers.ui.i18n import N_, Words
from handlers.ui.labels import beginning_beside, beside, fits_beside
from handlers.ui.widths import in_pieces

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
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def type_name(words: Words, name: str) -> str:
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


def category_name(words: Words, category: Category, depth: int) -> str:
    """Return a category's name; depth 0 is a type, 1 a brand, 2 a sub."""
    if depth == 0:
        return type_name(words, category.name)
    return brand_name(category.name) if depth == 1 else spaced(category.name)


def category_label(words: Words, category: Category, depth: int) -> str:
    """Return what stands on a category's button."""
    name = category_name(words, category, depth)
    if depth == 0:
        return f"{TYPES.get(category.name, ('🛍', ''))[0]} {name}"
    return name


def category_labels(
    words: Words, categories: Sequence[Category], depth: int
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


def trail_text(words: Words, trail: Sequence[Category]) -> str:
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
    while (word := _WORD.match(rest)) and word[0].casefold() in noise:
        rest = rest[word.end() :].lstrip()
    return rest if rest and rest[0].isalnum() else name


def _noise(category_type: str, main: str, sub: str) -> set[str]:
    """Return the words of a path that a name may repeat; amounts are never noise."""
    path = " ".join((category_type.replace("-", " "), main, BRANDS.get(main, ""), sub))
    noise = {word for word in path.casefold().split() if not re.search(r"\d", word)}
    return noise | _OTHER_WORDS.get(main, set()) | _OTHER_WORDS.get(category_type, set())
