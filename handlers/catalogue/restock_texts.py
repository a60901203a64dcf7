"""What is said of products that are waited for: why, the promise, and that they are back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.restock import KEPT, Restocked
from bot.services.catalogue.restock import Awaited
from handlers.catalogue.texts import reason_text
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Words
from handlers.ui.labels import beside, fitted
from handlers.ui.product_names import listing_name

LONGEST_NAME: Final = 100
"""As many products as one may wait for fit into a message."""


def awaited_text(words: Words, awaited: Awaited) -> str:
    """Return why a product cannot be bought now, and what is done about it."""
    offer = awaited.offer
    head = f"{bold(listing_name(words, offer.product.listing))} · {words.money(offer.price)}"
    if offer.unavailable is None:
        return paragraphs(head, words.gettext("This product can be bought now."))
    why = f"⚠️ {reason_text(words, offer.unavailable, offer.opens_at)}"
    return paragraphs(head, why, _promise(words, awaited))


def _promise(words: Words, awaited: Awaited) -> str:
    _ = words.gettext
    days = words.number(KEPT.days)
    if awaited.request is None:
        return _(
            "Shall we tell you when it is back? You get one message, if that is within {days} days."
        ).format(days=days)
    return _("🔔 We will tell you once if it is back within {days} days.").format(days=days)


def too_many(words: Words, most: int) -> str:
    """Return that somebody waits for as many products as one may."""
    return words.gettext(
        "You are waiting for {count} products already, and more is not possible. "
        "A place becomes free when one of them is back, or after {days} days."
    ).format(count=words.number(most), days=words.number(KEPT.days))


def forgotten(words: Words) -> str:
    """Return that nothing is told of a product."""
    return words.gettext("All right, the reminder is off.")


def restocked_text(words: Words, products: Sequence[Restocked]) -> str:
    """Return that products are back, each with its price now."""
    head = words.gettext("🔔 Back in stock:")
    return paragraphs(head, lines(*(_line(words, one) for one in products)))


def _line(words: Words, one: Restocked) -> str:
    end = words.money(one.price) if one.is_available else words.gettext("sold out again")
    return f"{bold(fitted(listing_name(words, one.product.listing), LONGEST_NAME))} · {end}"


def restocked_label(words: Words, one: Restocked) -> str:
    """Return what stands on the button that buys a product which is back."""
    name = listing_name(words, one.product.listing)
    if not one.is_available:
        return beside(name, start="🔔 ")
    return beside(name, start="🛒 ", end=f" · {words.money(one.price)}")
