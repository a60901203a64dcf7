"""What is said of products that are waited for: why, the promise, and that they are back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.restock import REQUEST_LIFETIME, RestockedProduct
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import beside, fitted
from handlers.ui.product_names import listing_name

LONGEST_NAME: Final = 100
"""As many products as one may wait for fit into a message."""


def too_many(words: Translator, most: int) -> str:
    """Return that somebody waits for as many products as one may."""
    return words.gettext(
        "You are waiting for {count} products already, and more is not possible. "
        "A place becomes free when one of them is back, or after {days} days."
    ).format(count=words.number(most), days=words.number(REQUEST_LIFETIME.days))


def forgotten(words: Translator) -> str:
    """Return that nothing is told of a product."""
    return words.gettext("All right, the reminder is off.")


def restocked_text(words: Translator, products: Sequence[RestockedProduct]) -> str:
    """Return that products are back, each with its price now."""
    head = words.gettext("🔔 Back in stock:")
    return paragraphs(head, lines(*(_line(words, one) for one in products)))


def _line(words: Translator, one: RestockedProduct) -> str:
    end = words.money(one.price) if one.is_available else words.gettext("sold out again")
    return f"{bold(fitted(listing_name(words, one.product.listing), LONGEST_NAME))} · {end}"


def restocked_label(words: Translator, one: RestockedProduct) -> str:
    """Return what stands on the button that buys a product which is back."""
    name = listing_name(words, one.product.listing)
    if not one.is_available:
        return beside(name, start="🔔 ")
    return beside(name, start="🛒 ", end=f" · {words.money(one.price)}")
