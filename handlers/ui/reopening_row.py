"""The reminder row of a paused shop, replaced on the pressed screen."""

from __future__ import annotations

from telegram import Message, Update
from telegram.error import TelegramError

from handlers.ui.buttons import AskReopening, ForgetReopening, pack
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, keyboard, reopening_row
from handlers.ui.opening import log
from handlers.ui.replies import answer


async def say_paused(update: Update, context: ShopContext) -> None:
    """Say that a button buys nothing now; its screen stays, with the way to be told."""
    words = context.words
    opening = await context.shop.reopening.opening(customer_of(update))
    await answer(update, context, shop_paused(words, opening.note), is_alert=True)
    if not context.is_admin:
        await replace_reopening_row(update, context, reopening_row(words, opening))


async def replace_reopening_row(update: Update, context: ShopContext, row: Row) -> None:
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


def shop_paused(words: Translator, note: str) -> str:
    """Return what pops up for a button that buys: no orders are taken for now, and why."""
    text = words.gettext("The shop is taking a break. Please try again once it is open.")
    return lines(text, f"💬 {note}" if note else "")
