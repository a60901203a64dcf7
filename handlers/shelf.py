"""The screen of a level of the catalogue: its pages, and the ways to what is not on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.catalogue import ProductId
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.errors import ProductUnavailableError
from bot.services.browse import Browse, Level, Offer
from handlers.callback_data import Button, Open, OpenFor, Pick, PickFor, ShowNumber, View, pack
from handlers.i18n import Words
from handlers.keyboards import Row, back, button, home, keyboard, leave, paged, pager, side_by_side
from handlers.sources import Grouped, grouped
from handlers.texts.catalogue import level_text, offer_labels, show_empty_label, sources_label
from handlers.texts.names import category_label, in_order


def screen(
    words: Words, browse: Browse, level: Level, wanted: Open | OpenFor
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the text and the buttons of one page of a level."""
    sources = grouped(level.offers)
    view = _view_of(sources, wanted)
    choices = _choices(words, level, sources, wanted, view)
    pages = paged(choices)
    page = min(max(wanted.page, 0), len(pages) - 1)
    here = level.path[-1].category_id if level.path else 0
    turns = ((at, _way(wanted, here, at, view)) for at in range(len(pages)))
    text = level_text(words, level, page, len(pages), shown=len(choices), view=view)
    return text, keyboard(
        *pages[page],
        pager(page, len(pages), turns),
        *_views(words, sources, here, wanted, view),
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
    sources, meaning = grouped(level.offers), pack(Pick(offer.product.product_id))
    for view in View:
        pages = paged(_choices(words, level, sources, Open(), view))
        for page, rows in enumerate(pages):
            if any(one.callback_data == meaning for row in rows for one in row):
                return page, view
    return 0, View.SHELF


def _choices(
    words: Words, level: Level, sources: Grouped, wanted: Open | OpenFor, view: View
) -> list[InlineKeyboardButton]:
    if level.categories:
        depth = len(level.path)
        return [
            button(category_label(words, one, depth), _way(wanted, one.category_id))
            for one in in_order(level.categories, depth, level.sold)
        ]
    number = wanted.number if isinstance(wanted, OpenFor) else ""
    offers = shown_offers(sources, view)
    labels = offer_labels(words, offers, with_code=view is View.SOURCES)
    return offer_buttons(offers, labels, number)


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
    words: Words, sources: Grouped, here: int, wanted: Open | OpenFor, view: View
) -> list[Row]:
    """Return the ways to what the shelf does not show, or back to it."""
    if view is View.SOURCES:
        hide = words.gettext("Hide the other sources")
        return [[button(hide, _way(wanted, here))]]
    ways = []
    if sources.others and view is View.SHELF:
        label = sources_label(words, len(sources.others))
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
