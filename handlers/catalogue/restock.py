"""The buttons that request a notice when a product is available again, and cancel it."""

from __future__ import annotations

from telegram import Update

from bot.domain.catalogue import ProductId
from bot.domain.errors import ProductUnavailableError, TooManyRestockRequestsError
from handlers.catalogue.restock_texts import forgotten, too_many
from handlers.ui.buttons import AskRestock, ForgetRestock
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import alert, answer
from handlers.ui.restock_card import show_restock_card
from handlers.ui.unavailable_product import unavailable_text


async def ask_restock(update: Update, context: ShopContext) -> None:
    """Store the customer's request for a notice when the pressed product is available."""
    wanted, translator = pressed(update, AskRestock), context.translator
    try:
        awaited = await context.shop.restock.ask(context.customer_id, ProductId(wanted.product_id))
    except ProductUnavailableError as error:
        await alert(update, context, unavailable_text(translator, error))
    except TooManyRestockRequestsError as error:
        await alert(update, context, too_many(translator, error.most))
    else:
        await show_restock_card(update, context, awaited, in_new_message=wanted.is_kept)


async def forget_restock(update: Update, context: ShopContext) -> None:
    """Cancel the customer's request for a notice about the pressed product."""
    product_id, translator = (
        ProductId(pressed(update, ForgetRestock).product_id),
        context.translator,
    )
    try:
        awaited = await context.shop.restock.cancel(context.customer_id, product_id)
    except ProductUnavailableError as error:
        await alert(update, context, unavailable_text(translator, error))
    else:
        await answer(update, context, forgotten(translator))
        await show_restock_card(update, context, awaited)
