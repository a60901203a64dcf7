"""A product that cannot be bought now: why, and the button that tells when it is back."""

from __future__ import annotations

from typing import Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.catalogue import ProductId
from bot.domain.customer import Step
from bot.domain.errors import ProductUnavailableError, TooManyRestockRequestsError
from bot.services.catalogue.browse import Browse
from bot.services.catalogue.restock import Awaited
from handlers.catalogue.browse import order_anew
from handlers.catalogue.catalogue_screen import back_to_products
from handlers.catalogue.restock_texts import awaited_text, forgotten, too_many
from handlers.catalogue.texts import unavailable_text
from handlers.ui.buttons import AskRestock, ForgetRestock, Pick
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Words
from handlers.ui.keyboards import Row, back, button, keyboard, leave, main_button, tell_when_back
from handlers.ui.opening import with_opening
from handlers.ui.replies import answer, show, show_anew

Screen = tuple[str, InlineKeyboardMarkup]


async def show_unavailable(
    update: Update,
    context: ShopContext,
    product_id: ProductId,
    number: str = "",
    *,
    is_anew: bool = False,
) -> Literal[Step.PRODUCT] | None:
    """Show why a product cannot be bought; one that is no longer sold leads to what there is."""
    try:
        awaited = await context.shop.restock.awaited(customer_of(update), product_id)
    except ProductUnavailableError as error:
        await answer(update, context, unavailable_text(context.words, error), is_alert=True)
        return await order_anew(update, context)
    await context.shop.dialogs.browse(customer_of(update))
    await _show(update, context, awaited, number, is_anew=is_anew)
    return Step.PRODUCT


async def ask_restock(update: Update, context: ShopContext) -> None:
    """Remember that somebody wants to be told when the pressed product is back."""
    wanted, words = pressed(update, AskRestock), context.words
    try:
        awaited = await context.shop.restock.ask(customer_of(update), ProductId(wanted.product_id))
    except ProductUnavailableError as error:
        await answer(update, context, unavailable_text(words, error), is_alert=True)
    except TooManyRestockRequestsError as error:
        await answer(update, context, too_many(words, error.most), is_alert=True)
    else:
        await _show(update, context, awaited, is_anew=wanted.is_kept)


async def forget_restock(update: Update, context: ShopContext) -> None:
    """Tell somebody nothing of a product after all."""
    product_id, words = ProductId(pressed(update, ForgetRestock).product_id), context.words
    try:
        awaited = await context.shop.restock.forget(customer_of(update), product_id)
    except ProductUnavailableError as error:
        await answer(update, context, unavailable_text(words, error), is_alert=True)
    else:
        await answer(update, context, forgotten(words))
        await _show(update, context, awaited)


async def _show(
    update: Update,
    context: ShopContext,
    awaited: Awaited,
    number: str = "",
    *,
    is_anew: bool = False,
) -> None:
    screen = _screen(context.words, context.shop.browse, awaited, number)
    text, markup = await with_opening(update, context, screen)
    await (show_anew if is_anew else show)(update, context, text, markup)


def _screen(words: Words, browse: Browse, awaited: Awaited, number: str) -> Screen:
    up = back_to_products(words, browse, awaited.offer, number)
    return awaited_text(words, awaited), keyboard(
        _what_to_press(words, awaited), [back(words, up), leave(words)]
    )


def _what_to_press(words: Words, awaited: Awaited) -> Row:
    product_id = awaited.offer.product.product_id
    if awaited.offer.is_available:
        return [main_button(words.gettext("🛒 Buy it"), Pick(product_id))]
    if awaited.request is not None:
        return [button(words.gettext("🔕 Turn the reminder off"), ForgetRestock(product_id))]
    return [tell_when_back(words, product_id)]
