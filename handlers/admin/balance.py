"""/balance for admins: the shop's money."""

from __future__ import annotations

from telegram import Update

from bot.domain.staff import Right
from handlers.admin.keyboards import balance_keyboard
from handlers.admin.money_texts import shop_balance_text
from handlers.ui.context import ShopContext
from handlers.ui.replies import show


async def show_shop_balance(update: Update, context: ShopContext) -> None:
    """Show the deposit at the supplier, the customers' balances, and today's sales: /balance."""
    translator, report = context.translator, await context.shop.admin.balance(context.actor)
    markup = balance_keyboard(
        translator, can_deposit=context.is_owner, can_compare=context.may(Right.CASES)
    )
    await show(update, context, shop_balance_text(translator, report), markup)
