"""The second step of buying: the question for a number, a meter or an account."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.destination import DestinationKind, group_digits, operators_of
from bot.domain.dialog import Dialog, Step
from bot.domain.errors import DestinationError, DestinationFault
from bot.domain.typed_text import without_invisible
from bot.services.catalogue.browse import Offer
from handlers.buying.texts import destination_text, still_quoted
from handlers.ui.buttons import Confirm, ShareLink
from handlers.ui.catalogue_screen import back_to_products
from handlers.ui.context import ShopContext, message_text
from handlers.ui.keyboards import Screen, back, cancel_button, keyboard, main_button, share
from handlers.ui.number_picker import saved_rows
from handlers.ui.offers import pay_label
from handlers.ui.opening import with_opening
from handlers.ui.replies import show_new, show_step

MAX_LENGTH: Final = 100
"""No destination is longer; a longer text is refused without being parsed."""


def readable(text: str, offer: Offer) -> str:
    """Return a typed or pasted text with invisible characters removed.

    Phone books copy numbers with direction marks, narrow spaces and typographic hyphens. Digits
    of other scripts stay, and are refused later. Raises `DestinationError` for a longer text than
    `MAX_LENGTH`.
    """
    if len(text) > MAX_LENGTH:
        raise DestinationError(DestinationFault.LENGTH, offer.kind)
    return without_invisible(text)


async def ask(
    update: Update, context: ShopContext, offer: Offer, message_id: int | None, problem: str = ""
) -> None:
    """Show the question on a message, or in a new one if that cannot be edited."""
    text, markup = await question(context, offer, problem)
    await show_step(update, context, text, markup, message_id=message_id)


async def ask_again(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, problem: str
) -> Literal[Step.DESTINATION] | None:
    """Repeat the question and say what was wrong; an open quote stays as it is."""
    if dialog.step == Step.CONFIRM:
        await show_new(update, context, *_still_quoted(update, context, dialog, offer, problem))
        return None
    await ask(update, context, offer, dialog.message_id, problem)
    return Step.DESTINATION


async def question(context: ShopContext, offer: Offer, problem: str = "") -> Screen:
    """Return the question for a product's destination, with the customer's saved numbers."""
    translator, shop = context.translator, context.shop
    note = shop.rules.profile.public_note(offer.product.listing.note)
    saved = await saved_rows(context, offer)
    last_row = [
        back(translator, back_to_products(context, offer)),
        cancel_button(translator),
    ]
    product_id = offer.product.product_id
    sharing = [share(translator, ShareLink(product_id=product_id))] if context.is_staff else []
    text = destination_text(translator, offer, note, problem)
    screen = text, keyboard(*saved, sharing, last_row)
    return await with_opening(context, screen)


def _still_quoted(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, problem: str
) -> Screen:
    """Return the reminder of the open quote, with its pay button if the customer sent words.

    There is no pay button after digits or a contact, which may be meant as another order, and none
    if the number is of another operator, because only the screen of the quote warns of that.
    """
    translator, message = context.translator, update.message
    typed = message_text(update)
    token = str(dialog.data.get("token", ""))
    has_number = any(map(str.isdigit, typed)) or (message is not None and bool(message.contact))
    number = str(dialog.data.get("destination", ""))
    is_payable = bool(token) and not has_number and not other_operators(context, offer, number)
    pay = [main_button(pay_label(translator, offer), Confirm(token))] if is_payable else []
    destination = group_digits(number, str(dialog.data.get("zone", "")), offer.kind)
    text = still_quoted(translator, offer, destination, problem, is_payable=is_payable)
    return text, keyboard(pay, [cancel_button(translator)])


def other_operators(context: ShopContext, offer: Offer, number: str) -> frozenset[str]:
    """Return the operators of a number in its normal form, if the product is of another one."""
    prefixes, main = context.shop.rules.profile.prefixes, offer.product.listing.main
    if offer.kind is not DestinationKind.PHONE or main not in prefixes:
        return frozenset()
    brands = operators_of(number, prefixes)
    return frozenset() if main in brands else brands
