"""Receipts as pictures, for customers who resell: by a button, or /receipt K12 15000."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import AmountError, AmountFault, NotFoundError
from bot.domain.money import parse_rupiah
from bot.domain.order import Order, OrderId, OrderState, order_id_of, order_number_of
from bot.domain.typed_text import without_invisible
from handlers.receipts.buttons import AskSellingPrice
from handlers.receipts.texts import (
    ask_price_text,
    how_to_receipt,
    no_receipt_yet,
    receipt_caption,
    receipt_hint,
    receipt_lines,
)
from handlers.ui.amounts import amount_fault
from handlers.ui.buttons import MakeReceipt
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Screen, button, cancel_button, in_columns, keyboard
from handlers.ui.order_card import not_found
from handlers.ui.picture import draw_receipt
from handlers.ui.replies import alert, remove_buttons, show_new, show_new_step, show_picture

STEP: Final = 1_000
"""Offered selling prices are whole thousands of rupiah above the price of the order."""
OFFERED: Final = 4
AskedPrice = Literal[Step.SELLING_PRICE, -1]


async def make_receipt(update: Update, context: ShopContext) -> None:
    """Send the receipt of a customer's own order, with the selling price of the button."""
    wanted = pressed(update, MakeReceipt)
    await _send_receipt(update, context, OrderId(wanted.order_id), max(0, wanted.price))


async def receipt_command(update: Update, context: ShopContext) -> None:
    """Send a receipt with the typed selling price: /receipt K12 15000."""
    translator, args = context.translator, context.args or []
    order_id = order_id_of(without_invisible(args[0]).upper()) if args else None
    if order_id is None:
        await show_new(update, context, how_to_receipt(translator))
        return
    try:
        price = parse_rupiah(" ".join(args[1:])) if args[1:] else 0
    except AmountError as error:
        await show_new(update, context, amount_fault(translator, error.fault))
        return
    await _send_receipt(update, context, order_id, price)


# --- asking for a selling price ---


async def ask_selling_price(
    update: Update, context: ShopContext
) -> Literal[Step.SELLING_PRICE] | None:
    """Ask for the selling price, in a message below the receipt."""
    order = await _delivered_order(
        update, context, OrderId(pressed(update, AskSellingPrice).order_id)
    )
    if order is None:
        return None
    return await _ask(update, context, order.order_id)


async def take_selling_price(update: Update, context: ShopContext) -> AskedPrice:
    """Send the receipt with the typed selling price."""
    try:
        price = parse_rupiah(message_text(update))
    except AmountError as error:
        return await _ask_again(update, context, amount_fault(context.translator, error.fault))
    order_id = await _end_question(update, context)
    await context.shop.dialogs.end(context.customer_id)
    await _send_receipt(update, context, order_id, price)
    return END


async def take_no_selling_price(update: Update, context: ShopContext) -> AskedPrice:
    """Answer a photo or a sticker, which is no price, and ask again."""
    if await say_unreadable(update, context):
        return await ask_price_once_more(update, context)
    problem = amount_fault(context.translator, AmountFault.NOT_A_NUMBER)
    return await _ask_again(update, context, problem)


async def ask_price_once_more(update: Update, context: ShopContext) -> AskedPrice:
    """Repeat the question for the price, below the answer to something else."""
    return await _ask_again(update, context, "")


async def _ask_again(
    update: Update, context: ShopContext, problem: str
) -> Literal[Step.SELLING_PRICE]:
    order_id = await _end_question(update, context)
    return await _ask(update, context, order_id, problem)


async def _end_question(update: Update, context: ShopContext) -> OrderId:
    """Remove the buttons of the open question, and return the order that it is about."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None:
        return OrderId(0)
    await remove_buttons(update, context, dialog.message_id)
    return OrderId(int(dialog.data.get("order_id", 0)))


async def _ask(
    update: Update, context: ShopContext, order_id: OrderId, problem: str = ""
) -> Literal[Step.SELLING_PRICE]:
    translator = context.translator
    await context.shop.dialogs.ask_selling_price(context.customer_id, order_id)
    text = ask_price_text(translator, order_number_of(order_id), problem)
    await show_new_step(update, context, text, keyboard([cancel_button(translator)]))
    return Step.SELLING_PRICE


# --- sending a receipt ---


async def _delivered_order(update: Update, context: ShopContext, order_id: OrderId) -> Order | None:
    """Return the customer's order if it was delivered; else say why there is no receipt."""
    translator = context.translator
    try:
        order = await context.shop.history.order(context.actor, order_id)
    except NotFoundError:
        await _refuse(update, context, not_found(translator))
        return None
    if order.state is not OrderState.SUCCEEDED:
        await _refuse(update, context, no_receipt_yet(translator))
        return None
    return order


async def _send_receipt(
    update: Update, context: ShopContext, order_id: OrderId, price: int
) -> None:
    translator, shop = context.translator, context.shop
    order = await _delivered_order(update, context, order_id)
    if order is None:
        return
    identity = (context.settings.shop_name, context.settings.shop_contact)
    lines = receipt_lines(translator, order, shop.rules.profile, identity, price)
    picture = await asyncio.to_thread(draw_receipt, lines)
    await show_picture(update, context, picture, receipt_caption(translator, order))
    if not price:
        await show_new(update, context, *_offer_prices(translator, order))


def _offer_prices(translator: Translator, order: Order) -> Screen:
    """Return the hint and the buttons for a selling price.

    They are a message of their own, because the customer forwards the picture.
    """
    prices = _prices(order)
    offered = [button(translator.money(one), MakeReceipt(order.order_id, one)) for one in prices]
    another = button(translator.gettext("✏️ Another price"), AskSellingPrice(order.order_id))
    text = receipt_hint(translator, order.number, prices[0])
    return text, keyboard(*in_columns(offered, 2), [another])


async def _refuse(update: Update, context: ShopContext, text: str) -> None:
    if update.callback_query is not None:
        await alert(update, context, text)
    else:
        await show_new(update, context, text)


def _prices(order: Order) -> range:
    first = (order.price // STEP + 1) * STEP
    return range(first, first + OFFERED * STEP, STEP)
