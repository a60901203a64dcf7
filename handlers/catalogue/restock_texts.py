"""Texts: restock requests, and the notice that products are available again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.restock import REQUEST_LIFETIME, RestockedProduct
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import fit_name, label_with_name
from handlers.ui.product_names import listing_name

MAX_NAME_LENGTH: Final = 100
"""In characters. With names of this length, all products of one notice fit into a message."""


def too_many(translator: Translator, most: int) -> str:
    """Return that the customer has `most` requests, the largest number allowed."""
    return translator.gettext(
        "You are waiting for {count} products already, and more is not possible. "
        "A place becomes free when one of them is back, or after {days} days."
    ).format(count=translator.number(most), days=translator.number(REQUEST_LIFETIME.days))


def forgotten(translator: Translator) -> str:
    """Return that the request is cancelled."""
    return translator.gettext("All right, the reminder is off.")


def restocked_text(translator: Translator, products: Sequence[RestockedProduct]) -> str:
    """Return that products are available again, each with its current price."""
    head = translator.gettext("🔔 Back in stock:")
    return paragraphs(head, lines(*(_line(translator, one) for one in products)))


def _line(translator: Translator, one: RestockedProduct) -> str:
    end = translator.money(one.price) if one.is_available else translator.gettext("sold out again")
    return (
        f"{bold(fit_name(listing_name(translator, one.product.listing), MAX_NAME_LENGTH))} · {end}"
    )


def restocked_label(translator: Translator, one: RestockedProduct) -> str:
    """Return the label of the button that buys a product which is available again."""
    name = listing_name(translator, one.product.listing)
    if not one.is_available:
        return label_with_name(name, start="🔔 ")
    return label_with_name(name, start="🛒 ", end=f" · {translator.money(one.price)}")
