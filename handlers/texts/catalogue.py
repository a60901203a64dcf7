"""The catalogue as customers read it: where they are, what there is, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.services.browse import Level, Offer
from handlers.i18n import Words
from handlers.texts.markup import bold, lines, paragraphs
from handlers.texts.names import LONGEST_LABEL, fitted, short_name, title, trail_text

SHORTEST_NAME = 20
"""So much of a name is always shown, or nobody would know it."""


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
    return _("Choose a brand.") if len(level.path) == 1 else _("Choose a kind.")


def namesakes(
    offers: Sequence[Offer], name_of: Callable[[Product], str] = short_name
) -> set[ProductId]:
    """Return the products that would have the same name on their buttons as another one."""
    names = {one.product.product_id: name_of(one.product).casefold() for one in offers}
    counts = Counter(names.values())
    return {product_id for product_id, name in names.items() if counts[name] > 1}


def offer_label(words: Words, offer: Offer, namesakes: Collection[ProductId] = ()) -> str:
    """Return what stands on a product's button: its short name, and its price or its state.

    One of several `namesakes` has its code too, if it can be bought: the supplier sells the same
    from many sources.
    """
    return _label(words, offer, short_name(offer.product), namesakes)


def found_label(words: Words, offer: Offer, namesakes: Collection[ProductId] = ()) -> str:
    """Return what stands on the button of a product that was looked for: its whole name."""
    return _label(words, offer, whole_name(offer.product), namesakes)


def whole_name(product: Product) -> str:
    """Return a product's name as the list has it."""
    return title(product.listing.name)


def _label(words: Words, offer: Offer, name: str, namesakes: Collection[ProductId]) -> str:
    end = _end(words, offer)
    if offer.is_available and offer.product.product_id in namesakes:
        end = f"{offer.product.listing.code} · {end}"
    return f"{fitted(name, max(SHORTEST_NAME, LONGEST_LABEL - len(end)))} · {end}"


def _end(words: Words, offer: Offer) -> str:
    """Return a product's price, or why it cannot be bought: both would not fit in a line."""
    _ = words.gettext
    match offer.unavailable:
        case None:
            return words.money(offer.price)
        case UnavailableReason.CLOSED if offer.opens_at is not None:
            return _("closed until {time}").format(time=words.clock(offer.opens_at))
        case UnavailableReason.CLOSED | UnavailableReason.EMPTY | UnavailableReason.GONE:
            return _("out of stock")
        case _:
            assert_never(offer.unavailable)


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
