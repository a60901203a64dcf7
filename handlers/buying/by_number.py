"""A number sent at any time: what can be bought for it, with the number already filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.catalogue import Product, ProductId
from bot.domain.customer import Step
from bot.domain.destination import DestinationKind
from bot.domain.errors import DestinationError, ProductUnavailableError
from bot.domain.typed_input.phone_number import KnownNumber, NumberError, read_number
from bot.services.catalogue.products_for_number import Choice, Fitting
from bot.services.catalogue.search import Named
from handlers.buying.confirm import show_quote
from handlers.buying.number_texts import choice_label, fitting_text, number_fault, unclear_text
from handlers.buying.texts import quote_unknown
from handlers.catalogue.catalogue_screen import offer_buttons, spelled_out_on
from handlers.catalogue.restock import show_unavailable
from handlers.catalogue.search_texts import found_head
from handlers.catalogue.texts import spelled_out_text
from handlers.ui.buttons import Button, OpenFor, PickFor, ShowNumber, View, fits
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Words
from handlers.ui.keyboards import Row, button, home, keyboard, shop_anew, shop_here, side_by_side
from handlers.ui.number_picker import take_shared
from handlers.ui.offer_grouping import grouped
from handlers.ui.offer_labels import offer_labels
from handlers.ui.opening import with_opening
from handlers.ui.product_names import (
    BRANDS,
    TYPES,
    category_label,
    place_in,
    short_name,
    whole_name,
)
from handlers.ui.replies import answer, pressed_message_id, show, show_anew

AT_ONCE: Final = 12
"""How many products stand right below the kinds, at most,"""
ROWS_AT_ONCE: Final = 8
"""in so many rows."""
Screen = tuple[str, InlineKeyboardMarkup]


async def take_contact_anywhere(update: Update, context: ShopContext) -> None:
    """Offer what goes to the number of a contact that somebody shares unasked."""
    try:
        phone = await take_shared(update, context)
    except NumberError as error:
        fault = number_fault(context.words, error.fault)
        await show_anew(update, context, fault, _ways(context.words))
        return
    await offer_for(update, context, phone, is_phone=True)


async def take_contact_instead(update: Update, context: ShopContext) -> Literal[-1]:
    """Do the same where something else was asked for, which is then over."""
    await context.shop.dialogs.end(customer_of(update))
    await take_contact_anywhere(update, context)
    return END


async def offer_for(
    update: Update, context: ShopContext, text: str, *, is_phone: bool = False
) -> bool:
    """Offer what goes to the number in a text; False where there is none in it.

    Also where its words name only what goes to no such number: they are to be looked for.
    """
    words = context.words
    try:
        number = read_number(text, context.shop.rules.profile.prefixes)
    except NumberError as error:
        await show_anew(update, context, number_fault(words, error.fault), _ways(words))
        return True
    if number is None:
        return False
    named = context.shop.search.beside(text, number)
    if named is not None and named.kind is None:
        return False
    screen = None if named is None else _named_screen(context, number, named)
    shown = screen or _screen_of(context, number, is_phone=is_phone)
    await show_anew(update, context, *await with_opening(update, context, shown))
    return True


def is_phone(context: ShopContext, text: str) -> bool:
    """Tell whether a text is one phone number, whatever else was asked for."""
    try:
        number = read_number(text, context.shop.rules.profile.prefixes)
    except NumberError:
        return False
    return number is not None and number.phone is not None


async def show_number(update: Update, context: ShopContext) -> None:
    """Show what goes to a number, on the pressed message."""
    wanted, words = pressed(update, ShowNumber), context.words
    number = _known(wanted, context)
    fit = context.shop.fit
    fitting = None
    if number is not None:
        fitting = fit.meter(number) if wanted.is_meter else fit.phone(number)
    if fitting is None:
        await answer(update, context, quote_unknown(words), is_alert=True)
        return
    shown = await with_opening(update, context, _fitting_screen(words, fitting))
    await show(update, context, *shown)


async def pick_for(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.CONFIRM] | None:
    """Show the confirm screen for a product whose destination is known."""
    wanted, words = pressed(update, PickFor), context.words
    message_id = pressed_message_id(update)
    product_id = ProductId(wanted.product_id)
    try:
        quote = await context.shop.buy.quote_for(
            customer_of(update), product_id, wanted.destination, message_id
        )
    except ProductUnavailableError:
        return await show_unavailable(update, context, product_id, wanted.destination)
    except DestinationError:
        await answer(update, context, quote_unknown(words), is_alert=True)
        return None
    await show_quote(update, context, quote, message_id)
    return Step.CONFIRM


def _known(wanted: ShowNumber, context: ShopContext) -> KnownNumber | None:
    try:
        return read_number(wanted.number, context.shop.rules.profile.prefixes)
    except NumberError:
        return None


def _screen_of(context: ShopContext, number: KnownNumber, *, is_phone: bool) -> Screen:
    words, fit = context.words, context.shop.fit
    if number.is_unclear and not is_phone:
        return _unclear_screen(words, number)
    fitting = fit.phone(number) or fit.meter(number)
    assert fitting is not None  # noqa: S101 - for the type checker: a known number is one of both
    return _fitting_screen(words, fitting)


def _named_screen(context: ShopContext, number: KnownNumber, named: Named) -> Screen | None:
    """Return what the words beside a number name; None where that comes first anyway."""
    fit, words = context.shop.fit, context.words
    fitting = fit.meter(number) if named.kind is DestinationKind.METER else fit.phone(number)
    if fitting is None or set(fitting.at_once[:1]) & set(named.found.offers):
        return None
    text, markup = _fitting_screen(
        words, replace(fitting, at_once=named.found.offers), name_of=whole_name
    )
    return paragraphs(found_head(words, named.found, named.query), text), markup


def _unclear_screen(words: Words, number: KnownNumber) -> Screen:
    phone, meter = number.phone or "", number.meter or ""
    # Read again as it was sent: the number, and what it is for.
    worth = "" if number.nominal is None else f" {number.nominal}"
    as_phone = ShowNumber(is_meter=False, number=phone + worth)
    as_meter = ShowNumber(is_meter=True, number=meter + worth)
    return unclear_text(words, meter), keyboard(
        [button(words.gettext("📱 Phone"), as_phone)],
        [button(words.gettext("⚡ Electricity meter"), as_meter)],
        [home(words)],
    )


def _fitting_screen(
    words: Words, fitting: Fitting, name_of: Callable[[Product], str] = short_name
) -> Screen:
    """Return what is bought most for a number, and below it the kinds that fit."""
    several = len({choice.brand.name for choice in fitting.choices}) > 1
    choices = sorted(fitting.choices, key=_place)
    kinds = [
        button(
            choice_label(words, choice, with_brand=several),
            _open(fitting, choice.brand.category_id),
        )
        for choice in choices
    ]
    wallets = [
        button(category_label(words, one, 0), _open(fitting, one.category_id))
        for one in fitting.wallets
    ]
    rows, spelled_out = _at_once(words, fitting, name_of)
    return paragraphs(fitting_text(words, fitting), spelled_out_text(spelled_out)), keyboard(
        *rows, *side_by_side([*kinds, *wallets]), [*_ways_row(words)]
    )


def _at_once(
    words: Words, fitting: Fitting, name_of: Callable[[Product], str]
) -> tuple[list[Row], list[str]]:
    """Return rows of products, and in full what their buttons say only in part."""
    number = fitting.destination
    groups = grouped(fitting.at_once, name_of, across_subs=name_of is short_name)
    offers = [
        offer
        for offer in [*groups.first, *groups.empty][:AT_ONCE]
        if fits(PickFor(offer.product.product_id, number))
    ]
    # Where the number may be of several brands, or products are of several, each says its own.
    mains = {choice.brand.name for choice in fitting.choices}
    mains |= {offer.product.listing.main for offer in offers}
    labels = offer_labels(words, offers, whole_name if len(mains) > 1 else name_of)
    rows = side_by_side(offer_buttons(offers, labels.of, number))[:ROWS_AT_ONCE]
    return rows, spelled_out_on(rows, labels.spelled_out)


def _open(fitting: Fitting, category_id: int) -> Button:
    is_meter = fitting.kind is DestinationKind.METER
    return OpenFor(category_id, 0, View.SHELF, is_meter=is_meter, number=fitting.destination)


def _place(choice: Choice) -> tuple[int, str, int]:
    """Return where a kind stands: by its brand, then its type, each in the usual order."""
    brand = choice.brand.name
    return place_in(BRANDS, brand), brand, place_in(TYPES, choice.type.name)


def _ways(words: Words) -> InlineKeyboardMarkup:
    return keyboard([shop_anew(words), home(words)])


def _ways_row(words: Words) -> Row:
    return [shop_here(words), home(words)]
