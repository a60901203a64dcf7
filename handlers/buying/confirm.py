"""The last step of buying: the confirm button, and new quotes."""

from __future__ import annotations

import math
from typing import Literal

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import (
    DestinationError,
    InsufficientFundsError,
    NotFoundError,
    PriceChangedError,
    ProductUnavailableError,
    RecentDuplicateOrderError,
    ShopPausedError,
    TokenError,
    TokenFault,
    TooManyOrdersError,
)
from bot.domain.order import OrderId, order_id_of
from handlers.buying.texts import (
    order_taken,
    ordered_already,
    price_changed,
    quote_expired,
    quote_unknown,
)
from handlers.ui.buttons import BuyAgain, Confirm, QuoteAgain, ShowHistory
from handlers.ui.confirm_card import quote_screen, short_of_money, show_quote
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import escaped
from handlers.ui.keyboards import keyboard, restock_row, shop_in_new_message
from handlers.ui.limit_texts import too_many_orders
from handlers.ui.order_card import not_found, order_screen
from handlers.ui.reopening_row import say_paused
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_new, show_new_step
from handlers.ui.unavailable_product import show_unavailable, unavailable_text

Requoted = Literal[Step.PRODUCT, Step.CONFIRM]


async def confirm(update: Update, context: ShopContext) -> Requoted | Literal[-1] | None:
    """Place the order of the pressed button; the pressed message becomes the order's message."""
    token, translator = pressed(update, Confirm).token, context.translator
    message_id = pressed_message_id(update)
    try:
        order = await context.shop.buy.confirm(context.customer_id, token, message_id)
    except ShopPausedError:
        await say_paused(update, context)
        return None
    except TooManyOrdersError as error:
        wait = math.ceil((error.again_at - context.shop.clock.now()).total_seconds())
        await alert(update, context, too_many_orders(translator, max(1, wait)))
        return None
    except ProductUnavailableError as error:
        return await show_unavailable(update, context, error, message_id)
    except PriceChangedError as error:
        return await _requote(update, context, token, price_changed(translator, error.shown))
    except RecentDuplicateOrderError:
        return await _requote(update, context, token)
    except InsufficientFundsError as error:
        await alert(update, context, short_of_money(translator, error.missing))
        return await _requote(update, context, token)
    except TokenError as error:
        return await _answer_token_error(update, context, token, error)
    await answer(update, context, order_taken(translator, order.number))
    return END


async def quote_again(update: Update, context: ShopContext) -> Requoted | None:
    """Show the quote of the pressed button again, with the current price and balance."""
    return await _requote(update, context, pressed(update, QuoteAgain).token)


async def buy_again(update: Update, context: ShopContext) -> Literal[Step.CONFIRM] | None:
    """Show a quote for an earlier order's product and destination, in a new message."""
    order_id = OrderId(pressed(update, BuyAgain).order_id)
    try:
        quote = await context.shop.buy.quote_again(context.customer_id, order_id, None)
    except NotFoundError:
        await alert(update, context, not_found(context.translator))
        return None
    except ProductUnavailableError as error:
        text, row = (
            escaped(unavailable_text(context.translator, error)),
            restock_row(context.translator, error),
        )
        await show_new(
            update, context, text, keyboard(row, [shop_in_new_message(context.translator)])
        )
        return None
    except DestinationError:
        text = quote_unknown(context.translator)
        await show_new(update, context, text, keyboard([shop_in_new_message(context.translator)]))
        return None
    await show_new_step(update, context, *await quote_screen(context, quote))
    return Step.CONFIRM


async def show_order_of(update: Update, context: ShopContext, number: str) -> None:
    """Show the order with a number, unless the pressed message is the order's own."""
    order_id = order_id_of(number)
    if order_id is None:
        return
    order = await context.shop.history.order(context.actor, order_id)
    if order.message_id != pressed_message_id(update):
        await show(update, context, *order_screen(context, order, ShowHistory()))


async def _answer_token_error(
    update: Update, context: ShopContext, token: str, error: TokenError
) -> Requoted | None:
    """Answer a token that cannot be used: with its order, a new quote, or an alert."""
    translator = context.translator
    match error.fault:
        case TokenFault.USED:
            await answer(update, context, ordered_already(translator, error.outcome))
            await show_order_of(update, context, error.outcome)
            return None
        case TokenFault.EXPIRED:
            return await _requote(update, context, token, quote_expired(translator))
        case TokenFault.UNKNOWN:
            await alert(update, context, quote_unknown(translator))
            return None


async def _requote(
    update: Update, context: ShopContext, token: str, reason: str = ""
) -> Requoted | None:
    message_id = pressed_message_id(update)
    try:
        quote = await context.shop.buy.requote(context.customer_id, token, message_id)
    except ProductUnavailableError as error:
        return await show_unavailable(update, context, error, message_id)
    except DestinationError:
        await alert(update, context, quote_unknown(context.translator))
        return None
    except TokenError as error:
        return await _answer_token_error(update, context, token, error)
    await show_quote(update, context, quote, message_id, reason)
    return Step.CONFIRM
