"""What a product is called where products of several brands stand together: brand and name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.domain.catalogue import Listing, Product
from bot.domain.order import Order
from handlers.ui.i18n import Words
from handlers.ui.labels import DOT
from handlers.ui.names import brand_name, spaced, title

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


def order_name(words: Words, order: Order) -> str:
    """Return what was ordered: brand and name, however long ago the list had it."""
    return _shown(words, order.main, order.product_name)


def listing_name(words: Words, listing: Listing) -> str:
    """Return what a product is called by itself: brand and name."""
    return _shown(words, listing.main, listing.name)


def whole_name(product: Product) -> str:
    """Return a product's brand and name, with its numbers as the list has them."""
    return title(with_brand(product.listing.main, product.listing.name))


def _shown(words: Words, main: str, name: str) -> str:
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
