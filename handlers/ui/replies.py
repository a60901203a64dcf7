"""Shows screens in the chat, and answers callback queries.

A screen replaces the message whose button was pressed; after a typed text it is a new message.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import BadRequest, TelegramError

from handlers.ui.context import ShopContext, sender
from handlers.ui.html import parts_of, plain
from handlers.ui.telegram_errors import incident_number, is_network, is_normal

log = structlog.get_logger(__name__)
MAX_ANSWER_LENGTH = 200
"""Telegram's limit for a callback answer (Bot API, answerCallbackQuery), in UTF-16 units."""


async def answer(
    update: Update, context: ShopContext, text: str = "", *, is_alert: bool = False
) -> None:
    """Answer the callback query, once per update; `text` is shown over the chat.

    Without an answer Telegram shows the button as loading.
    """
    query = update.callback_query
    if query is None or context.is_answered:
        return
    context.is_answered = True
    try:
        # The library would send an empty text as "[]".
        await query.answer(_truncated(text) or None, show_alert=is_alert)
    except TelegramError as error:
        log.debug("callback_query_not_answered", cause=str(error))


@asynccontextmanager
async def _answered(update: Update, context: ShopContext) -> AsyncIterator[None]:
    """Answer the callback query, if that is still to be done, beside the calls of the block.

    Both have ended when the block is left, so the chat's next update does not overtake them.
    """
    if update.callback_query is None or context.is_answered:
        yield
        return
    answering = asyncio.create_task(answer(update, context))
    try:
        yield
    finally:
        await answering


async def alert(update: Update, context: ShopContext, text: str) -> None:
    """Answer the callback query with a text that the sender has to close."""
    await answer(update, context, text, is_alert=True)


async def show(
    update: Update,
    context: ShopContext,
    text: str,
    keyboard: InlineKeyboardMarkup | None = None,
    *,
    message_id: int | None = None,
) -> int | None:
    """Show a screen and return the id of its message; None if Telegram did not accept it.

    After a press the pressed message is edited; if Telegram does not edit it, the screen is sent.
    After a typed text the screen is sent, and `message_id`, the screen that asked, loses its
    buttons. A network failure is logged and not raised: the step is already stored, and an error
    message could not be delivered either.
    """
    pressed_id = pressed_message_id(update)
    try:
        async with _answered(update, context):
            if pressed_id is not None and await _edit_screen(
                update, context, pressed_id, text, keyboard
            ):
                return pressed_id
            sent_id = await _send_screen(update, context, text, keyboard)
    except TelegramError as error:
        return _log_lost(update, error, pressed_id or message_id)
    await remove_buttons(update, context, message_id)
    return sent_id


async def show_new(
    update: Update, context: ShopContext, text: str, keyboard: InlineKeyboardMarkup | None = None
) -> int | None:
    """Send a screen as a new message, so that the pressed one is kept."""
    try:
        async with _answered(update, context):
            return await _send_screen(update, context, text, keyboard)
    except TelegramError as error:
        return _log_lost(update, error, None)


async def show_step(
    update: Update,
    context: ShopContext,
    text: str,
    keyboard: InlineKeyboardMarkup,
    *,
    message_id: int | None,
) -> None:
    """Show the screen of a dialog's step as `show` does, and store which message shows it.

    `message_id` is the message that is stored already.
    """
    shown_id = await show(update, context, text, keyboard, message_id=message_id)
    if shown_id != message_id:
        await context.shop.dialogs.set_message(context.customer_id, shown_id)


async def show_new_step(
    update: Update, context: ShopContext, text: str, keyboard: InlineKeyboardMarkup
) -> None:
    """Send the screen of a dialog's step as a new message, and store which message shows it."""
    shown_id = await show_new(update, context, text, keyboard)
    await context.shop.dialogs.set_message(context.customer_id, shown_id)


async def show_picture(
    update: Update,
    context: ShopContext,
    picture: bytes,
    caption: str,
    keyboard: InlineKeyboardMarkup | None = None,
) -> int | None:
    """Send a picture with a caption; if Telegram refuses the picture, send the text alone.

    Returns the id of the message; None if Telegram did not accept it.
    """
    chat_id = sender(update).id
    try:
        sent = await context.bot.send_photo(
            chat_id, picture, caption=caption, reply_markup=keyboard, filename="konter.png"
        )
    except BadRequest as error:
        log.warning("picture_refused", cause=error.message)
        return await _send_screen(update, context, caption, keyboard)
    except TelegramError as error:
        return _log_lost(update, error, None)
    finally:
        await answer(update, context)
    return sent.message_id


