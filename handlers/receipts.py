"""Receipts as pictures, for customers who sell on: by a button, or /receipt K12 15000."""

from __future__ import annotations

import asyncio
from typing import Final

from telegram import InlineKeyboardButton, Update

from bot.domain.errors import AmountError, NotFoundError
from bot.domain.money import parse_rupiah
from bot.domain.order import Order, OrderId, OrderState, order_id_of
from handlers.callback_data import MakeReceipt
from handlers.context import ShopContext, customer_of
from handlers.i18n import Words
from handlers.keyboards import button, in_columns, keyboard
from handlers.receipt_picture import draw_receipt
from handlers.routes import pressed
from handlers.screens import answer, show_anew, show_picture
from handlers.texts.money import amount_fault
from handlers.texts.orders import not_found
from handlers.texts.receipts import how_to_receipt, no_receipt_yet, receipt_caption, receipt_lines

STEP: Final = 1_000
"""Selling prices that are offered are whole thousands, above what was paid."""
OFFERED: Final = 4


async def make_receipt(update: Update, context: ShopContext) -> None:
    """Draw a receipt of one's own order, with the pressed selling price."""
    wanted = pressed(update, MakeReceipt)
    await _make(update, context, OrderId(wanted.order_id), max(0, wanted.price))


async def receipt_command(update: Update, context: ShopContext) -> None:
    """Draw a receipt with the selling price that was typed: /receipt K12 15000."""
    words, args = context.words, context.args or []
    order_id = order_id_of(args[0].upper()) if args else None
    if order_id is None:
        await show_anew(update, context, how_to_receipt(words))
        return
    try:
        price = parse_rupiah(" ".join(args[1:])) if args[1:] else 0
    except AmountError as error:
        await show_anew(update, context, amount_fault(words, error))
        return
    await _make(update, context, order_id, price)


async def _make(update: Update, context: ShopContext, order_id: OrderId, price: int) -> None:
    words, shop = context.words, context.shop
    try:
        order = await shop.history.order(customer_of(update), order_id)
    except NotFoundError:
        await _refuse(update, context, not_found(words))
        return
    if order.state is not OrderState.SUCCEEDED:
        await _refuse(update, context, no_receipt_yet(words))
        return
    identity = (shop.shop_name, shop.shop_contact)
    lines = receipt_lines(words, order, shop.rules.profile, identity, price)
    picture = await asyncio.to_thread(draw_receipt, lines)
    markup = keyboard(*in_columns(_prices(words, order), 2))
    await show_picture(update, context, picture, receipt_caption(words, order.number), markup)


async def _refuse(update: Update, context: ShopContext, text: str) -> None:
    if update.callback_query is not None:
        await answer(update, context, text, is_alert=True)
    else:
        await show_anew(update, context, text)


def _prices(words: Words, order: Order) -> list[InlineKeyboardButton]:
    first = (order.price // STEP + 1) * STEP
    prices = range(first, first + OFFERED * STEP, STEP)
    return [button(words.money(price), MakeReceipt(order.order_id, price)) for price in prices]
