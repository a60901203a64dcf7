"""A shop that is paused: said wherever buying begins, with the button that tells when it opens."""

from __future__ import annotations

import structlog
from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError

from handlers.notices.reopening_texts import (
    is_open_text,
    opening_text,
    promised,
    shop_paused,
    taken_back,
)
from handlers.ui.buttons import AskReopening, ForgetReopening, pack
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import Row, keyboard, reopening_row
from handlers.ui.replies import answer

log = structlog.get_logger(__name__)

Screen = tuple[str, InlineKeyboardMarkup]


async def with_opening(update: Update, context: ShopContext, screen: Screen) -> Screen:
    """Return a screen on which buying begins, below what is in the way of it, if something is."""
    words, (text, markup) = context.words, screen
    opening = await context.shop.reopening.opening(customer_of(update))
    row = [] if context.is_admin else reopening_row(words, opening)
    rows = (list(one) for one in markup.inline_keyboard)
    return paragraphs(opening_text(words, opening), text), keyboard(row, *rows)


async def say_paused(update: Update, context: ShopContext) -> None:
    """Say that a button buys nothing now; its screen stays, with the way to be told."""
    words = context.words
    opening = await context.shop.reopening.opening(customer_of(update))
    await answer(update, context, shop_paused(words, opening.note), is_alert=True)
    if not context.is_admin:
        await _change(update, context, reopening_row(words, opening))


async def ask_reopening(update: Update, context: ShopContext) -> None:
    """Remember that somebody wants to be told when the shop opens; the pressed screen stays."""
    words = context.words
    opening = await context.shop.reopening.ask(customer_of(update))
    if opening.is_paused:
        await answer(update, context, promised(words))
    else:
        await answer(update, context, is_open_text(words), is_alert=True)
    await _change(update, context, reopening_row(words, opening))


async def forget_reopening(update: Update, context: ShopContext) -> None:
    """Tell somebody nothing after all; the pressed screen stays."""
    words = context.words
    opening = await context.shop.reopening.forget(customer_of(update))
    await answer(update, context, taken_back(words))
    await _change(update, context, reopening_row(words, opening))


async def _change(update: Update, context: ShopContext, row: Row) -> None:
    """Put a row in the place of the pressed screen's own one, else above its other buttons."""
    query = update.callback_query
    message = None if query is None else query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return  # A month-old message: Telegram does not say what stands on it.
    shown = [list(one) for one in message.reply_markup.inline_keyboard]
    rows = [one for one in shown if not _is_ours(one)]
    try:
        await context.bot.edit_message_reply_markup(
            chat_id=message.chat.id,
            message_id=message.message_id,
            reply_markup=keyboard(row, *rows),
        )
    except TelegramError as error:
        # What was pressed is done, and each button carries its whole meaning.
        log.debug("screen keeps its buttons", cause=str(error))


def _is_ours(row: Row) -> bool:
    return len(row) == 1 and row[0].callback_data in (pack(AskReopening()), pack(ForgetReopening()))
