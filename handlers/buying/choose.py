"""Choosing a product: asks for its destination, or shows the quote if that is known."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.catalogue import ProductId
from bot.domain.dialog import Step
from bot.domain.errors import DestinationError, ProductUnavailableError
from handlers.buying.destination import ask, question
from handlers.buying.texts import quote_unknown
from handlers.ui.buttons import Pick, PickFor, PickInNewMessage
from handlers.ui.confirm_card import show_quote
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import alert, pressed_message_id, show_new_step
from handlers.ui.restock_card import show_restock_card_of


async def pick_for(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.CONFIRM] | None:
    """Show the quote for a product whose destination is in the button."""
    wanted, translator = pressed(update, PickFor), context.translator
    message_id = pressed_message_id(update)
    product_id = ProductId(wanted.product_id)
    try:
        quote = await context.shop.buy.quote_for(
            context.customer_id, product_id, wanted.destination, message_id
        )
    except ProductUnavailableError:
        return await show_restock_card_of(update, context, product_id, wanted.destination)
    except DestinationError:
        await alert(update, context, quote_unknown(translator))
        return None
    await show_quote(update, context, quote, message_id)
    return Step.CONFIRM


async def pick(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.DESTINATION] | None:
    """Ask for the destination of the pressed product, or say why it cannot be bought."""
    product_id = ProductId(pressed(update, Pick).product_id)
    message_id = pressed_message_id(update)
    try:
        offer = await context.shop.buy.choose(context.customer_id, product_id, message_id)
    except ProductUnavailableError:
        return await show_restock_card_of(update, context, product_id)
    await ask(update, context, offer, message_id)
    return Step.DESTINATION


async def pick_in_new_message(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.DESTINATION] | None:
    """Ask for the destination in a new message; the pressed message stays as it is."""
    product_id = ProductId(pressed(update, PickInNewMessage).product_id)
    return await pick_in_new_message_of(update, context, product_id)


async def pick_in_new_message_of(
    update: Update, context: ShopContext, product_id: ProductId
) -> Literal[Step.PRODUCT, Step.DESTINATION] | None:
    """Ask for the destination of a product in a new message, or say why it cannot be bought."""
    try:
        offer = await context.shop.buy.choose(context.customer_id, product_id, None)
    except ProductUnavailableError:
        return await show_restock_card_of(update, context, product_id, in_new_message=True)
    await show_new_step(update, context, *await question(context, offer))
    return Step.DESTINATION
