"""The screen of a level of the catalogue: its pages, and the ways to what is not on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.catalogue import ProductId
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.errors import ProductUnavailableError
from bot.services.catalogue.browse import Browse, Level, Offer
from handlers.catalogue.texts import (
    Shown,
    hide_sources_label,
    level_text,
    show_empty_label,
    sources_label,
)
from handlers.ui.buttons import Button, Open, OpenFor, Pick, PickFor, ShowNumber, View, pack
from handlers.ui.i18n import Words
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
from handlers.ui.offer_grouping import Grouped, grouped
from handlers.ui.offer_labels import offer_labels
from handlers.ui.product_names import category_labels, in_order


def screen(
    words: Words, browse: Browse, level: Level, wanted: Open | OpenFor, *, has_codes: bool = False
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


def offer_buttons(
    offers: Sequence[Offer], labels: Mapping[ProductId, str], destination: str = ""
) -> list[InlineKeyboardButton]:
    """Return a button for each product with its label, for a number if it is known."""
    ids = [offer.product.product_id for offer in offers]
    return [button(labels[one], _choice(one, destination)) for one in ids]


def back_to_products(words: Words, browse: Browse, offer: Offer, number: str = "") -> Button:
    """Return the way from a product back to where it was chosen, for a number if it is known."""
    sub_id = offer.product.sub_id
    try:
        level = browse.level(sub_id)
    except ProductUnavailableError:
        return Open()
    wanted = _wanted(offer, number)
    page, view = _place_of(words, level, offer)
    return _way(wanted, sub_id, page, view)


def _place_of(words: Words, level: Level, offer: Offer) -> tuple[int, View]:
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
    words: Words,
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


def spelled_out_on(rows: Sequence[Row], spelled_out: Mapping[str, str]) -> list[str]:
    """Return what the numbered buttons of a page stand for."""
    labels = [one.text for row in rows for one in row]
    return [spelled_out[label] for label in labels if label in spelled_out]


def _views(
    words: Words,
    sources: Grouped,
    here: int,
    wanted: Open | OpenFor,
    view: View,
    *,
    has_codes: bool,
) -> list[Row]:
    """Return the ways to what the shelf does not show, or back to it."""
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


def _choice(product_id: ProductId, destination: str) -> Button:
    return PickFor(product_id, destination) if destination else Pick(product_id)


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


def _up(words: Words, browse: Browse, level: Level, wanted: Open | OpenFor) -> InlineKeyboardButton:
    if isinstance(wanted, OpenFor):
        is_below_brand = len(level.path) > 2 and level.up == level.path[1].category_id
        if is_below_brand:
            return back(words, _way(wanted, level.up or 0))
        return back(words, ShowNumber(wanted.is_meter, wanted.number))
    is_first = level.is_top or level.path == browse.level(None).path
    return home(words) if is_first else back(words, Open(level.up or 0))
