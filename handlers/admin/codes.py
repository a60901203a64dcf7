"""The code of an order, which staff see on request."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.order import Order, OrderId
from handlers.admin.buttons import ShowCode
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.html import bold, code, cut, lines
from handlers.ui.i18n import Translator
from handlers.ui.replies import show_new


async def show_code(update: Update, context: ShopContext) -> None:
    """Show the code of an order in a new message; the look is logged."""
    order_id = OrderId(pressed(update, ShowCode).order_id)
    try:
        order = await context.shop.codes.show(context.actor, order_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    await show_new(update, context, code_text(context.translator, order))


def code_text(translator: Translator, order: Order) -> str:
    """Return an order's code, and that the look is noted."""
    title = translator.gettext("The code of {number}").format(number=order.number)
    noted = translator.gettext("The owner sees in /log that you looked.")
    return lines(bold(title), code(cut(order.voucher)), noted)
