"""Telegram's button that shares the customer's own phone number: shown on request, then removed."""

from __future__ import annotations

from typing import Final

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update

from handlers.saved_numbers.texts import share_button_removed_text, share_text
from handlers.ui.context import Data, ShopContext
from handlers.ui.number_picker import my_number
from handlers.ui.replies import answer, send_reply_keyboard

SHOWN_BY: Final = "keys"
"""The name in the chat data for the update that showed the button; 0: not shown."""


async def ask_own_number(update: Update, context: ShopContext) -> None:
    """Show Telegram's button that shares the customer's phone number; an open question stays."""
    translator = context.translator
    key = KeyboardButton(f"👤 {my_number(translator)}", request_contact=True)
    keys = ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
    await _save_shown_by(context, update.update_id)
    await send_reply_keyboard(update, context, share_text(translator), keys)
    await answer(update, context)


async def remove_share_button(update: Update, context: ShopContext) -> None:
    """Remove the button at the next update, because Telegram keeps showing it.

    A reply keyboard is removed only by a message (Bot API), which is sent before the answer.
    """
    chat_data = _chat_data(context)
    if SHOWN_BY not in chat_data:
        chat_data[SHOWN_BY] = await context.shop.saved_numbers.share_button_shown_by(
            context.customer_id
        )
    shown_by = chat_data[SHOWN_BY]
    if not shown_by or shown_by == update.update_id:
        return
    text = share_button_removed_text(context.translator)
    await send_reply_keyboard(update, context, text, ReplyKeyboardRemove())
    await _save_shown_by(context, 0)


async def _save_shown_by(context: ShopContext, shown_by: int) -> None:
    """Save which update showed the button; 0: it was removed.

    The database keeps it over a restart; the chat data saves a read at each update.
    """
    await context.shop.saved_numbers.record_share_button(context.customer_id, shown_by)
    _chat_data(context)[SHOWN_BY] = shown_by


def _chat_data(context: ShopContext) -> Data:
    assert context.chat_data is not None  # noqa: S101 - for the type checker: there is a chat
    return context.chat_data
