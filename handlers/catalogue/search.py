"""What is typed unasked: a number to buy for, or words to look for; and /search."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardMarkup, Update

from bot.domain.destination import DestinationKind
from bot.domain.typed_input.phone_number import NumberError, read_number
from bot.domain.typed_input.phone_number_letters import LEAST_DIGITS
from bot.domain.typed_text import visible
from bot.services.catalogue.search import Found
from handlers.buying.by_number import offer_for
from handlers.catalogue.catalogue_screen import offer_buttons, spelled_out_on
from handlers.catalogue.search_texts import (
    choose_product,
    found_text,
    game_first,
    greeting,
    nothing_found,
    number_too_short,
    what_to_search,
    you_are_welcome,
)
from handlers.catalogue.texts import (
    hide_sources_label,
    sources_label,
    sources_text,
    spelled_out_text,
)
from handlers.orders.orders import is_order_number, show_named_order
from handlers.typed_input.questions import answer_question
from handlers.typed_input.text_commands import is_greeting, is_thanks, spoken_command
from handlers.ui.buttons import Find, FindSources
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Words
from handlers.ui.keyboards import Row, button, home, keyboard, paged, pager, shop_anew
from handlers.ui.offer_grouping import grouped
from handlers.ui.offer_labels import offer_labels
from handlers.ui.opening import with_opening
from handlers.ui.product_names import short_query, whole_name
from handlers.ui.replies import answer, show, show_anew

LONGEST_QUERY_BYTES: Final = 48
"""So much fits into the buttons that turn the pages."""
LONGEST_SAID: Final = 80
"""In a longer text nobody's name is looked for."""
NUMBERS: Final = frozenset({DestinationKind.PHONE, DestinationKind.METER})
"""What can be bought for as soon as it is known."""
_PART_OF_NUMBER: Final = re.compile(r"(?:\+62|62(?=[\s.-]*8)|0)(?:[\s.-]*[0-9]){3,8}", re.ASCII)
_GAME_ID: Final = re.compile(
    r"\W*(?:u\s?id|(?:user|player)\s?id|id\s?game|game\s?id)(?:-?nya)?[\W\d]*\d[\W\d]*"
    r"|[1-9]\d{5,9}\s*\(\d{4,5}\)",
    re.ASCII | re.IGNORECASE,
)
"""An account of a game, by its label or its zone in brackets: no phone and no meter has either."""
Screen = tuple[str, InlineKeyboardMarkup]


async def take_typed(update: Update, context: ShopContext) -> None:
    """Offer what goes to the number in a text, or what its words name; or do what they say."""
    text = "" if update.message is None else update.message.text or ""
    command = spoken_command(text)
    if command is not None:
        await command(update, context)
    elif not await show_named_order(update, context, text) and not await answer_question(
        update, context
    ):
        await _offer(update, context, text)


async def with_saved(
    update: Update, context: ShopContext, text: str, *, is_all: bool = False
) -> str:
    """Return a text with the customer's own number in place of the name that it is saved under.

    `is_all`: only where the text is that name and nothing else, as it has to be for a name that
    is one of our products' too.
    """
    said = " ".join(text.split())
    has_number = sum(map(str.isdigit, said)) >= LEAST_DIGITS
    if has_number or len(said) > LONGEST_SAID or not any(map(str.isalpha, said)):
        return text
    numbers = await context.shop.saved_numbers.all(customer_of(update))
    for one in sorted(numbers, key=lambda one: -len(one.name)):
        if one.kind not in NUMBERS or not any(map(str.isalpha, one.name)):
            continue
        if said.casefold() == one.name.casefold():
            return one.destination
        named = re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)", re.IGNORECASE)
        if not is_all and named.search(said) and not context.shop.search.is_named(one.name):
            # Lines keep an amount apart from it. It is of digits only, so no escape for `sub`.
            return named.sub(f"\n{one.destination}\n", said, count=1)
    return text


async def search_command(update: Update, context: ShopContext) -> None:
    """Look for a product: /search tsel 10."""
    text = " ".join(context.args or [])
    if not text:
        words = context.words
        await show_anew(update, context, what_to_search(words), _ways(words))
    else:
        await _offer(update, context, text)


