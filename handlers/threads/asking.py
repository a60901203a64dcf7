"""The message that asks for a text or a file, and asks again after one that cannot be sent."""

from __future__ import annotations

from telegram import Update

from handlers.ui.context import ShopContext
from handlers.ui.keyboards import cancel_button, keyboard
from handlers.ui.replies import remove_buttons, show_new


async def ask(update: Update, context: ShopContext, text: str) -> None:
    """Send the question of the step in a new message, and store which message it is."""
    shown_id = await show_new(update, context, text, keyboard([cancel_button(context.translator)]))
    await context.shop.dialogs.set_message(context.customer_id, shown_id)


async def ask_again(update: Update, context: ShopContext, problem: str) -> None:
    """Say why a message cannot be sent; the step goes on with this one."""
    dialog = context.dialog_at_arrival
    await remove_buttons(update, context, None if dialog is None else dialog.message_id)
    await ask(update, context, problem)
