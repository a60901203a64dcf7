"""The catalogue as customers read it: where they are, what there is, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.services.browse import Level, Offer
from handlers.i18n import Words
from handlers.texts.labels import LONGEST_LABEL, fitted, shared_words
from handlers.texts.markup import bold, lines, paragraphs
from handlers.texts.names import short_name, title, trail_text

OF_OPERATORS = frozenset({"pulsa-reguler", "paket-internet", "paket-telepon", "pulsa-transfer"})
"""The types whose brands are operators."""


def level_text(words: Words, level: Level, page: int, pages: int, shown: int) -> str:
    """Return the text above the buttons of a level; `shown` of its products are on buttons."""
    _ = words.gettext
    head = bold(trail_text(words, level.trail)) if level.trail else bold(_("What do you need?"))
    if pages > 1:
        head = lines(head, _("Page {page} of {pages}").format(page=page + 1, pages=pages))
    return paragraphs(head, _question(words, level, shown))


def _question(words: Words, level: Level, shown: int) -> str:
    _ = words.gettext
    if level.offers and not shown:
        return _("Everything here is out of stock just now.")
    if level.offers:
        return _("Choose a product. Prices are final.")
    if level.is_top:
        return _("Choose a category.")
    if len(level.path) > 1:
        return _("Choose a kind.")
    is_phone = level.path[0].name in OF_OPERATORS
    return _("Choose an operator.") if is_phone else _("Choose a brand.")


def offer_labels(
    words: Words, offers: Sequence[Offer], name_of: Callable[[Product], str] = short_name
) -> dict[ProductId, str]:
    """Return what stands on each product's button: its name, and its price or its state.

    Those whose names are the same on their buttons have their codes too, if they can be bought:
    the supplier sells the same from many sources.
    """
    shared = shared_words([name_of(one.product) for one in offers])
    ends = {one.product.product_id: _end(words, one) for one in offers}

    def named(offer: Offer, end: str) -> str:
        return fitted(name_of(offer.product), LONGEST_LABEL - len(end), shared)

    counts = Counter(named(one, ends[one.product.product_id]).casefold() for one in offers)
    labels = {}
    for offer in offers:
        end = ends[offer.product.product_id]
        if counts[named(offer, end).casefold()] > 1 and offer.is_available:
            end = f" · {offer.product.listing.code}{end}"
        labels[offer.product.product_id] = named(offer, end) + end
    return labels


def whole_name(product: Product) -> str:
    """Return a product's name as the list has it."""
    return title(product.listing.name)


def _end(words: Words, offer: Offer) -> str:
    """Return a product's price, or why it cannot be bought: both would not fit in a line."""
    _ = words.gettext
    match offer.unavailable:
        case None:
            end = words.money(offer.price)
        case UnavailableReason.CLOSED if offer.opens_at is not None:
            end = _("opens {time}").format(time=words.clock(offer.opens_at))
        case UnavailableReason.CLOSED | UnavailableReason.EMPTY | UnavailableReason.GONE:
            end = _("out of stock")
        case _:
            assert_never(offer.unavailable)
    return f" · {end}"


def show_empty_label(words: Words, count: int) -> str:
    """Return what stands on the button that shows the products out of stock."""
    return words.ngettext(
        "Show {count} that is out of stock", "Show {count} that are out of stock", count
    ).format(count=words.number(count))


def unavailable_text(words: Words, error: ProductUnavailableError) -> str:
    """Return why a product cannot be bought now, and when it can be again."""
    return reason_text(words, error.reason, error.opens_at)


def reason_text(words: Words, reason: UnavailableReason, opens_at: datetime | None) -> str:
    """Return the same of what is known without an error."""
    _ = words.gettext
    match reason:
        case UnavailableReason.GONE:
            return _("This product is no longer sold. Please choose another one.")
        case UnavailableReason.EMPTY:
            return _("This product is out of stock just now. Please choose another one.")
        case UnavailableReason.CLOSED if opens_at is not None:
            return _("This product is closed until {time}. Please come back then.").format(
                time=words.clock(opens_at)
            )
        case UnavailableReason.CLOSED:
            return _("This product is closed just now. Please try again later.")
        case _:
            assert_never(reason)


def nothing_on_sale(words: Words) -> str:
    """Return that there is no catalogue, or no such part of it any more."""
    return words.gettext("The list of products is being updated. Please try again in a moment.")
