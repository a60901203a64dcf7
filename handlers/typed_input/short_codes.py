"""Purchases typed by a short code: "S10 081234567890"."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.destination import normalise
from bot.domain.dialog import Step
from bot.domain.errors import DestinationError, ProductUnavailableError
from bot.domain.typed_input.account_id import parse_account_id
from handlers.buying.destination import readable
from handlers.buying.texts import destination_fault
from handlers.typed_input.recognition import CodePurchase
from handlers.ui.confirm_card import show_quote
from handlers.ui.context import ShopContext
from handlers.ui.keyboards import shop_or_home
from handlers.ui.replies import show_new
from handlers.ui.restock_card import show_restock_card_of


async def quote_by_code(
    update: Update, context: ShopContext, typed: CodePurchase
) -> Literal[Step.PRODUCT, Step.CONFIRM] | None:
    """Show the quote of a product for a typed number, or what is wrong with the number."""
    offer = typed.offer
    product_id, main = offer.product.product_id, offer.product.listing.main
    try:
        number = parse_account_id(offer.kind, readable(typed.number, offer), offer.game_form, main)
        normalise(offer.kind, number, offer.game_form)
        quote = await context.shop.buy.quote(context.customer_id, product_id, number)
    except DestinationError as error:
        fault = destination_fault(context.translator, error, offer)
        await show_new(update, context, fault, shop_or_home(context.translator))
        return None
    except ProductUnavailableError:
        return await show_restock_card_of(update, context, product_id, in_new_message=True)
    await show_quote(update, context, quote, None, short_code=typed.code)
    return Step.CONFIRM
