"""What is typed unasked: a number to buy for, or words to look for."""

from __future__ import annotations

from telegram import Update

from handlers.context import ShopContext
from handlers.help import say_unknown_message
from handlers.number import offer_for


async def take_typed(update: Update, context: ShopContext) -> None:
    """Offer what goes to the number in a text; else say what would be understood."""
    text = "" if update.message is None else update.message.text or ""
    if not await offer_for(update, context, text):
        await say_unknown_message(update, context)
