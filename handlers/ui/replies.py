"""Where screens are shown: on the pressed message, or below what was typed; and what pops up."""

from __future__ import annotations

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
LONGEST_ANSWER = 200
"""Telegram's limit for what pops up after a press."""


async def answer(
    update: Update, context: ShopContext, text: str = "", *, is_alert: bool = False
) -> None:
    """Stop the waiting sign of a pressed button, once; `text` pops up over the chat."""
    query = update.callback_query
    if query is None or context.is_answered:
        return
    context.is_answered = True
    try:
        # The library sends an empty text as "[]".
        await query.answer(_cut(text) or None, show_alert=is_alert)
    except TelegramError as error:
        log.debug("callback query not answered", cause=str(error))


async def show(
    update: Update,
    context: ShopContext,
    text: str,
    keyboard: InlineKeyboardMarkup | None = None,
    *,
    message_id: int | None = None,
) -> int | None:
    """Show a screen and return the id of its message; None when Telegram did not take it.

    Whoever presses sees the pressed message change; where that is gone, it is sent anew. Whoever
    types sees it below what they typed, and `message_id`, the screen that asked, loses its
    buttons. A network that fails is logged and not raised, so that what was written of the
    conversation stays true.
    """
    pressed_id = pressed_message_id(update)
    try:
        if pressed_id is not None and await _edited(update, context, pressed_id, text, keyboard):
            return pressed_id
        sent_id = await _sent(update, context, text, keyboard)
    except TelegramError as error:
        return _lost(update, error, pressed_id or message_id)
    finally:
        await answer(update, context)
    await take_buttons(update, context, message_id)
    return sent_id


async def show_anew(
    update: Update, context: ShopContext, text: str, keyboard: InlineKeyboardMarkup | None = None
) -> int | None:
    """Show a screen in a message of its own, so that the pressed one is kept."""
    try:
        return await _sent(update, context, text, keyboard)
    except TelegramError as error:
        return _lost(update, error, None)
    finally:
        await answer(update, context)


async def show_picture(
    update: Update,
    context: ShopContext,
    picture: bytes,
    caption: str,
    keyboard: InlineKeyboardMarkup | None = None,
) -> int | None:
    """Send a picture with its text below; where Telegram refuses it, the text alone.

    Returns the id of the message; None when Telegram did not take it.
    """
    chat_id = sender(update).id
    try:
        sent = await context.bot.send_photo(
            chat_id, picture, caption=caption, reply_markup=keyboard, filename="konter.png"
        )
    except BadRequest as error:
        log.warning("picture refused, sent as text", cause=error.message)
        return await _sent(update, context, caption, keyboard)
    except TelegramError as error:
        return _lost(update, error, None)
    finally:
        await answer(update, context)
    return sent.message_id


async def send_keys(
    update: Update, context: ShopContext, text: str, keys: ReplyKeyboardMarkup
) -> None:
    """Send a text with buttons in the place of the keyboard; a lost one is only logged."""
    try:
        await context.bot.send_message(sender(update).id, text, reply_markup=keys)
    except TelegramError as error:
        _lost(update, error, None)
    finally:
        await answer(update, context)


async def send_aside(
    update: Update, context: ShopContext, text: str, keys: ReplyKeyboardRemove
) -> None:
    """Send a text that changes the keyboard, before what is answered; a lost one is logged."""
    try:
        await context.bot.send_message(sender(update).id, text, reply_markup=keys)
    except TelegramError as error:
        _lost(update, error, None)


async def take_buttons(update: Update, context: ShopContext, message_id: int | None) -> None:
    """Take the buttons of a screen away that was answered below it; None: there is none."""
    if message_id is None:
        return
    try:
        await context.bot.edit_message_reply_markup(
            chat_id=sender(update).id, message_id=message_id
        )
    except TelegramError as error:
        # Each button carries its whole meaning, so one that stays does no harm.
        log.debug("old screen keeps its buttons", cause=str(error))


async def write_over(
    update: Update, context: ShopContext, message_id: int | None, text: str
) -> None:
    """Replace what an older message says, or what stands below its picture; its buttons go.

    A message that Telegram does not edit is left as it is. None: there is none.
    """
    if message_id is None:
        return
    chat_id = sender(update).id
    try:
        try:
            await context.bot.edit_message_caption(
                chat_id=chat_id, message_id=message_id, caption=text
            )
        except BadRequest:  # It has no picture.
            await context.bot.edit_message_text(text, chat_id=chat_id, message_id=message_id)
    except TelegramError as error:
        # Each button carries its whole meaning, so what stays does no harm.
        log.debug("old message not edited", cause=str(error))


def pressed_message_id(update: Update) -> int | None:
    """Return the id of the message whose button was pressed, if one was."""
    query: CallbackQuery | None = update.callback_query
    return None if query is None or query.message is None else query.message.message_id


def _cut(text: str) -> str:
    """Return what of a text may pop up; Telegram counts UTF-16 units, of which emoji take two."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_ANSWER]
    return units.decode("utf-16-le", "ignore")


async def _edited(
    update: Update,
    context: ShopContext,
    message_id: int,
    text: str,
    keyboard: InlineKeyboardMarkup | None,
) -> bool:
    """Edit a message; False when the screen has to be sent anew."""
    chat_id = sender(update).id
    try:
        await context.bot.edit_message_text(
            text, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
        )
    except BadRequest as error:
        if is_normal(error):
            return True
        log.info("screen not edited, sent anew", cause=error.message)
        return False
    return True


async def _sent(
    update: Update, context: ShopContext, text: str, keyboard: InlineKeyboardMarkup | None
) -> int:
    """Send a screen; as plain text, in parts, where Telegram refuses its markup or length."""
    chat_id = sender(update).id
    try:
        sent = await context.bot.send_message(chat_id, text, reply_markup=keyboard)
    except BadRequest as error:
        log.warning("screen refused, sent as plain text", cause=error.message)
    else:
        return sent.message_id
    *first, last = parts_of(plain(text))
    for part in first:
        await context.bot.send_message(chat_id, part, parse_mode=None)
    sent = await context.bot.send_message(chat_id, last, reply_markup=keyboard, parse_mode=None)
    return sent.message_id


def _lost(update: Update, error: TelegramError, shown_id: int | None) -> int | None:
    """Log that the network did not take a screen, at both tries; raise what is a fault of ours."""
    if not is_network(error):
        raise error
    number = incident_number(update)
    log.warning("telegram did not take a screen", incident=number, cause=str(error))
    return shown_id
