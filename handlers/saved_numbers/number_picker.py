"""Where a destination is asked for: the saved numbers that fit, and one's own."""

from __future__ import annotations

from typing import Final

from telegram import (
    InlineKeyboardButton,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from bot.domain.destination import DestinationKind
from bot.domain.typed_input.phone_number import NumberError, NumberFault, read_contact
from bot.services.catalogue.browse import Offer
from handlers.saved_numbers.texts import keys_gone_text, my_number, number_label, share_text
from handlers.ui.buttons import PickFor, ShareMine, fits
from handlers.ui.context import Data, ShopContext, customer_of
from handlers.ui.i18n import Words
from handlers.ui.keyboards import Row, button
from handlers.ui.replies import send_aside, send_keys

KEYS: Final = "keys"
OFFERED: Final = 5
"""How many saved numbers stand below the question for a destination."""


async def saved_rows(update: Update, context: ShopContext, offer: Offer) -> list[Row]:
    """Return a button for each saved number that a product can go to, and for one's own."""
    customer_id, product_id = customer_of(update), offer.product.product_id
    numbers = await context.shop.saved_numbers.fitting(customer_id, offer, OFFERED)
    meanings = [(number, PickFor(product_id, number.destination)) for number in numbers]
    rows = [
        [button(number_label(number, start="👤 "), meaning)]
        for number, meaning in meanings
        if fits(meaning)
    ]
    if offer.kind is DestinationKind.PHONE and not numbers:
        rows.append([share_mine(context.words)])
    return rows


def share_mine(words: Words) -> InlineKeyboardButton:
    """Return the way to send one's own number."""
    return button(f"👤 {my_number(words)}", ShareMine())


async def ask_mine(update: Update, context: ShopContext) -> None:
    """Show Telegram's own button that shares one's phone number; what is waited for stays."""
    words = context.words
    key = KeyboardButton(f"👤 {my_number(words)}", request_contact=True)
    keys = ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
    await _note_keys(update, context, update.update_id)
    await send_keys(update, context, share_text(words), keys)


async def take_keys(update: Update, context: ShopContext) -> None:
    """Take that button away with whatever comes next: Telegram leaves it to the bot.

    It can only be done by a message of its own, which stands before the answer.
    """
    memory = _memory(context)
    if KEYS not in memory:
        memory[KEYS] = await context.shop.saved_numbers.keys_shown_by(customer_of(update))
    shown_by = memory[KEYS]
    if not shown_by or shown_by == update.update_id:
        return
    await send_aside(update, context, keys_gone_text(context.words), ReplyKeyboardRemove())
    await _note_keys(update, context, 0)


async def _note_keys(update: Update, context: ShopContext, shown_by: int) -> None:
    """Note it also where a restart does not forget it; `KEYS` saves a look there each time."""
    await context.shop.saved_numbers.note_keys(customer_of(update), shown_by)
    _memory(context)[KEYS] = shown_by


def _memory(context: ShopContext) -> Data:
    assert context.chat_data is not None  # noqa: S101 - for the type checker: there is a chat
    return context.chat_data


async def take_shared(update: Update, context: ShopContext) -> str:
    """Return the number of a shared contact, and keep it if Telegram says that it is one's own.

    Raises `NumberError` for a foreign one and for what is no number; such is not kept.
    """
    contact = None if update.message is None else update.message.contact
    if contact is None:
        raise NumberError(NumberFault.LENGTH)
    phone, customer_id = read_contact(contact.phone_number), customer_of(update)
    if contact.user_id == customer_id:
        await context.shop.saved_numbers.note_mine(customer_id, phone, my_number(context.words))
    return phone
