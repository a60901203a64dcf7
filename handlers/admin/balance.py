"""/balance for admins: the shop's money."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Update

from handlers.admin.keyboards import balance_keyboard
from handlers.admin.money_texts import shop_balance_text
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.replies import show, show_new


async def balance(update: Update, context: ShopContext) -> None:
    """Show the deposit at the supplier, the customers' balances, and today's sales: /balance."""
    await show_new(update, context, *await _balance(update, context))


async def show_balance(update: Update, context: ShopContext) -> None:
    """Show the shop's money on the pressed message."""
    await show(update, context, *await _balance(update, context))


async def _balance(update: Update, context: ShopContext) -> tuple[str, InlineKeyboardMarkup]:
    report = await context.shop.admin.balance(customer_of(update))
    return shop_balance_text(context.words, report), balance_keyboard(context.words)
