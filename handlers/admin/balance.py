"""The shop's money: /balance, as admins see it."""

from __future__ import annotations

from telegram import Update

from handlers.admin_keyboards import balance_keyboard
from handlers.context import ShopContext, customer_of
from handlers.screens import show_anew
from handlers.texts.admin_money import shop_balance_text


async def balance(update: Update, context: ShopContext) -> None:
    """Show what is at the supplier, what customers own, and today's sales: /balance."""
    report = await context.shop.admin.balance(customer_of(update))
    text = shop_balance_text(context.words, report)
    await show_anew(update, context, text, balance_keyboard(context.words))
