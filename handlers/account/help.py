"""How the shop works, and what to do when nothing else fits what was written."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Update

from handlers.account.admin_help_texts import admin_help_text
from handlers.account.texts import help_text, old_button, unknown_command, unknown_text
from handlers.typed_input.questions_texts import cannot_read
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import (
    copy_id,
    home,
    keyboard,
    languages_row,
    shop_anew,
    shop_here,
    top_up,
)
from handlers.ui.replies import answer, show, show_anew


async def help_command(update: Update, context: ShopContext) -> None:
    """Tell how the shop works: /help."""
    await show_anew(update, context, *_help(update, context))


async def show_help(update: Update, context: ShopContext) -> None:
    """Tell how the shop works, on the pressed message."""
    await show(update, context, *_help(update, context))


def _help(update: Update, context: ShopContext) -> tuple[str, InlineKeyboardMarkup]:
    words, shop, user_id = context.words, context.shop, customer_of(update)
    text = help_text(words, shop.shop_name, shop.shop_contact, user_id)
    if context.is_admin:
        text = paragraphs(text, admin_help_text(words))
    return text, keyboard(
        [shop_here(words), top_up(words)],
        copy_id(words, user_id),
        languages_row(words, shop.languages),
        [home(words)],
    )


async def say_unknown_command(update: Update, context: ShopContext) -> None:
    """Answer a command that there is not."""
    words = context.words
    await show_anew(update, context, unknown_command(words), keyboard([shop_anew(words)]))


async def say_unknown_message(update: Update, context: ShopContext) -> None:
    """Answer something that nobody asked for: a text, a photo, a sticker."""
    words = context.words
    text = cannot_read(words) if is_unreadable(update) else unknown_text(words)
    await show_anew(update, context, text, keyboard([shop_anew(words)]))


async def say_unreadable(update: Update, context: ShopContext) -> bool:
    """Say that a sticker, a voice message and the like cannot be read; False for all else.

    What a step waits for is to be asked again after it.
    """
    if not is_unreadable(update):
        return False
    await show_anew(update, context, cannot_read(context.words))
    return True


def is_unreadable(update: Update) -> bool:
    """Tell whether a message is neither a text nor a contact nor a picture."""
    message = update.message
    if message is None or message.text or message.photo or message.contact:
        return False
    kind = "" if message.document is None else message.document.mime_type or ""
    return not kind.startswith("image/")


async def say_old_button(update: Update, context: ShopContext) -> None:
    """Answer a button that this version does not know."""
    await answer(update, context, old_button(context.words), is_alert=True)
