"""Browsing: the levels of the catalogue, page by page, on one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.customer import Step
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from bot.services.browse import Browse, Level, Offer
from handlers.callback_data import Button, ButtonError, Open, OpenFor, Pick, PickFor, ShowNumber
from handlers.context import ShopContext, customer_of
from handlers.i18n import Words
from handlers.keyboards import (
    PER_PAGE,
    Row,
    back,
    button,
    home,
    in_columns,
    keyboard,
    leave,
    page_count,
    pager,
)
from handlers.routes import pressed
from handlers.screens import answer, show, show_anew
from handlers.texts.catalogue import (
    level_text,
    nothing_on_sale,
    offer_labels,
    show_empty_label,
)
from handlers.texts.names import category_label, in_order

COLUMNS = 2


async def order_anew(update: Update, context: ShopContext) -> Literal[Step.PRODUCT] | None:
    """Show the top of the catalogue in a new message: /order, or a button on a kept message."""
    return await _open(update, context, Open(), is_anew=True)


async def open_level(update: Update, context: ShopContext) -> Literal[Step.PRODUCT] | None:
    """Show a level of the catalogue on the pressed message."""
    return await _open(update, context, pressed(update, Open))


async def open_level_for(update: Update, context: ShopContext) -> None:
    """Show a level whose products go to a number that is known; nothing is waited for."""
    wanted = pressed(update, OpenFor)
    kind = DestinationKind.METER if wanted.is_meter else DestinationKind.PHONE
    if not is_normalised(kind, wanted.number):
        # A made-up text could be too long for the buttons of the level.
        raise ButtonError
    browse, words = context.shop.browse, context.words
    try:
        level = browse.level(CategoryId(wanted.category_id))
    except ProductUnavailableError:
        await answer(update, context, nothing_on_sale(words), is_alert=True)
        return
    await show(update, context, *screen(words, browse, level, wanted))


async def _open(
    update: Update, context: ShopContext, wanted: Open, *, is_anew: bool = False
) -> Literal[Step.PRODUCT] | None:
    browse, words = context.shop.browse, context.words
    try:
        level = browse.level(CategoryId(wanted.category_id) if wanted.category_id else None)
    except ProductUnavailableError:
        return await _gone(update, context, wanted, is_anew=is_anew)
    text, markup = screen(words, browse, level, wanted)
    await context.shop.buy.browse(customer_of(update))
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
        return await _open(update, context, Open(), is_anew=is_anew)
    if update.callback_query is None:
        await show_anew(update, context, text, keyboard([home(context.words)]))
    return None


# --- the screen of a level ---


def screen(
    words: Words, browse: Browse, level: Level, wanted: Open | OpenFor
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the text and the buttons of one page of a level."""
    offers = shown_offers(level, with_empty=wanted.with_empty)
    categories = in_order(level.categories, len(level.path), level.sold)
    choices = categories or offers
    pages = page_count(len(choices))
    page = min(max(wanted.page, 0), pages - 1)
    part = slice(page * PER_PAGE, (page + 1) * PER_PAGE)
    depth = len(level.path)
    if level.categories:
        rows = in_columns(
            [
                button(category_label(words, category, depth), _way(wanted, category.category_id))
                for category in categories[part]
            ],
            COLUMNS,
        )
    else:
        number = wanted.number if isinstance(wanted, OpenFor) else ""
        labels = offer_labels(words, offers)
        rows = offer_rows(offers[part], labels, number)
    here = level.path[-1].category_id if level.path else 0
    turns = ((at, _way(wanted, here, at, with_empty=wanted.with_empty)) for at in range(pages))
    text = level_text(words, level, page, pages, len(offers))
    return text, keyboard(
        *rows,
        pager(page, pages, turns),
        _empty_row(words, level, here, wanted),
        [_up(words, browse, level, wanted), leave(words)],
    )


def shown_offers(level: Level, *, with_empty: bool) -> Sequence[Offer]:
    """Return the products to show: those of a nightly closing too, since they open again."""
    return list(_in_turn(level, with_empty=with_empty))


def _in_turn(level: Level, *, with_empty: bool) -> Iterator[Offer]:
    yield from (one for one in level.offers if one.is_available)
    yield from (one for one in level.offers if one.unavailable is UnavailableReason.CLOSED)
    if with_empty:
        yield from (one for one in level.offers if one.unavailable is UnavailableReason.EMPTY)


def offer_rows(
    offers: Sequence[Offer], labels: Mapping[ProductId, str], destination: str = ""
) -> list[Row]:
    """Return a row for each product with its label, for a number if it is known."""
    ids = [offer.product.product_id for offer in offers]
    return [[button(labels[one], _choice(one, destination))] for one in ids]


def _choice(product_id: ProductId, destination: str) -> Button:
    return PickFor(product_id, destination) if destination else Pick(product_id)


def _way(
    wanted: Open | OpenFor, category_id: int, page: int = 0, *, with_empty: bool = False
) -> Button:
    """Return the way to a level, for the same number if there is one."""
    if isinstance(wanted, OpenFor):
        return OpenFor(category_id, page, with_empty, wanted.is_meter, wanted.number)
    return Open(category_id, page, with_empty)


def page_of(level: Level, offer: Offer) -> int:
    """Return the page on which a product stands, 0 when it is not shown."""
    shown = shown_offers(level, with_empty=_is_empty(offer))
    ids = [one.product.product_id for one in shown]
    product_id = offer.product.product_id
    return ids.index(product_id) // PER_PAGE if product_id in ids else 0


def back_to_products(browse: Browse, offer: Offer, number: str = "") -> Button:
    """Return the way from a product back to where it was chosen, for a number if it is known."""
    sub_id = offer.product.sub_id
    try:
        page = page_of(browse.level(sub_id), offer)
    except ProductUnavailableError:
        return Open()
    return _way(_wanted(offer, number), sub_id, page, with_empty=_is_empty(offer))


def _wanted(offer: Offer, number: str) -> Open | OpenFor:
    if offer.kind not in (DestinationKind.PHONE, DestinationKind.METER):
        return Open()
    if not is_normalised(offer.kind, number):
        # A made-up text could be too long for the buttons of the level.
        return Open()
    is_meter = offer.kind is DestinationKind.METER
    return OpenFor(0, 0, with_empty=False, is_meter=is_meter, number=number)


def _is_empty(offer: Offer) -> bool:
    return offer.unavailable is UnavailableReason.EMPTY


def _empty_row(words: Words, level: Level, here: int, wanted: Open | OpenFor) -> Row:
    count = sum(one.unavailable is UnavailableReason.EMPTY for one in level.offers)
    if not count:
        return []
    if wanted.with_empty:
        return [button(words.gettext("Hide what is out of stock"), _way(wanted, here))]
    return [button(show_empty_label(words, count), _way(wanted, here, with_empty=True))]


def _up(words: Words, browse: Browse, level: Level, wanted: Open | OpenFor) -> InlineKeyboardButton:
    if isinstance(wanted, OpenFor):
        is_below_brand = len(level.path) > 2 and level.up == level.path[1].category_id
        if is_below_brand:
            return back(words, _way(wanted, level.up or 0))
        return back(words, ShowNumber(wanted.is_meter, wanted.number))
    is_first = level.is_top or level.path == browse.level(None).path
    return home(words) if is_first else back(words, Open(level.up or 0))
