"""Browsing the levels of the catalogue, page by page, on one message."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from handlers.ui.buttons import ButtonError, Open, OpenFor
from handlers.ui.catalogue_screen import level_screen, open_catalogue
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.offers import nothing_on_sale
from handlers.ui.opening import with_opening
from handlers.ui.replies import alert, show


async def show_catalogue(update: Update, context: ShopContext) -> Literal[Step.PRODUCT] | None:
    """Show the top of the catalogue in a new message: /order, or a button on a kept message."""
    return await open_catalogue(update, context, Open(), in_new_message=True, is_first_act=True)


async def open_level(update: Update, context: ShopContext) -> Literal[Step.PRODUCT] | None:
    """Show a level of the catalogue on the pressed message."""
    return await open_catalogue(update, context, pressed(update, Open), is_first_act=True)


async def open_level_for(update: Update, context: ShopContext) -> None:
    """Show a level of the catalogue for a known number; no dialog is opened."""
    wanted = pressed(update, OpenFor)
    kind = DestinationKind.METER if wanted.is_meter else DestinationKind.PHONE
    if not is_normalised(kind, wanted.number):
        # The number of a forged button could be too long for the buttons of the level.
        raise ButtonError
    try:
        shown = level_screen(context, wanted)
    except ProductUnavailableError:
        await alert(update, context, nothing_on_sale(context.translator))
        return
    await show(update, context, *await with_opening(context, shown))
