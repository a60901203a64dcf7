"""Texts: restock requests, and the notice that products are available again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.restock import REQUEST_LIFETIME, RestockedProduct
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import fit_name, label_with_name
from handlers.ui.product_names import listing_name

LONGEST_NAME: Final = 100
"""In characters. With names of this length, all products of one notice fit into a message."""


def too_many(words: Translator, most: int) -> str:
    """Return that the customer has `most` requests, the largest number allowed."""
    return words.gettext(
        "You are waiting for {count} products already, and more is not possible. "
        "A place becomes free when one of them is back, or after {days} days."
    ).format(count=words.number(most), days=words.number(REQUEST_LIFETIME.days))


def forgotten(words: Translator) -> str:
    """Return that the request is cancelled."""
    return words.gettext("All right, the reminder is off.")


def restocked_text(words: Translator, products: Sequence[RestockedProduct]) -> str:
    """Return that products are available again, each with its current price."""
    head = words.gettext("🔔 Back in stock:")
    return paragraphs(head, lines(*(_line(words, one) for one in products)))


def _line(words: Translator, one: RestockedProduct) -> str:
    end = words.money(one.price) if one.is_available else words.gettext("sold out again")
    return f"{bold(fit_name(listing_name(words, one.product.listing), LONGEST_NAME))} · {end}"


def restocked_label(words: Translator, one: RestockedProduct) -> str:
    """Return the label of the button that buys a product which is available again."""
    name = listing_name(words, one.product.listing)
    if not one.is_available:
        return label_with_name(name, start="🔔 ")
    return label_with_name(name, start="🛒 ", end=f" · {words.money(one.price)}")
