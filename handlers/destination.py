"""The second step of buying: for which number, meter or game account a product is."""

from __future__ import annotations

from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.catalogue import ProductId
from bot.domain.customer import Dialog, Step
from bot.domain.destination import DestinationKind
from bot.domain.errors import (
    DestinationError,
    DestinationFault,
    ProductUnavailableError,
)
from bot.domain.number import visible
from bot.services.browse import Offer
from handlers.callback_data import Pick, PickAnew
from handlers.catalogue import back_to_products, order_anew
from handlers.confirm import product_is_gone, show_quote
from handlers.context import ShopContext, customer_of
from handlers.keyboards import back, keyboard, leave
from handlers.restock import show_unavailable
from handlers.routes import pressed
from handlers.saved import note_contact, saved_rows
from handlers.screens import pressed_message_id, show, show_anew
from handlers.texts.buy import (
    contact_not_wanted,
    destination_fault,
    destination_text,
    not_a_number,
    still_quoted,
)

LONGEST: Final = 100
"""Nothing longer is a destination, so it is not even looked at."""
Typed = Literal[Step.PRODUCT, Step.DESTINATION, Step.CONFIRM]


async def pick(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.DESTINATION] | None:
    """Ask for the destination of the pressed product, or say why it cannot be bought."""
    product_id = ProductId(pressed(update, Pick).product_id)
    message_id = pressed_message_id(update)
    try:
        offer = await context.shop.buy.choose(customer_of(update), product_id, message_id)
    except ProductUnavailableError:
        return await show_unavailable(update, context, product_id)
    await _ask(update, context, offer, message_id)
    return Step.DESTINATION


async def pick_anew(
    update: Update, context: ShopContext
) -> Literal[Step.PRODUCT, Step.DESTINATION] | None:
    """Do the same in a new message: the pressed one is kept."""
    product_id = ProductId(pressed(update, PickAnew).product_id)
    try:
        offer = await context.shop.buy.choose(customer_of(update), product_id, None)
    except ProductUnavailableError:
        return await show_unavailable(update, context, product_id, is_anew=True)
    shown_id = await show_anew(update, context, *await _question(update, context, offer))
    await context.shop.buy.shown(customer_of(update), shown_id)
    return Step.DESTINATION


async def take_text(update: Update, context: ShopContext) -> Typed | None:
    """Take what was typed as the destination, or as another one on the confirm screen."""
    text = "" if update.message is None else update.message.text or ""
    return await _take(update, context, text)


async def take_contact(update: Update, context: ShopContext) -> Typed | None:
    """Take the number of a shared contact, where a phone number is wanted."""
    contact = None if update.message is None else update.message.contact
    if contact is not None:
        await note_contact(update, context, contact)
    return await _take(
        update, context, "" if contact is None else contact.phone_number, is_contact=True
    )


async def take_nothing(update: Update, context: ShopContext) -> None:
    """Say that a photo, a sticker or a voice message is no destination."""
    await show_anew(update, context, not_a_number(context.words))


async def _take(
    update: Update, context: ShopContext, text: str, *, is_contact: bool = False
) -> Typed | None:
    dialog = await context.shop.buy.dialog(customer_of(update))
    if dialog is None or dialog.product_id is None:
        return await order_anew(update, context)
    try:
        offer = context.shop.browse.offer(dialog.product_id)
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, dialog.message_id)
    if is_contact and offer.kind is not DestinationKind.PHONE:
        problem = contact_not_wanted(context.words)
        return await _ask_again(update, context, dialog, offer, problem)
    return await _quote(update, context, dialog, offer, text)


async def _quote(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, text: str
) -> Typed | None:
    customer_id, message_id = dialog.customer_id, dialog.message_id
    try:
        typed = readable(text, offer)
        quote = await context.shop.buy.quote(
            customer_id, offer.product.product_id, typed, message_id
        )
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, message_id)
    except DestinationError as error:
        problem = destination_fault(context.words, error, offer)
        return await _ask_again(update, context, dialog, offer, problem)
    await show_quote(update, context, quote, message_id)
    return Step.CONFIRM


def readable(text: str, offer: Offer) -> str:
    """Return a typed or pasted text without what the eye does not see.

    Phone books hand out numbers with direction marks, narrow spaces and typographic hyphens.
    Digits of other scripts are left, and refused later. Raises `DestinationError`.
    """
    if len(text) > LONGEST:
        raise DestinationError(DestinationFault.LENGTH, offer.kind)
    return visible(text)


async def _ask_again(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, problem: str
) -> Literal[Step.DESTINATION] | None:
    """Ask once more, and say what was wrong; a quote that stands already stays as it is."""
    if dialog.step == Step.CONFIRM:
        destination = str(dialog.data.get("destination", ""))
        await show_anew(update, context, still_quoted(context.words, destination, problem))
        return None
    await _ask(update, context, offer, dialog.message_id, problem)
    return Step.DESTINATION


async def _ask(
    update: Update, context: ShopContext, offer: Offer, message_id: int | None, problem: str = ""
) -> None:
    text, markup = await _question(update, context, offer, problem)
    shown_id = await show(update, context, text, markup, message_id=message_id)
    if shown_id != message_id:
        await context.shop.buy.shown(customer_of(update), shown_id)


async def _question(
    update: Update, context: ShopContext, offer: Offer, problem: str = ""
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the question for a product's destination, with what is known of the customer's."""
    words, shop = context.words, context.shop
    note = shop.rules.profile.public_note(offer.product.listing.note)
    saved = await saved_rows(update, context, offer)
    ways = [back(words, back_to_products(shop.browse, offer)), leave(words)]
    return destination_text(words, offer, note, problem), keyboard(*saved, ways)
