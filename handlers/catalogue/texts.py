"""The catalogue as customers read it: where they are, what there is, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.services.catalogue.browse import Level
from handlers.ui.buttons import View
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import Words
from handlers.ui.product_names import trail_text

OF_OPERATORS = frozenset({"pulsa-reguler", "paket-internet", "paket-telepon", "pulsa-transfer"})
"""The types whose brands are operators."""
OF_GAMES = frozenset({"voucher-game"})
"""The types whose brands are games."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a level is on the screen."""

    page: int
    pages: int
    choices: int
    """How many its pages have together."""
    view: View = View.SHELF
    has_codes: bool = False
    """Whether other sources are shown with their codes, as to admins."""
    spelled_out: Sequence[str] = ()
    """What stands on its buttons only in part."""


def level_text(words: Words, level: Level, shown: Shown) -> str:
    """Return the text above the buttons of a level."""
    _ = words.gettext
    head = bold(trail_text(words, level.trail)) if level.trail else bold(_("What do you need?"))
    if shown.pages > 1:
        place = _("Page {page} of {pages}").format(page=shown.page + 1, pages=shown.pages)
        head = lines(head, place)
    is_sources = shown.view is View.SOURCES
    question = _question(words, level, shown.choices)
    return paragraphs(
        head,
        sources_text(words, has_codes=shown.has_codes) if is_sources else question,
        spelled_out_text(shown.spelled_out),
    )


def sources_text(words: Words, *, has_codes: bool) -> str:
    """Return what stands above the other offers of the same things; only admins see codes."""
    if has_codes:
        return words.gettext("The same from other sources, each with its code and its price.")
    return words.gettext("The same products in another way:")


def spelled_out_text(names: Sequence[str]) -> str:
    """Return in full what stands on the buttons of a page only in part, by its number there."""
    return lines(*map(escaped, names))


def _question(words: Words, level: Level, shown: int) -> str:
    _ = words.gettext
    if level.offers and not shown:
        return _("Everything here is out of stock just now.")
    if level.offers:
        return _("Choose a product. No extra fees.")
    if level.is_top:
        return _("Choose a category.")
    if len(level.path) > 1:
        return _("Choose a kind.")
    kind = level.path[0].name
    if kind in OF_OPERATORS:
        return _("Choose an operator.")
    return _("Choose a game.") if kind in OF_GAMES else _("Choose a brand.")


def show_empty_label(words: Words, count: int) -> str:
    """Return what stands on the button that shows the products out of stock."""
    return words.ngettext(
        "Show {count} that is out of stock", "Show {count} that are out of stock", count
    ).format(count=words.number(count))


def sources_label(words: Words, count: int, *, has_codes: bool) -> str:
    """Return what stands on the button that shows the other offers of the same things."""
    if has_codes:
        return words.gettext("Other sources ({count})").format(count=words.number(count))
    return words.gettext("Other options ({count})").format(count=words.number(count))


def hide_sources_label(words: Words, *, has_codes: bool) -> str:
    """Return what stands on the way back from them."""
    _ = words.gettext
    return _("Hide the other sources") if has_codes else _("Hide the other options")


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
