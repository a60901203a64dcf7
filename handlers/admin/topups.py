"""Requests to pay money in, decided by one button."""

from __future__ import annotations

from telegram import Update

from bot.domain.customer import TopUpId
from bot.domain.errors import AlreadyDecidedError, NotFoundError
from handlers.admin_keyboards import topup_keyboard
from handlers.callback_data import DecideTopUp
from handlers.context import ShopContext, customer_of
from handlers.help import say_old_button
from handlers.routes import pressed
from handlers.screens import answer, show
from handlers.texts.admin_parked import topup_decided, topup_decided_before
from handlers.texts.alerts import topup_text


async def decide_topup(update: Update, context: ShopContext) -> None:
    """Approve or reject a request; whoever comes second reads how it was decided."""
    button, words = pressed(update, DecideTopUp), context.words
    admin_id, topup_id = customer_of(update), TopUpId(button.topup_id)
    wallets = context.shop.wallets
    try:
        topup = await wallets.decide_topup(admin_id, topup_id, approve=button.approve)
    except NotFoundError:
        await say_old_button(update, context)
        return
    except AlreadyDecidedError:
        await answer(update, context, topup_decided_before(words), is_alert=True)
    else:
        await answer(update, context, topup_decided(words, topup.state))
    request = await wallets.topup(admin_id, topup_id)
    text = topup_text(words, request.topup, request.customer, request.wallet)
    await show(update, context, text, topup_keyboard(words, request.topup))
