"""The list of pending decisions: parked orders and top-ups."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.topup import TopUpId
from handlers.admin.alerts import topup_text
from handlers.admin.buttons import ShowRequest
from handlers.admin.pending_decisions_keyboards import pending_decisions_keyboard, request_keyboard
from handlers.admin.pending_decisions_texts import pending_decisions_text
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import show


async def show_pending_decisions(update: Update, context: ShopContext) -> None:
    """Show the pending decisions, on the pressed message."""
    pending = await context.shop.admin.pending_decisions(customer_of(update))
    await show(
        update,
        context,
        pending_decisions_text(context.words, pending),
        pending_decisions_keyboard(context.words, pending),
    )


async def show_request(update: Update, context: ShopContext) -> None:
    """Show a top-up with the buttons that decide it, on the pressed message."""
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
