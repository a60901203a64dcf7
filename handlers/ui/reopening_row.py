"""Answers purchase buttons while the shop is paused, and updates the reopening button."""

from __future__ import annotations

import structlog
from telegram import Message, Update
from telegram.error import TelegramError

from bot.domain.reopening import ShopStatus
from handlers.ui.buttons import AskReopening, ForgetReopening, pack
from handlers.ui.context import ShopContext
from handlers.ui.html import lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, keyboard, reopening_row, rows_of
from handlers.ui.replies import alert

log = structlog.get_logger(__name__)


async def say_paused(update: Update, context: ShopContext) -> None:
    """Answer that a purchase button has no effect now; its screen stays.

    For customers the screen gets the button for the reopening notice.
    """
    translator = context.translator
    opening = await context.shop.reopening.opening(context.customer_id)
    await alert(update, context, shop_paused(translator, opening))
    if not context.is_staff:
        await replace_reopening_row(update, context, reopening_row(translator, opening))


async def replace_reopening_row(update: Update, context: ShopContext, row: Row) -> None:
    """Replace the reopening row of the pressed screen; without one, add `row` at the top."""
    query = update.callback_query
    message = None if query is None else query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return  # The message is too old: Telegram does not send its content.
    rows = [one for one in rows_of(message.reply_markup) if not _is_reopening_row(one)]
    try:
        await context.bot.edit_message_reply_markup(
            chat_id=message.chat.id,
            message_id=message.message_id,
            reply_markup=keyboard(row, *rows),
        )
    except TelegramError as error:
        # The press took effect, and outdated buttons still work.
        log.debug("reopening_row_not_replaced", cause=str(error))


def shop_paused(translator: Translator, opening: ShopStatus) -> str:
    """Return the callback answer of a closed shop, with the owner's note."""
    if opening.opens_at is not None:
        text = translator.gettext("The shop is closed now. It opens at {time}.")
        return text.format(time=translator.clock(opening.opens_at))
    if opening.is_new:
        return translator.gettext("The shop is not open yet. Please try again once it is.")
    note = opening.note
    text = translator.gettext("The shop is taking a break. Please try again once it is open.")
    return lines(text, f"💬 {note}" if note else "")


def _is_reopening_row(row: Row) -> bool:
    known = (pack(AskReopening()), pack(ForgetReopening()))
    return len(row) == 1 and row[0].get("callback_data") in known
