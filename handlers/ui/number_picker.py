"""Numbers to buy for: saved ones, one in a text, and one of a shared contact."""

from __future__ import annotations

from typing import Final

from telegram import Update

from bot.domain.customer import SavedNumber
from bot.domain.destination import DestinationKind, group_digits
from bot.domain.typed_input.phone_number import (
    NumberError,
    NumberFault,
    ParsedNumber,
    parse_contact,
    parse_number,
)
from bot.services.catalogue.browse import Offer
from handlers.ui.buttons import PickFor, ShareOwnNumber, fits
from handlers.ui.context import ShopContext, sender
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, button
from handlers.ui.labels import DOT, available_width, cut_to, fits_beside, label_with_name, width
from handlers.ui.product_names import brand_name

OFFERED: Final = 5
"""The maximum number of saved numbers below the question for a destination."""


async def saved_rows(context: ShopContext, offer: Offer) -> list[Row]:
    """Return a button for each saved number that a product accepts.

    For a phone product without such numbers, return the button that shares the customer's own.
    """
    customer_id, product_id = context.customer_id, offer.product.product_id
    numbers = await context.shop.saved_numbers.usable_for(customer_id, offer, OFFERED)
    meanings = [(number, PickFor(product_id, number.destination)) for number in numbers]
    rows = [
        [button(number_label(number, start="👤 "), meaning)]
        for number, meaning in meanings
        if fits(meaning)
    ]
    if offer.kind is DestinationKind.PHONE and not numbers:
        rows.append([share_own_number(context.translator)])
    return rows


def share_own_number(translator: Translator) -> InlineButton:
    """Return the button that asks the customer to share their own phone number."""
    return button(f"👤 {my_number(translator)}", ShareOwnNumber())


async def take_shared(update: Update, context: ShopContext) -> str:
    """Return the number of a shared contact; save it if it is the sender's own contact.

    Raises `NumberError` for a foreign number and for text that is no number; neither is saved.
    """
    contact = None if update.message is None else update.message.contact
    if contact is None:
        raise NumberError(NumberFault.LENGTH)
    phone = parse_contact(contact.phone_number)
    if contact.user_id == sender(update).id:
        await context.shop.saved_numbers.save_own_number(
            context.customer_id, phone, my_number(context.translator)
        )
    return phone


def number_in(context: ShopContext, text: str) -> ParsedNumber | None:
    """Return the number in a text; None if there is none, or if it has a fault."""
    try:
        return parse_number(text, context.shop.rules.profile.prefixes)
    except NumberError:
        return None


def number_label(number: SavedNumber, *, start: str = "", with_brand: bool = False) -> str:
    """Return the label of a saved number: its name (or, with `with_brand`, its brand), the number.

    If the name leaves no room for the whole number, the last four digits are shown.
    """
    shown = group_digits(number.destination, number.zone, number.kind)
    brand = brand_name(number.main) if with_brand else ""
    name = number.name or brand
    if not name:
        return start + cut_to(shown, available_width() - width(start))
    end = f"{DOT}{shown}"
    if not fits_beside(name, start=start, end=end):
        end = f"{DOT}…{number.destination[-4:]}"
    return label_with_name(name, start=start, end=end)


def my_number(translator: Translator) -> str:
    """Return the name under which a customer's own number is saved."""
    return translator.gettext("My number")
