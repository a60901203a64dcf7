"""What is typed unasked: a number to buy for, or words to look for; and /search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telegram import InlineKeyboardMarkup, Update

from bot.services.browse import Offer
from handlers.callback_data import Find, Pick
from handlers.context import ShopContext
from handlers.i18n import Words
from handlers.keyboards import PER_PAGE, button, home, keyboard, page_count, pager, shop_anew
from handlers.number import offer_for
from handlers.routes import pressed
from handlers.screens import answer, show, show_anew
from handlers.spoken import spoken_command
from handlers.texts.catalogue import offer_labels, whole_name
from handlers.texts.names import spaced
from handlers.texts.search import found_text, nothing_found, what_to_search

LONGEST_QUERY_BYTES: Final = 48
"""So much fits into the buttons that turn the pages."""
Screen = tuple[str, InlineKeyboardMarkup]


async def take_typed(update: Update, context: ShopContext) -> None:
    """Offer what goes to the number in a text, or what its words name; or do what they say."""
    text = "" if update.message is None else update.message.text or ""
    command = spoken_command(text)
    if command is not None:
        await command(update, context)
    elif not await offer_for(update, context, text):
        await _search(update, context, text)


async def search_command(update: Update, context: ShopContext) -> None:
    """Look for a product: /search tsel 10."""
    text = " ".join(context.args or [])
    if not text:
        words = context.words
        await show_anew(update, context, what_to_search(words), _ways(words))
    elif not await offer_for(update, context, text):
        await _search(update, context, text)


async def show_found(update: Update, context: ShopContext) -> None:
    """Show a page of what was found, as it is now."""
    wanted, words = pressed(update, Find), context.words
    query = _short(wanted.query)
    offers = context.shop.search.find(query)
    if not offers:
        await answer(update, context, nothing_found(words), is_alert=True)
        return
    await show(update, context, *_screen(words, offers, Find(wanted.page, query)))


def is_found(context: ShopContext, text: str) -> bool:
    """Tell whether a text has words, and something is called like that."""
    has_words = any(character.isalpha() for character in text)
    return has_words and bool(context.shop.search.find(_short(text)))


async def _search(update: Update, context: ShopContext, text: str) -> None:
    words, query = context.words, _short(text)
    offers = context.shop.search.find(query)
    if not offers:
        await show_anew(update, context, nothing_found(words), _ways(words))
        return
    await show_anew(update, context, *_screen(words, offers, Find(0, query)))


def _short(text: str) -> str:
    """Return the beginning of a text that fits into a button."""
    cut = spaced(text).encode()[:LONGEST_QUERY_BYTES]
    return cut.decode(errors="ignore").strip()


def _screen(words: Words, offers: Sequence[Offer], wanted: Find) -> Screen:
    pages = page_count(len(offers))
    page = min(max(wanted.page, 0), pages - 1)
    shown = offers[page * PER_PAGE : (page + 1) * PER_PAGE]
    labels = offer_labels(words, offers, whole_name)
    ids = [one.product.product_id for one in shown]
    rows = [[button(labels[product_id], Pick(product_id))] for product_id in ids]
    turns = ((number, Find(number, wanted.query)) for number in range(pages))
    return found_text(words, wanted.query, page, pages), keyboard(
        *rows, pager(page, pages, turns), [shop_anew(words), home(words)]
    )


def _ways(words: Words) -> InlineKeyboardMarkup:
    return keyboard([shop_anew(words), home(words)])
