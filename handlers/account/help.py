"""The help: how the shop works."""

from __future__ import annotations

from telegram import Update

from handlers.account.texts import help_text, staff_help_text
from handlers.ui.context import ShopContext
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import copy_id, home, keyboard, languages_row, shop_here, top_up
from handlers.ui.replies import show


async def show_help(update: Update, context: ShopContext) -> None:
    """Show the help, on the pressed message or in a new one: /help."""
    translator, shop, user_id = context.translator, context.shop, context.actor.telegram_id
    text = help_text(translator, context.settings.shop_name, context.settings.shop_contact, user_id)
    if context.is_staff:
        text = paragraphs(text, staff_help_text(translator, context.may))
    markup = keyboard(
        [shop_here(translator), top_up(translator)],
        copy_id(translator, user_id),
        languages_row(translator, shop.languages),
        [home(translator)],
    )
    await show(update, context, text, markup)
