"""Search results: their pages, and the other offers of the products found."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.services.catalogue.search import SearchResult
from handlers.catalogue.buttons import Find, FindSources
from handlers.catalogue.search_texts import choose_product, found_text, nothing_found
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.kept_screens import kept_screen
from handlers.ui.keyboards import (
    Row,
    Screen,
    button,
    home,
    keyboard,
    paged,
    pager,
    shop_in_new_message,
)
from handlers.ui.offers import (
    group_offers,
    hide_sources_label,
    nothing_on_sale,
    offer_buttons,
    offer_labels,
    sources_label,
    sources_text,
    spelled_out_on,
    spelled_out_text,
)
from handlers.ui.opening import with_opening
from handlers.ui.product_names import short_search, whole_name
from handlers.ui.replies import alert, show


async def show_found(update: Update, context: ShopContext) -> None:
    """Show a page of the results, from the current catalogue."""
    await _show_page(update, context, pressed(update, Find))


async def show_found_sources(update: Update, context: ShopContext) -> None:
    """Show a page of the other offers of the products found."""
    await _show_page(update, context, pressed(update, FindSources))


def search_screen(
    translator: Translator, found: SearchResult, wanted: Find | FindSources, *, has_codes: bool
) -> Screen:
    """Return a page of search results; `has_codes`: with the service codes, for an admin."""
    sources = group_offers(found.offers, whole_name, with_all=has_codes)
    is_sources = isinstance(wanted, FindSources) and bool(sources.others)
    shown = sources.others if is_sources else [*sources.first, *sources.empty]
    labels = offer_labels(translator, shown, whole_name, with_code=is_sources and has_codes)
    pages = paged(offer_buttons(shown, labels.of))
    page = min(max(wanted.page, 0), len(pages) - 1)
    kind = FindSources if is_sources else Find
    choose = (
        sources_text(translator, has_codes=has_codes) if is_sources else choose_product(translator)
    )
    text = paragraphs(
        found_text(translator, found, wanted.query, page, len(pages)),
        choose,
        spelled_out_text(spelled_out_on(pages[page], labels.spelled_out)),
    )
    return text, keyboard(
        *pages[page],
        pager(page, len(pages), lambda number: kind(number, wanted.query)),
        _sources_row(
            translator,
            len(sources.others),
            wanted.query,
            is_sources=is_sources,
            has_codes=has_codes,
        ),
        [shop_in_new_message(translator), home(translator)],
    )


def kept_search_screen(context: ShopContext, wanted: Find | FindSources) -> Screen:
    """Return a page of the results of `wanted.query` for the sender, if possible a kept one."""
    translator, shop, is_staff = context.translator, context.shop, context.is_staff
    return kept_screen(
        context,
        wanted,
        lambda: search_screen(
            translator, shop.search.search(wanted.query, context.viewer), wanted, has_codes=is_staff
        ),
    )


def no_results(context: ShopContext) -> str:
    """Return that nothing was found, or that there is no list of products yet."""
    if context.shop.browse.fetched_at is None:
        return nothing_on_sale(context.translator)
    return nothing_found(context.translator)


async def _show_page(update: Update, context: ShopContext, wanted: Find | FindSources) -> None:
    query = short_search(wanted.query)
    found = context.shop.search.search(query, context.viewer)
    if not found.offers:
        await alert(update, context, no_results(context))
        return
    shown = kept_search_screen(context, replace(wanted, query=query))
    await show(update, context, *await with_opening(context, shown))


def _sources_row(
    translator: Translator, others: int, query: str, *, is_sources: bool, has_codes: bool
) -> Row:
    """Return the button that opens the other offers, or goes back from them."""
    if is_sources:
        return [button(hide_sources_label(translator, has_codes=has_codes), Find(0, query))]
    label = sources_label(translator, others, has_codes=has_codes)
    return [button(label, FindSources(0, query))] if others else []
