"""Replies to updates that no other handler takes: old buttons, unknown commands, stickers."""

from __future__ import annotations

from telegram import Update

from handlers.ui.context import ShopContext
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import keyboard, shop_in_new_message
from handlers.ui.replies import alert, show_new


async def say_old_button(update: Update, context: ShopContext) -> None:
    """Answer a button that this version cannot decode."""
    text = context.translator.gettext(
        "This button is from an older version. Please begin again with /start."
    )
    await alert(update, context, text)


async def say_unknown_command(update: Update, context: ShopContext) -> None:
    """Answer a command that does not exist."""
    translator = context.translator
    text = translator.gettext("There is no such command. /help shows what there is.")
    await show_new(update, context, text, keyboard([shop_in_new_message(translator)]))


async def say_unknown_message(update: Update, context: ShopContext) -> None:
    """Answer an unexpected text, photo, sticker or the like."""
    translator = context.translator
    text = translator.gettext("Press the button to shop, or see /help for what else there is.")
    if is_unreadable(update):
        text = cannot_read(translator)
    await show_new(update, context, text, keyboard([shop_in_new_message(translator)]))


async def say_unreadable(update: Update, context: ShopContext) -> bool:
    """Reply that a sticker, voice message or the like cannot be read; return whether it was one.

    The caller then repeats the question of its step, if it has one.
    """
    if not is_unreadable(update):
        return False
    await show_new(update, context, cannot_read(context.translator))
    return True


def is_unreadable(update: Update) -> bool:
    """Return whether a message is neither a text nor a contact nor a picture."""
    message = update.message
    if message is None or message.text or message.photo or message.contact:
        return False
    kind = "" if message.document is None else message.document.mime_type or ""
    return not kind.startswith("image/")


def cannot_read(translator: Translator) -> str:
    """Return the answer to a voice message, sticker, video or the like."""
    return translator.gettext("Sorry, we can only read text and photos.")
