"""The help: how the shop works."""

from __future__ import annotations

from telegram import Update

from bot.domain.staff import Right
from handlers.account.texts import admin_help_text, help_text
from handlers.ui.context import ShopContext
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import copy_id, home, keyboard, languages_row, shop_here, top_up
from handlers.ui.replies import show


async def show_help(update: Update, context: ShopContext) -> None:
    """Show the help, on the pressed message or in a new one: /help."""
    translator, shop, user_id = context.translator, context.shop, context.actor.telegram_id
    has_languages = len(shop.languages.offered) > 1
    text = help_text(translator, context.settings, user_id, has_languages=has_languages)
    if context.is_staff:
        rights = [right for right in Right if context.may(right)]
        text = paragraphs(text, admin_help_text(translator, rights))
    markup = keyboard(
        [shop_here(translator), top_up(translator)],
        copy_id(translator, user_id),
        languages_row(translator, shop.languages),
        [home(translator)],
    )
    await show(update, context, text, markup)
