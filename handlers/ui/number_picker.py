"""The saved numbers below a question for a destination, and the customer's own number."""

from __future__ import annotations

from typing import Final

from telegram import (
    InlineKeyboardButton,
    Update,
)

from bot.domain.customer import SavedNumber
from bot.domain.destination import DestinationKind, group_digits
from bot.domain.typed_input.phone_number import NumberError, NumberFault, parse_contact
from bot.services.catalogue.browse import Offer
from handlers.ui.buttons import PickFor, ShareMine, fits
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, button
from handlers.ui.labels import DOT, beside, cut_to, fits_beside, room, width
from handlers.ui.product_names import brand_name

OFFERED: Final = 5
"""How many saved numbers stand below the question for a destination."""


async def saved_rows(update: Update, context: ShopContext, offer: Offer) -> list[Row]:
    """Return a button for each saved number that a product can go to, and for one's own."""
    customer_id, product_id = customer_of(update), offer.product.product_id
    numbers = await context.shop.saved_numbers.usable_for(customer_id, offer, OFFERED)
    meanings = [(number, PickFor(product_id, number.destination)) for number in numbers]
    rows = [
        [button(number_label(number, start="👤 "), meaning)]
        for number, meaning in meanings
        if fits(meaning)
    ]
    if offer.kind is DestinationKind.PHONE and not numbers:
        rows.append([share_mine(context.words)])
    return rows


def share_mine(words: Translator) -> InlineKeyboardButton:
    """Return the way to send one's own number."""
    return button(f"👤 {my_number(words)}", ShareMine())


async def take_shared(update: Update, context: ShopContext) -> str:
    """Return the number of a shared contact, and keep it if Telegram says that it is one's own.

    Raises `NumberError` for a foreign one and for what is no number; such is not kept.
    """
    contact = None if update.message is None else update.message.contact
    if contact is None:
        raise NumberError(NumberFault.LENGTH)
    phone, customer_id = parse_contact(contact.phone_number), customer_of(update)
    if contact.user_id == customer_id:
        await context.shop.saved_numbers.save_own_number(
            customer_id, phone, my_number(context.words)
        )
    return phone


def number_label(number: SavedNumber, *, start: str = "", with_brand: bool = False) -> str:
    """Return what stands on the button of a saved number: its name, or its brand, and the number.

    Where a name leaves no room for the whole number, its last four digits tell it apart.
    """
    shown = group_digits(number.destination, number.zone, number.kind)
    brand = brand_name(number.main) if with_brand else ""
    name = number.name or brand
    if not name:
        return start + cut_to(shown, room() - width(start))
    end = f"{DOT}{shown}"
    if not fits_beside(name, start=start, end=end):
        end = f"{DOT}…{number.destination[-4:]}"
    return beside(name, start=start, end=end)


def my_number(words: Translator) -> str:
    """Return what a customer's own number is called."""
    return words.gettext("My number")
