"""Replies to an update that no handler expects: an old button, an unknown command, a sticker."""

from __future__ import annotations

from telegram import Update

from handlers.ui.context import ShopContext
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    keyboard,
    shop_anew,
)
from handlers.ui.replies import answer, show_anew


def cannot_read(words: Translator) -> str:
    """Return the answer to a voice message, a sticker, a video and the like."""
    return words.gettext("Sorry, we can only read text and photos.")


def unknown_command(words: Translator) -> str:
    """Return the answer to a command that there is not."""
    return words.gettext("There is no such command. /help shows what there is.")


def unknown_text(words: Translator) -> str:
    """Return the answer to something typed that nobody asked for."""
    return words.gettext("Press the button to shop, or see /help for what else there is.")


def old_button(words: Translator) -> str:
    """Return the answer to a button that this version does not know."""
    return words.gettext("This button is from an older version. Please begin again with /start.")


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
