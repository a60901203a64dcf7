"""The help: how the shop works."""

from __future__ import annotations

from telegram import Update

from handlers.account.texts import admin_help_text, help_text
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import copy_id, home, keyboard, languages_row, shop_here, top_up
from handlers.ui.replies import show


async def show_help(update: Update, context: ShopContext) -> None:
    """Show the help, on the pressed message or in a new one: /help."""
    words, shop, user_id = context.words, context.shop, customer_of(update)
    text = help_text(words, shop.shop_name, shop.shop_contact, user_id)
    if context.is_admin:
        text = paragraphs(text, admin_help_text(words))
    markup = keyboard(
        [shop_here(words), top_up(words)],
        copy_id(words, user_id),
        languages_row(words, shop.languages),
        [home(words)],
    )
    await show(update, context, text, markup)
