"""Numbers and contacts that a customer sends: the products for them are offered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, Literal

from telegram import Update

from bot.domain.destination import DestinationKind
from bot.domain.typed_input.phone_number import NumberError, ParsedNumber, parse_number
from bot.domain.typed_input.phone_number_letters import MIN_DIGITS
from bot.services.catalogue.search import NumberSearch
from handlers.buying.by_number import number_products_screen, number_screen
from handlers.buying.number_texts import number_fault
from handlers.catalogue.search_texts import found_head
from handlers.typed_input.recognition import NUMBERS
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import Screen, shop_or_home
from handlers.ui.number_picker import take_shared
from handlers.ui.opening import with_opening
from handlers.ui.product_names import whole_name
from handlers.ui.replies import show_new

MAX_LENGTH_WITH_NAME: Final = 80
"""In characters. Names of saved numbers are not searched for in a longer text."""


async def take_contact_anywhere(update: Update, context: ShopContext) -> None:
    """Offer the products for the number of a shared contact."""
    try:
        phone = await take_shared(update, context)
    except NumberError as error:
        fault = number_fault(context.translator, error.fault)
        await show_new(update, context, fault, shop_or_home(context.translator))
        return
    await offer_for_number(update, context, phone, is_phone=True)


async def take_contact_instead(update: Update, context: ShopContext) -> Literal[-1]:
    """End the current step, which asks for something else, and offer the number's products."""
    await context.shop.dialogs.end(context.customer_id)
    await take_contact_anywhere(update, context)
    return END


async def offer_for_number(
    update: Update, context: ShopContext, text: str, *, is_phone: bool = False
) -> bool:
    """Offer the products for the number in a text; return False when there is no number in it.

    Also return False when its words name only products that cannot go to such a number: the
    caller searches for them.
    """
    translator = context.translator
    try:
        number = parse_number(text, context.shop.rules.profile.prefixes)
    except NumberError as error:
        await show_new(
            update, context, number_fault(translator, error.fault), shop_or_home(translator)
        )
        return True
    if number is None:
        return False
    named = context.shop.search.beside(text, number, context.viewer)
    if named is not None and named.kind is None:
        return False
    screen = None if named is None else _named_screen(context, number, named)
    shown = screen or number_screen(context, number, is_phone=is_phone)
    await show_new(update, context, *await with_opening(context, shown))
    return True


async def with_saved(context: ShopContext, text: str, *, is_all: bool = False) -> str:
    """Return a text with a saved number of the customer in place of its name.

    `is_all`: only when the text is the name and nothing else. A name that also names a product
    is never replaced within a longer text.
    """
    stripped = " ".join(text.split())
    has_number = sum(map(str.isdigit, stripped)) >= MIN_DIGITS
    if has_number or len(stripped) > MAX_LENGTH_WITH_NAME or not any(map(str.isalpha, stripped)):
        return text
    numbers = await context.shop.saved_numbers.all(context.customer_id)
    for one in sorted(numbers, key=lambda one: -len(one.name)):
        if one.kind not in NUMBERS or not any(map(str.isalpha, one.name)):
            continue
        if stripped.casefold() == one.name.casefold():
            return one.destination
        named = re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)", re.IGNORECASE)
        if not is_all and named.search(stripped) and not context.shop.search.is_named(one.name):
            # On its own line, the number does not merge with an amount. It has only digits, so
            # `sub` needs no escape.
            return named.sub(f"\n{one.destination}\n", stripped, count=1)
    return text


def _named_screen(context: ShopContext, number: ParsedNumber, named: NumberSearch) -> Screen | None:
    """Return the products that the words beside a number name; None when one is first anyway."""
    by_number, translator = context.shop.products_for_number, context.translator
    is_meter = named.kind is DestinationKind.METER
    find = by_number.meter if is_meter else by_number.phone
    products = find(number, context.viewer)
    if products is None or set(products.at_once[:1]) & set(named.result.offers):
        return None
    text, markup = number_products_screen(
        translator, replace(products, at_once=named.result.offers), name_of=whole_name
    )
    return paragraphs(found_head(translator, named.result, named.query), text), markup