async def show_document(
    update: Update, context: ShopContext, content: bytes, file_name: str
) -> None:
    """Send a file; what Telegram refuses or the network loses is logged, not raised."""
    try:
        await context.bot.send_document(sender(update).id, content, filename=file_name)
    except BadRequest as error:
        log.warning("document_refused", cause=error.message)
    except TelegramError as error:
        _log_lost(update, error, None)
    finally:
        await answer(update, context)


async def send_reply_keyboard(
    update: Update,
    context: ShopContext,
    text: str,
    keys: ReplyKeyboardMarkup | ReplyKeyboardRemove,
) -> None:
    """Send a text with a reply keyboard, or one that removes it; a callback stays unanswered.

    A network failure is logged, not raised.
    """
    try:
        await context.bot.send_message(sender(update).id, text, reply_markup=keys)
    except TelegramError as error:
        _log_lost(update, error, None)


async def remove_buttons(update: Update, context: ShopContext, message_id: int | None) -> None:
    """Remove the buttons of an older screen; does nothing for None."""
    if message_id is None:
        return
    try:
        await context.bot.edit_message_reply_markup(
            chat_id=sender(update).id, message_id=message_id
        )
    except TelegramError as error:
        # Buttons that stay do no harm: each holds everything that its handler needs.
        log.debug("old_buttons_not_removed", cause=str(error))


async def overwrite(
    update: Update, context: ShopContext, message_id: int | None, text: str
) -> None:
    """Replace the text or caption of an older message, and remove its buttons.

    A message that Telegram does not edit stays as it is. Does nothing for None.
    """
    if message_id is None:
        return
    chat_id = sender(update).id
    try:
        try:
            await context.bot.edit_message_caption(
                chat_id=chat_id, message_id=message_id, caption=text
            )
        except BadRequest:  # The message has no caption.
            await context.bot.edit_message_text(text, chat_id=chat_id, message_id=message_id)
    except TelegramError as error:
        # Buttons that stay do no harm: each holds everything that its handler needs.
        log.debug("old_message_not_edited", cause=str(error))


def pressed_message_id(update: Update) -> int | None:
    """Return the id of the message whose button was pressed, if any."""
    query: CallbackQuery | None = update.callback_query
    return None if query is None or query.message is None else query.message.message_id


def _truncated(text: str) -> str:
    """Truncate a text for a callback answer; emoji take two UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * MAX_ANSWER_LENGTH]
    return units.decode("utf-16-le", "ignore")


async def _edit_screen(
    update: Update,
    context: ShopContext,
    message_id: int,
    text: str,
    keyboard: InlineKeyboardMarkup | None,
) -> bool:
    """Edit a message; return False if the screen must be sent instead."""
    chat_id = sender(update).id
    try:
        await context.bot.edit_message_text(
            text, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
        )
    except BadRequest as error:
        if is_normal(error):
            return True
        log.info("screen_not_edited", cause=error.message)
        return False
    return True


async def _send_screen(
    update: Update, context: ShopContext, text: str, keyboard: InlineKeyboardMarkup | None
) -> int:
    """Send a screen; if Telegram refuses its markup or length, as plain text in parts."""
    chat_id = sender(update).id
    try:
        return await context.bot.send_text(chat_id, text, keyboard)
    except BadRequest as error:
        log.warning("screen_refused", cause=error.message)
    *first, last = parts_of(plain(text))
    for part in first:
        await context.bot.send_message(chat_id, part, parse_mode=None)
    sent = await context.bot.send_message(chat_id, last, reply_markup=keyboard, parse_mode=None)
    return sent.message_id


def _log_lost(update: Update, error: TelegramError, shown_id: int | None) -> int | None:
    """Log that a screen was lost to a network failure, and return `shown_id`; raise other errors.

    After a network error the rate limiter has already tried twice.
    """
    if not is_network(error):
        raise error
    number = incident_number(update)
    log.warning("screen_lost", incident=number, cause=str(error))
    return shown_id
