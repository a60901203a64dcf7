"""Releasing a withheld product for sale."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.withheld_products import WithheldId
from handlers.admin.buttons import SellAgain
from handlers.admin.keyboards import withheld_keyboard
from handlers.admin.withheld_products_texts import (
    no_such_product,
    not_sold_again,
    sold_again,
    withheld_text,
)
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import bold, paragraphs
from handlers.ui.replies import alert, answer, show


async def sell_again(update: Update, context: ShopContext) -> None:
    """Release a withheld product, once, and only for the cost that the button was shown with."""
    button, translator = pressed(update, SellAgain), context.translator
    withheld_id = WithheldId(button.withheld_id)
    try:
        released = await context.shop.withholding.release(context.actor, withheld_id, button.cost)
    except NotFoundError:
        await alert(update, context, no_such_product(translator))
        return
    shown = released.shown
    news = sold_again(translator, shown) if released.is_done else not_sold_again(translator, shown)
    await answer(update, context, news, is_alert=not released.is_done)
    text = paragraphs(bold(news), withheld_text(translator, shown, None))
    await show(update, context, text, withheld_keyboard(translator, shown))
