"""Browsing: the levels of the catalogue, page by page, on one message."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.catalogue import CategoryId
from bot.domain.customer import Step
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.errors import ProductUnavailableError
from handlers.catalogue.catalogue_screen import screen
from handlers.catalogue.texts import nothing_on_sale
from handlers.ui.buttons import ButtonError, Open, OpenFor
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import home, keyboard
from handlers.ui.opening import with_opening
from handlers.ui.replies import answer, show, show_anew


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
    shown = screen(words, browse, level, wanted, has_codes=context.is_admin)
    await show(update, context, *await with_opening(update, context, shown))


async def _open(
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
        return await _open(update, context, Open(), is_anew=is_anew)
    if update.callback_query is None:
        await show_anew(update, context, text, keyboard([home(context.words)]))
    return None
