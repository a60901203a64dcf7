"""What waits for an admin's decision: parked orders, and requests to pay money in."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.topup import TopUpId
from handlers.admin.alerts import topup_text
from handlers.admin.buttons import ShowRequest
from handlers.admin.desk_keyboards import desk_keyboard, request_keyboard
from handlers.admin.pending_decisions_texts import desk_text
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import show


async def show_desk(update: Update, context: ShopContext) -> None:
    """Show what waits for a decision, on the pressed message."""
    desk = await context.shop.admin.desk(customer_of(update))
    await show(update, context, desk_text(context.words, desk), desk_keyboard(context.words, desk))


async def show_request(update: Update, context: ShopContext) -> None:
    """Show a request to pay money in, with the buttons that decide it."""
    words, topup_id = context.words, TopUpId(pressed(update, ShowRequest).topup_id)
    try:
        request = await context.shop.topups.details(customer_of(update), topup_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    text = topup_text(
        words, request.topup, request.customer, request.wallet, request.others, request.admin
    )
    await show(update, context, text, request_keyboard(words, request.topup, request.others))
