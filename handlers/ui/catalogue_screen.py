"""The screen of a level of the catalogue: its pages, and the ways to what is not on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.domain.catalogue import CategoryId
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from bot.services.catalogue.browse import Browse, Level, Offer
from handlers.ui.buttons import (
    Button,
    Open,
    OpenFor,
    Pick,
    ShowNumber,
    View,
    pack,
)
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    back,
    button,
    home,
    keyboard,
    leave,
    paged,
    pager,
    side_by_side,
)
from handlers.ui.offers import (
    Grouped,
    grouped,
    hide_sources_label,
    offer_buttons,
    offer_labels,
    sources_label,
    sources_text,
    spelled_out_on,
    spelled_out_text,
)
from handlers.ui.opening import with_opening
from handlers.ui.product_names import category_labels, in_order, trail_text
from handlers.ui.replies import answer, show, show_anew


def screen(
    words: Translator,
    browse: Browse,
    level: Level,
    wanted: Open | OpenFor,
    *,
    has_codes: bool = False,
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the text and the buttons of one page of a level.

    `has_codes`: for an admin, who sees every source of the same thing with its code.
    """
    sources = grouped(level.offers, with_all=has_codes)
    view = _view_of(sources, wanted)
    choices, spelled_out = _choices(words, level, sources, wanted, view, has_codes=has_codes)
    pages = paged(choices)
    page = min(max(wanted.page, 0), len(pages) - 1)
    here = level.path[-1].category_id if level.path else 0
    turns = ((at, _way(wanted, here, at, view)) for at in range(len(pages)))
    shown = Shown(
        page, len(pages), len(choices), view, has_codes, spelled_out_on(pages[page], spelled_out)
    )
    return level_text(words, level, shown), keyboard(
        *pages[page],
        pager(page, len(pages), turns),
        *_views(words, sources, here, wanted, view, has_codes=has_codes),
        [_up(words, browse, level, wanted), leave(words)],
    )


def back_to_products(words: Translator, browse: Browse, offer: Offer, number: str = "") -> Button:
    """Return the way from a product back to where it was chosen, for a number if it is known."""
    sub_id = offer.product.sub_id
    try:
        level = browse.level(sub_id)
    except ProductUnavailableError:
        return Open()
    wanted = _wanted(offer, number)
    page, view = _place_of(words, level, offer)
    return _way(wanted, sub_id, page, view)


def _place_of(words: Translator, level: Level, offer: Offer) -> tuple[int, View]:
    """Return the page and the view that show a product; the first where none does."""
    meaning = pack(Pick(offer.product.product_id))
    for has_codes, view in product((False, True), View):
        sources = grouped(level.offers, with_all=has_codes)
        choices, _ = _choices(words, level, sources, Open(), view, has_codes=has_codes)
        for page, rows in enumerate(paged(choices)):
            if any(one.callback_data == meaning for row in rows for one in row):
                return page, view
    return 0, View.SHELF


def _choices(
    words: Translator,
    level: Level,
    sources: Grouped,
    wanted: Open | OpenFor,
    view: View,
    *,
    has_codes: bool = False,
) -> tuple[list[InlineKeyboardButton], Mapping[str, str]]:
    """Return the buttons of a level, and by what they say those that have to be spelled out."""
    if level.categories:
        depth = len(level.path)
        ordered = in_order(level.categories, depth, level.sold)
        labels, spelled_out = category_labels(words, ordered, depth)
        return [
            button(label, _way(wanted, one.category_id))
            for one, label in zip(ordered, labels, strict=True)
        ], spelled_out
    number = wanted.number if isinstance(wanted, OpenFor) else ""
    offers = shown_offers(sources, view)
    of_offers = offer_labels(words, offers, with_code=has_codes and view is View.SOURCES)
    return offer_buttons(offers, of_offers.of, number), of_offers.spelled_out


def shown_offers(sources: Grouped, view: View) -> Sequence[Offer]:
    """Return the products that a view shows."""
    if view is View.SOURCES:
        return sources.others
    return [*sources.first, *(sources.empty if view is View.WITH_EMPTY else ())]


