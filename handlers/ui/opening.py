"""A shop that is paused: said wherever buying begins, with the button that tells when it opens."""

from __future__ import annotations

import structlog
from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError

from bot.domain.reopening import Opening
from handlers.ui.buttons import AskReopening, ForgetReopening, pack
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import Words
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


def opening_text(words: Words, opening: Opening) -> str:
    """Return what stands above every screen that sells; empty while the shop is open."""
    _ = words.gettext
    if opening.is_paused:
        title = _("The shop is taking a break.")
        return lines(
            f"⏸ {bold(title)}",
            _("No orders are taken just now."),
            f"💬 {escaped(opening.note)}" if opening.note else "",
            _("🔔 We will write to you as soon as it opens.") if opening.is_awaited else "",
        )
    if opening.is_slow:
        return _(
            "⏳ Orders take longer than usual just now. You can order: it is sent as soon as it "
            "can be, and if it is cancelled your money comes back."
        )
    return ""


def shop_paused(words: Words, note: str) -> str:
    """Return what pops up for a button that buys: no orders are taken for now, and why."""
    text = words.gettext("The shop is taking a break. Please try again once it is open.")
    return lines(text, f"💬 {note}" if note else "")
