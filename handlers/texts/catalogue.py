"""The catalogue as customers read it: where they are, what there is, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final, assert_never

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.services.browse import Level, Offer
from handlers.callback_data import View
from handlers.i18n import Words
from handlers.texts.labels import LONGEST_LABEL, fitted, shared_words
from handlers.texts.markup import bold, lines, paragraphs
from handlers.texts.names import short_name, spaced, title, trail_text

OF_OPERATORS = frozenset({"pulsa-reguler", "paket-internet", "paket-telepon", "pulsa-transfer"})
"""The types whose brands are operators."""
LONGEST_SUB: Final = 14
"""A longer sub would leave no room for the name."""


def level_text(
    words: Words, level: Level, page: int, pages: int, *, shown: int, view: View = View.SHELF
) -> str:
    """Return the text above the buttons of a level; `shown` choices are on its pages."""
    _ = words.gettext
    head = bold(trail_text(words, level.trail)) if level.trail else bold(_("What do you need?"))
    if pages > 1:
        head = lines(head, _("Page {page} of {pages}").format(page=page + 1, pages=pages))
    is_sources = view is View.SOURCES
    return paragraphs(head, sources_text(words) if is_sources else _question(words, level, shown))


def sources_text(words: Words) -> str:
    """Return what stands above the other sources of the same things."""
    return words.gettext("The same from other sources, each with its code and its price.")


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
    words: Words,
    offers: Sequence[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    with_code: bool = False,
) -> dict[ProductId, str]:
    """Return what stands on each product's button: its name, and its price or its state.

    Those whose names are the same on their buttons are told apart, if they can be bought, by
    their subs, or else by their codes; `with_code`: all have them.
    """
    shared = shared_words([name_of(one.product) for one in offers])
    plain = {
        one.product.product_id: _label(name_of(one.product), _end(words, one), shared)
        for one in offers
    }
    same: dict[str, list[Offer]] = {}
    for one in offers:
        same.setdefault(plain[one.product.product_id][0].casefold(), []).append(one)
    labels = {}
    for namesakes in same.values():
        for one in namesakes:
            name, end = plain[one.product.product_id]
            if with_code or (len(namesakes) > 1 and one.is_available):
                sign = one.product.listing.code if with_code else _telling(one, namesakes)
                name, end = _label(name_of(one.product), f" · {sign}{end}", shared)
            labels[one.product.product_id] = name + end
    return labels


def _label(name: str, end: str, shared: Collection[str]) -> tuple[str, str]:
    return fitted(name, LONGEST_LABEL - len(end), shared), end


def _telling(offer: Offer, namesakes: Sequence[Offer]) -> str:
    """Return what tells a product apart from its namesakes: its sub, or else its code."""
    subs = [one.product.listing.sub for one in namesakes]
    sub = spaced(offer.product.listing.sub)
    is_telling = len(set(subs)) == len(subs) and 0 < len(sub) <= LONGEST_SUB
    return sub if is_telling else offer.product.listing.code


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


def sources_label(words: Words, count: int) -> str:
    """Return what stands on the button that shows the other sources of the same things."""
    return words.gettext("Other sources ({count})").format(count=words.number(count))


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
