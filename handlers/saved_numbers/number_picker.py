"""Where a destination is asked for: the saved numbers that fit, and one's own."""

from __future__ import annotations

from typing import Final

from telegram import (
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from handlers.saved_numbers.texts import keys_gone_text, share_text
from handlers.ui.context import Data, ShopContext, customer_of
from handlers.ui.number_picker import my_number
from handlers.ui.replies import send_aside, send_keys

KEYS: Final = "keys"


async def ask_mine(update: Update, context: ShopContext) -> None:
    """Show Telegram's own button that shares one's phone number; what is waited for stays."""
    words = context.words
    key = KeyboardButton(f"👤 {my_number(words)}", request_contact=True)
    keys = ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
    await _note_keys(update, context, update.update_id)
    await send_keys(update, context, share_text(words), keys)


async def take_keys(update: Update, context: ShopContext) -> None:
    """Take that button away with whatever comes next: Telegram leaves it to the bot.

    It can only be done by a message of its own, which stands before the answer.
    """
    memory = _memory(context)
    if KEYS not in memory:
        memory[KEYS] = await context.shop.saved_numbers.share_button_shown_by(customer_of(update))
    shown_by = memory[KEYS]
    if not shown_by or shown_by == update.update_id:
        return
    await send_aside(update, context, keys_gone_text(context.words), ReplyKeyboardRemove())
    await _note_keys(update, context, 0)


async def _note_keys(update: Update, context: ShopContext, shown_by: int) -> None:
    """Note it also where a restart does not forget it; `KEYS` saves a look there each time."""
    await context.shop.saved_numbers.record_share_button(customer_of(update), shown_by)
    _memory(context)[KEYS] = shown_by


def _memory(context: ShopContext) -> Data:
    assert context.chat_data is not None  # noqa: S101 - for the type checker: there is a chat
    return context.chat_data
