"""Purchases typed by a short code: "S10 081234567890"."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.destination import normalise
from bot.domain.dialog import Step
from bot.domain.errors import DestinationError, ProductUnavailableError
from bot.domain.typed_input.account_id import parse_account_id
from bot.domain.typed_text import without_invisible
from bot.services.catalogue.browse import Offer
from handlers.buying.destination import readable
from handlers.buying.texts import destination_fault
from handlers.ui.confirm_card import show_quote
from handlers.ui.context import ShopContext
from handlers.ui.keyboards import shop_or_home
from handlers.ui.replies import show_new
from handlers.ui.restock_card import show_restock_card_of

MIN_DIGITS: Final = 5
"""What follows a code has so many digits at least, or it is no number to buy for."""


def code_purchase(context: ShopContext, text: str) -> tuple[Offer, str, str] | None:
    """Return the product, the code and the number of a text such as "S10 081234567890"."""
    code, _, rest = without_invisible(text).strip().partition(" ")
    if sum(map(str.isdigit, rest)) < MIN_DIGITS:
        return None
    offer = context.shop.prices.codes.offer(code, context.viewer)
    return None if offer is None else (offer, code.upper(), rest)


async def quote_by_code(
    update: Update, context: ShopContext, offer: Offer, code: str, number: str
) -> Literal[Step.PRODUCT, Step.CONFIRM] | None:
    """Show the quote of a product for a typed number, or what is wrong with the number."""
    product_id, main = offer.product.product_id, offer.product.listing.main
    try:
        typed = parse_account_id(offer.kind, readable(number, offer), offer.game_form, main)
        normalise(offer.kind, typed, offer.game_form)
        quote = await context.shop.buy.quote(context.customer_id, product_id, typed)
    except DestinationError as error:
        fault = destination_fault(context.translator, error, offer)
        await show_new(update, context, fault, shop_or_home(context.translator))
        return None
    except ProductUnavailableError:
        return await show_restock_card_of(update, context, product_id, in_new_message=True)
    await show_quote(update, context, quote, None, short_code=code)
    return Step.CONFIRM