def _view_of(sources: Grouped, wanted: Open | OpenFor) -> View:
    """Return the view that is wanted, unless it has nothing to show any more."""
    view = View(wanted.view) if wanted.view in set(View) else View.SHELF
    return view if view is not View.SOURCES or sources.others else View.SHELF


def _views(
    words: Translator,
    sources: Grouped,
    here: int,
    wanted: Open | OpenFor,
    view: View,
    *,
    has_codes: bool,
) -> list[Row]:
    """Return the ways to what the catalogue_cache does not show, or back to it."""
    if view is View.SOURCES:
        hide = hide_sources_label(words, has_codes=has_codes)
        return [[button(hide, _way(wanted, here))]]
    ways = []
    if sources.others and view is View.SHELF:
        label = sources_label(words, len(sources.others), has_codes=has_codes)
        ways.append(button(label, _way(wanted, here, view=View.SOURCES)))
    if sources.empty:
        label = show_empty_label(words, len(sources.empty))
        if view is View.WITH_EMPTY:
            ways.append(button(words.gettext("Hide what is out of stock"), _way(wanted, here)))
        else:
            ways.append(button(label, _way(wanted, here, view=View.WITH_EMPTY)))
    return side_by_side(ways)


def _way(
    wanted: Open | OpenFor, category_id: int, page: int = 0, view: View = View.SHELF
) -> Button:
    """Return the way to a level, for the same number if there is one."""
    if isinstance(wanted, OpenFor):
        return OpenFor(category_id, page, view, wanted.is_meter, wanted.number)
    return Open(category_id, page, view)


def _wanted(offer: Offer, number: str) -> Open | OpenFor:
    if offer.kind not in (DestinationKind.PHONE, DestinationKind.METER):
        return Open()
    if not is_normalised(offer.kind, number):
        # A made-up text could be too long for the buttons of the level.
        return Open()
    is_meter = offer.kind is DestinationKind.METER
    return OpenFor(0, 0, View.SHELF, is_meter=is_meter, number=number)


def _up(
    words: Translator, browse: Browse, level: Level, wanted: Open | OpenFor
) -> InlineKeyboardButton:
    if isinstance(wanted, OpenFor):
        is_below_brand = len(level.path) > 2 and level.up == level.path[1].category_id
        if is_below_brand:
            return back(words, _way(wanted, level.up or 0))
        return back(words, ShowNumber(wanted.is_meter, wanted.number))
    is_first = level.is_top or level.path == browse.level(None).path
    return home(words) if is_first else back(words, Open(level.up or 0))


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


def level_text(words: Translator, level: Level, shown: Shown) -> str:
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


def _question(words: Translator, level: Level, shown: int) -> str:
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


def show_empty_label(words: Translator, count: int) -> str:
    """Return what stands on the button that shows the products out of stock."""
    return words.ngettext(
        "Show {count} that is out of stock", "Show {count} that are out of stock", count
    ).format(count=words.number(count))


def nothing_on_sale(words: Translator) -> str:
    """Return that there is no catalogue, or no such part of it any more."""
    return words.gettext("The list of products is being updated. Please try again in a moment.")


async def open_catalogue(
    update: Update, context: ShopContext, wanted: Open, *, is_anew: bool = False
) -> Literal[Step.PRODUCT] | None:
    browse, words = context.shop.browse, context.words
    try:
        level = browse.level(CategoryId(wanted.category_id) if wanted.category_id else None)
    except ProductUnavailableError:
        return await _gone(update, context, wanted, is_anew=is_anew)
    shown = screen(words, browse, level, wanted, has_codes=context.is_admin)
    text, markup = await with_opening(update, context, shown)
    await context.shop.dialogs.browse(customer_of(update))
    if is_anew:
        await show_anew(update, context, text, markup)
    else:
        await show(update, context, text, markup)
    return Step.PRODUCT


async def _gone(
    update: Update, context: ShopContext, wanted: Open, *, is_anew: bool
) -> Literal[Step.PRODUCT] | None:
    """Say that there is nothing to show; where only a category is gone, show the top."""
    text = nothing_on_sale(context.words)
    await answer(update, context, text, is_alert=True)
    if wanted.category_id:
        return await open_catalogue(update, context, Open(), is_anew=is_anew)
    if update.callback_query is None:
        await show_anew(update, context, text, keyboard([home(context.words)]))
    return None