async def _offer(update: Update, context: ShopContext, text: str) -> None:
    if _GAME_ID.fullmatch(visible(text).strip()):
        await show_anew(update, context, game_first(context.words), _ways(context.words))
        return
    text = await with_saved(update, context, text)
    if not await offer_for(update, context, text):
        await _search(update, context, text)


async def show_found(update: Update, context: ShopContext) -> None:
    """Show a page of what was found, as it is now."""
    await _turn(update, context, pressed(update, Find))


async def show_found_sources(update: Update, context: ShopContext) -> None:
    """Show the other sources of what was found."""
    await _turn(update, context, pressed(update, FindSources))


async def _turn(update: Update, context: ShopContext, wanted: Find | FindSources) -> None:
    words = context.words
    query = _short(wanted.query)
    found = context.shop.search.look(query)
    if not found.offers:
        await answer(update, context, nothing_found(words), is_alert=True)
        return
    shown = _screen(words, found, replace(wanted, query=query), has_codes=context.is_admin)
    await show(update, context, *await with_opening(update, context, shown))


def is_wish(context: ShopContext, text: str) -> bool:
    """Tell whether a text has words that say what somebody wants: a product, or a command."""
    if not any(character.isalpha() for character in text):
        return False
    is_command = spoken_command(text) is not None or is_order_number(text)
    found = context.shop.search.look(_short(text))
    return is_command or (bool(found.offers) and found.has_rest and found.is_mostly_known)


async def _search(update: Update, context: ShopContext, text: str) -> None:
    words, query = context.words, _short(_wish(context, text))
    found = context.shop.search.look(query)
    no_product = _no_product(words, text)
    if no_product is not None or not found.offers:
        screen = no_product or nothing_found(words), _ways(words)
    else:
        screen = _screen(words, found, Find(0, query), has_codes=context.is_admin)
    await show_anew(update, context, *await with_opening(update, context, screen))


def _no_product(words: Words, text: str) -> str | None:
    """Return the answer to what is surely no product: small talk, or a part of a number."""
    if is_greeting(text):
        return greeting(words)
    if is_thanks(text):
        return you_are_welcome(words)
    return number_too_short(words) if _PART_OF_NUMBER.fullmatch(visible(text).strip()) else None


def _wish(context: ShopContext, text: str) -> str:
    """Return what to look for: of a text with a number only what stands beside that."""
    try:
        number = read_number(text, context.shop.rules.profile.prefixes)
    except NumberError:
        return text
    named = None if number is None else context.shop.search.beside(text, number)
    return text if named is None else named.query


def _short(text: str) -> str:
    return short_query(text, LONGEST_QUERY_BYTES)


def _screen(words: Words, found: Found, wanted: Find | FindSources, *, has_codes: bool) -> Screen:
    """Return a page of what was found; `has_codes`: for an admin."""
    sources = grouped(found.offers, whole_name, with_all=has_codes)
    is_sources = isinstance(wanted, FindSources) and bool(sources.others)
    shown = sources.others if is_sources else [*sources.first, *sources.empty]
    labels = offer_labels(words, shown, whole_name, with_code=is_sources and has_codes)
    pages = paged(offer_buttons(shown, labels.of))
    page = min(max(wanted.page, 0), len(pages) - 1)
    kind = FindSources if is_sources else Find
    turns = ((number, kind(number, wanted.query)) for number in range(len(pages)))
    choose = sources_text(words, has_codes=has_codes) if is_sources else choose_product(words)
    text = paragraphs(
        found_text(words, found, wanted.query, page, len(pages)),
        choose,
        spelled_out_text(spelled_out_on(pages[page], labels.spelled_out)),
    )
    return text, keyboard(
        *pages[page],
        pager(page, len(pages), turns),
        _view(words, len(sources.others), wanted.query, is_sources=is_sources, has_codes=has_codes),
        [shop_anew(words), home(words)],
    )


def _view(words: Words, others: int, query: str, *, is_sources: bool, has_codes: bool) -> Row:
    """Return the way to the other offers of what was found, or back."""
    if is_sources:
        return [button(hide_sources_label(words, has_codes=has_codes), Find(0, query))]
    label = sources_label(words, others, has_codes=has_codes)
    return [button(label, FindSources(0, query))] if others else []


def _ways(words: Words) -> InlineKeyboardMarkup:
    return keyboard([shop_anew(words), home(words)])
