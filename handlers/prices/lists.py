"""The price lists of customers: what they can buy now, at their own prices, to be forwarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from telegram import Update

from bot.domain.catalogue import CategoryId
from bot.services.prices.lists import PricedProduct, PriceSection
from handlers.prices.buttons import ListFound
from handlers.ui.buttons import Button, ListPrices
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import bold, dotted, escaped, lines, paragraphs, spaced
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    Screen,
    back,
    button,
    home,
    keyboard,
    page_text,
    paged,
    pager,
    shop_in_new_message,
)
from handlers.ui.labels import in_pieces
from handlers.ui.offers import nothing_on_sale
from handlers.ui.product_names import (
    category_labels,
    in_order,
    listing_name,
    short_search,
    trail_text,
)
from handlers.ui.replies import alert, show, show_new

LINES_PER_PAGE: Final = 40
"""With the longest names and in the units of Telegram, so many lines fit into a message."""
MAX_NAME: Final = 60
"""In characters."""
Entry: TypeAlias = tuple[PriceSection, PricedProduct]


async def list_command(update: Update, context: ShopContext, text: str) -> None:
    """Show the sender's price list of what a text names, or the types to choose from."""
    if not text:
        await _show_category(update, context, ListPrices())
        return
    await _show_found(update, context, ListFound(0, short_search(spaced(text))))


async def show_list(update: Update, context: ShopContext) -> None:
    """Show the price list of a category, or the categories to choose from."""
    await _show_category(update, context, pressed(update, ListPrices))


async def show_found_list(update: Update, context: ShopContext) -> None:
    """Show a page of the price list of what a query names."""
    await _show_found(update, context, pressed(update, ListFound))


async def _show_found(update: Update, context: ShopContext, wanted: ListFound) -> None:
    sections = _in_usual_order(
        context, context.shop.prices.lists.found(wanted.query, context.viewer)
    )
    screen = _list_screen(
        context, sections, wanted.page, lambda at: ListFound(at, wanted.query), ListPrices()
    )
    await _show(update, context, screen)


def _in_usual_order(
    context: ShopContext, sections: Sequence[PriceSection]
) -> Sequence[PriceSection]:
    """Return the sections with their types in the order of the catalogue's buttons."""
    if not sections:
        return sections
    sold = context.shop.browse.assortment(context.viewer).sold
    types = {one.path[0].category_id: one.path[0] for one in sections}
    type_sold = {category_id: sold.get((one.name,), 0) for category_id, one in types.items()}
    ordered = [one.category_id for one in in_order(list(types.values()), 0, type_sold)]
    return sorted(sections, key=lambda one: ordered.index(one.path[0].category_id))


async def _show_category(update: Update, context: ShopContext, wanted: ListPrices) -> None:
    translator, shop = context.translator, context.shop
    if shop.browse.fetched_at is None:
        await _say_empty(update, context)
        return
    catalogue = shop.browse.assortment(context.viewer).catalogue
    category_id = CategoryId(wanted.category_id) if wanted.category_id else None
    path = () if category_id is None else catalogue.path_of(category_id)
    below = catalogue.children(category_id)
    if category_id is not None and not path:
        await _say_empty(update, context)
        return
    if category_id is None or (len(path) == 1 and len(below) > 1):
        sold = shop.browse.assortment(context.viewer).sold
        names = tuple(one.name for one in path)
        below_sold = {one.category_id: sold.get((*names, one.name), 0) for one in below}
        ordered = in_order(below, len(path), below_sold)
        labels, _ = category_labels(translator, ordered, len(path))
        buttons = [
            button(label, ListPrices(one.category_id))
            for one, label in zip(ordered, labels, strict=True)
        ]
        await _show(update, context, _choice_screen(translator, buttons, wanted, is_top=not path))
        return
    sections = shop.prices.lists.of_category(category_id, context.viewer)
    parent = path[-1].parent_id or 0
    is_only = len(catalogue.children(path[-1].parent_id)) == 1
    up = ListPrices(0 if is_only or len(path) == 1 else parent)
    screen = _list_screen(
        context, sections, wanted.page, lambda at: ListPrices(wanted.category_id, at), up
    )
    await _show(update, context, screen)


def _choice_screen(
    translator: Translator,
    buttons: Sequence[InlineButton],
    wanted: ListPrices,
    *,
    is_top: bool,
) -> Screen:
    pages = paged(buttons)
    page = min(max(wanted.page, 0), len(pages) - 1)
    up: Row = [home(translator)] if is_top else [back(translator, ListPrices())]
    text = translator.gettext(
        "Your price list: of what? You can type it, too, such as /price tsel."
    )
    markup = keyboard(
        *pages[page], pager(page, len(pages), lambda at: ListPrices(wanted.category_id, at)), up
    )
    return text, markup


def _list_screen(
    context: ShopContext,
    sections: Sequence[PriceSection],
    page: int,
    opens: Callable[[int], Button],
    up: Button,
) -> Screen:
    """Return a page of a price list; what it says is complete without the buttons."""
    translator = context.translator
    pages = _pages(sections)
    page = min(max(page, 0), len(pages) - 1)
    text = translator.gettext("Nothing of this can be bought just now.")
    if pages[page]:
        text = _page_text(context, pages[page], page, len(pages))
    markup = keyboard(
        pager(page, len(pages), opens),
        [shop_in_new_message(translator), back(translator, up)],
    )
    return text, markup


def _page_text(context: ShopContext, entries: Sequence[Entry], page: int, pages: int) -> str:
    translator = context.translator
    head = translator.gettext("Prices of {shop}, {day}").format(
        shop=bold(context.settings.shop_name), day=translator.day(context.shop.clock.now())
    )
    parts: list[str] = [lines(head, page_text(translator, page, pages))]
    for section in dict.fromkeys(section for section, _ in entries):
        title = trail_text(translator, section.path)
        priced = [product for one, product in entries if one is section]
        rows = (_row(translator, one) for one in priced)
        parts.append(lines(bold(_cut(title)), *rows))
    example = next((priced.code for _, priced in entries if priced.code), "")
    if example:
        how = translator.gettext("Buy by typing the code and the number: {code} 081234567890")
        parts.append(how.format(code=example))
    return paragraphs(*parts)


def _row(translator: Translator, priced: PricedProduct) -> str:
    name = _cut(listing_name(translator, priced.product.listing))
    return dotted(priced.code, escaped(name), translator.money(priced.price))


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME else in_pieces(name, MAX_NAME)


def _pages(sections: Sequence[PriceSection]) -> list[list[Entry]]:
    """Return the products of each page, at least one page; the title of a brand takes a line."""
    pages: list[list[Entry]] = [[]]
    used = 0
    for section in sections:
        is_titled = False
        for priced in section.products:
            if used + 1 + (not is_titled) > LINES_PER_PAGE:
                pages.append([])
                used, is_titled = 0, False
            used += 1 + (not is_titled)
            is_titled = True
            pages[-1].append((section, priced))
    return pages


async def _say_empty(update: Update, context: ShopContext) -> None:
    text = nothing_on_sale(context.translator)
    if update.callback_query is not None:
        await alert(update, context, text)
        return
    await show_new(update, context, text, keyboard([home(context.translator)]))


async def _show(update: Update, context: ShopContext, screen: Screen) -> None:
    await (show if update.callback_query is not None else show_new)(update, context, *screen)
