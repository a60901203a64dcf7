"""The last step of buying: the quote, and its one confirm button."""

from __future__ import annotations

import math
from typing import Literal

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.customer import Step
from bot.domain.errors import (
    BoughtJustNowError,
    DestinationError,
    InsufficientFundsError,
    NotFoundError,
    PriceChangedError,
    ProductUnavailableError,
    ShopPausedError,
    TokenError,
    TokenFault,
    TooManyOrdersError,
)
from bot.domain.order import OrderId
from bot.services.orders.quote import Quote
from handlers.buying.texts import (
    order_taken,
    ordered_already,
    other_brands_label,
    pay_anyway_label,
    pay_label,
    price_changed,
    quote_expired,
    quote_text,
    quote_unknown,
    short_of_money,
)
from handlers.catalogue.catalogue_screen import back_to_products
from handlers.catalogue.texts import unavailable_text
from handlers.ui.buttons import BuyAgain, Confirm, Pick, QuoteAgain, ShowNumber
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import END, pressed
from handlers.ui.i18n import Words
from handlers.ui.keyboards import (
    Row,
    back,
    button,
    keyboard,
    leave,
    main_button,
    restock_row,
    shop_anew,
    shop_here,
    top_up,
)
from handlers.ui.limit_texts import too_many_orders
from handlers.ui.opening import say_paused, with_opening
from handlers.ui.order_card import not_found, show_order_of
from handlers.ui.replies import answer, pressed_message_id, show, show_anew

Requoted = Literal[Step.PRODUCT, Step.CONFIRM]


async def confirm(update: Update, context: ShopContext) -> Requoted | Literal[-1] | None:
    """Buy what the pressed button stands for; its message becomes the order's one message."""
    token, words = pressed(update, Confirm).token, context.words
    message_id = pressed_message_id(update)
    try:
        order = await context.shop.buy.confirm(customer_of(update), token, message_id)
    except ShopPausedError:
        await say_paused(update, context)
        return None
    except TooManyOrdersError as error:
        wait = math.ceil((error.again_at - context.shop.clock.now()).total_seconds())
        await answer(update, context, too_many_orders(words, max(1, wait)), is_alert=True)
        return None
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, message_id)
    except PriceChangedError as error:
        return await _requote(update, context, token, price_changed(words, error.shown))
    except BoughtJustNowError:
        return await _requote(update, context, token)
    except InsufficientFundsError as error:
        await answer(update, context, short_of_money(words, error.missing), is_alert=True)
        return await _requote(update, context, token)
    except TokenError as error:
        return await _not_this_token(update, context, token, error)
    await answer(update, context, order_taken(words, order.number))
    return END


async def quote_again(update: Update, context: ShopContext) -> Requoted | None:
    """Show a confirm screen once more, with today's price and wallet."""
    return await _requote(update, context, pressed(update, QuoteAgain).token)


async def buy_again(update: Update, context: ShopContext) -> Literal[Step.CONFIRM] | None:
    """Show the confirm screen for an earlier order's product and destination, in a new message."""
    order_id = OrderId(pressed(update, BuyAgain).order_id)
    try:
        quote = await context.shop.buy.quote_again(customer_of(update), order_id, None)
    except NotFoundError:
        await answer(update, context, not_found(context.words), is_alert=True)
        return None
    except ProductUnavailableError as error:
        text, row = unavailable_text(context.words, error), restock_row(context.words, error)
        await show_anew(update, context, text, keyboard(row, [shop_anew(context.words)]))
        return None
    except DestinationError:
        text = quote_unknown(context.words)
        await show_anew(update, context, text, keyboard([shop_anew(context.words)]))
        return None
    shown_id = await show_anew(update, context, *await quote_screen(update, context, quote))
    await context.shop.dialogs.set_message(customer_of(update), shown_id)
    return Step.CONFIRM


async def _not_this_token(
    update: Update, context: ShopContext, token: str, error: TokenError
) -> Requoted | None:
    """Say what became of a token: its order, or a fresh quote, or nothing."""
    words = context.words
    match error.fault:
        case TokenFault.USED:
            await answer(update, context, ordered_already(words, error.outcome))
            await show_order_of(update, context, error.outcome)
            return None
        case TokenFault.EXPIRED:
            return await _requote(update, context, token, quote_expired(words))
        case TokenFault.UNKNOWN:
            await answer(update, context, quote_unknown(words), is_alert=True)
            return None


async def _requote(
    update: Update, context: ShopContext, token: str, news: str = ""
) -> Requoted | None:
    message_id = pressed_message_id(update)
    try:
        quote = await context.shop.buy.requote(customer_of(update), token, message_id)
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, message_id)
    except DestinationError:
        await answer(update, context, quote_unknown(context.words), is_alert=True)
        return None
    except TokenError as error:
        return await _not_this_token(update, context, token, error)
    await show_quote(update, context, quote, message_id, news)
    return Step.CONFIRM


async def product_is_gone(
    update: Update,
    context: ShopContext,
    error: ProductUnavailableError,
    message_id: int | None,
) -> Literal[Step.PRODUCT]:
    """Say that what was chosen cannot be bought now, and lead back to the catalogue."""
    words = context.words
    await context.shop.dialogs.browse(customer_of(update))
    text = f"⚠️ {unavailable_text(words, error)}"
    markup = keyboard(restock_row(words, error), [shop_here(words), leave(words)])
    await show(update, context, text, markup, message_id=message_id)
    return Step.PRODUCT


async def show_quote(
    update: Update,
    context: ShopContext,
    quote: Quote,
    message_id: int | None,
    news: str = "",
) -> None:
    """Show the confirm screen, and note which message shows it."""
    text, markup = await quote_screen(update, context, quote, news)
    shown_id = await show(update, context, text, markup, message_id=message_id)
    if shown_id != message_id:
        await context.shop.dialogs.set_message(customer_of(update), shown_id)


async def quote_screen(
    update: Update, context: ShopContext, quote: Quote, news: str = ""
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the confirm screen; its button buys, unless money is missing."""
    words = context.words
    product_id = quote.offer.product.product_id
    ways = [
        [
            button(words.gettext("✏️ Change number"), Pick(product_id)),
            back(words, back_to_products(words, context.shop.browse, quote.offer)),
        ],
        [leave(words)],
    ]
    text = quote_text(words, quote, news)
    rows = [*_what_to_press(words, quote), *ways]
    if quote.other_brands and quote.missing:
        rows = [_of_its_operator(words, quote), *rows]
    elif quote.other_brands:
        # Most who come here have chosen wrongly: what fits is first, and paying all the same last.
        rows = [_of_its_operator(words, quote), *ways, _pay_anyway(words, quote)]
    return await with_opening(update, context, (text, keyboard(*rows)))


def _of_its_operator(words: Words, quote: Quote) -> Row:
    """Return the way to what there is for a number of another operator."""
    meaning = ShowNumber(is_meter=False, number=quote.destination)
    return [main_button(other_brands_label(words, quote), meaning)]


def _pay_anyway(words: Words, quote: Quote) -> Row:
    """Return the button that buys for a number of another operator."""
    label = pay_anyway_label(words, quote.offer)
    return [button(label, Confirm(quote.token), KeyboardButtonStyle.DANGER)]


def _what_to_press(words: Words, quote: Quote) -> list[Row]:
    if quote.missing:
        return [
            [top_up(words)],
            [button(words.gettext("🔄 Check my balance again"), QuoteAgain(quote.token))],
        ]
    return [[main_button(pay_label(words, quote.offer), Confirm(quote.token))]]
