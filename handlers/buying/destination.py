"""The second step of buying: for which number, meter or game account a product is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.catalogue import ProductId
from bot.domain.customer import Dialog, Step
from bot.domain.destination import DestinationKind, group_digits, normalise, operators_of
from bot.domain.errors import (
    DestinationError,
    DestinationFault,
    ProductUnavailableError,
)
from bot.domain.shop_rules import TOKEN_LIFETIME
from bot.domain.typed_input.phone_number import KnownNumber, NumberError, NumberFault, read_number
from bot.domain.typed_text import visible
from bot.services.catalogue.browse import Offer
from handlers.buying.by_number import offer_for, take_contact_anywhere
from handlers.buying.confirm import product_is_gone, show_quote
from handlers.buying.number_texts import number_fault
from handlers.buying.texts import (
    contact_not_wanted,
    destination_fault,
    destination_text,
    not_a_number,
    pay_label,
    still_quoted,
)
from handlers.catalogue.browse import order_anew
from handlers.catalogue.catalogue_screen import back_to_products
from handlers.catalogue.restock import show_unavailable
from handlers.catalogue.search import NUMBERS, is_wish, take_typed, with_saved
from handlers.typed_input.account_ids import id_of, is_no_id, leads_away
from handlers.ui.buttons import Confirm, Pick, PickAnew
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import back, keyboard, leave, main_button
from handlers.ui.number_picker import saved_rows, take_shared
from handlers.ui.opening import with_opening
from handlers.ui.replies import pressed_message_id, show, show_anew

LONGEST: Final = 100
"""Nothing longer is a destination, so it is not even looked at."""
ASKED_FOR: Final = timedelta(hours=12)
"""So long a question for a number stands; a number that is sent later may be for anything."""
TOLD: Final = frozenset(
    {NumberFault.SEVERAL, NumberFault.LETTERS, NumberFault.SCRIPT, NumberFault.TRAILING}
)
"""What is said better of a number in general than of the destination that is asked for."""
Typed = Literal[Step.PRODUCT, Step.DESTINATION, Step.CONFIRM, -1]


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
    await context.shop.dialogs.set_message(customer_of(update), shown_id)
    return Step.DESTINATION


async def take_text(update: Update, context: ShopContext) -> Typed | None:
    """Take what was typed as the destination, or as another one on the confirm screen."""
    dialog = await context.shop.dialogs.of(customer_of(update))
    if _has_lapsed(context, dialog):
        return await _leave_for_text(update, context)
    text = "" if update.message is None else update.message.text or ""
    text = await with_saved(update, context, text, is_all=True)
    return await _take(update, context, dialog, text)


async def take_contact(update: Update, context: ShopContext) -> Typed | None:
    """Take the number of a shared contact, where a phone number is wanted."""
    dialog = await context.shop.dialogs.of(customer_of(update))
    if _has_lapsed(context, dialog):
        await context.shop.dialogs.end(customer_of(update))
        await take_contact_anywhere(update, context)
        return END
    phone, problem = "", ""
    try:
        phone = await take_shared(update, context)
    except NumberError as error:
        problem = number_fault(context.words, error.fault)
    return await _take(update, context, dialog, phone, is_contact=True, problem=problem)


def _has_lapsed(context: ShopContext, dialog: Dialog | None) -> bool:
    """Whether a question or a quote is so old that what is sent now is not meant for it."""
    if dialog is None:
        return False
    lifetime = TOKEN_LIFETIME if dialog.step == Step.CONFIRM else ASKED_FOR
    return context.shop.clock.now() - dialog.updated_at > lifetime


async def take_nothing(update: Update, context: ShopContext) -> Typed | None:
    """Say that a photo, a sticker or a voice message is no destination, and ask once more."""
    if await say_unreadable(update, context):
        return await ask_once_more(update, context)
    await show_anew(update, context, not_a_number(context.words))
    return None


async def ask_once_more(update: Update, context: ShopContext) -> Typed | None:
    """Ask once more for what is waited for, below an answer to something else."""
    dialog = await context.shop.dialogs.of(customer_of(update))
    if dialog is None or dialog.product_id is None or _has_lapsed(context, dialog):
        await context.shop.dialogs.end(customer_of(update))
        return END
    try:
        offer = context.shop.browse.offer(dialog.product_id)
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, dialog.message_id)
    return await _ask_again(update, context, dialog, offer, "")


async def _take(
    update: Update,
    context: ShopContext,
    dialog: Dialog | None,
    text: str,
    *,
    is_contact: bool = False,
    problem: str = "",
) -> Typed | None:
    if dialog is None or dialog.product_id is None:
        return await order_anew(update, context)
    try:
        offer = context.shop.browse.offer(dialog.product_id)
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, dialog.message_id)
    if is_contact and offer.kind is not DestinationKind.PHONE:
        problem = contact_not_wanted(context.words)
    if problem:
        return await _ask_again(update, context, dialog, offer, problem)
    try:
        typed = id_of(readable(text, offer), offer)
        normalise(offer.kind, typed, offer.game_form)
    except DestinationError as error:
        return await _otherwise(update, context, dialog, offer, text, error)
    if is_no_id(context, text, offer):
        return await _leave_for_text(update, context)
    return await _quote(update, context, dialog, offer, typed)


async def _otherwise(
    update: Update,
    context: ShopContext,
    dialog: Dialog,
    offer: Offer,
    text: str,
    error: DestinationError,
) -> Typed | None:
    """Take what is no destination as a number among words, another wish, or a mistake."""
    problem = destination_fault(context.words, error, offer)
    if offer.kind not in NUMBERS:
        if leads_away(context, text, offer):
            return await _leave_for_text(update, context)
        return await _ask_again(update, context, dialog, offer, problem)
    number = None
    try:
        number = read_number(text, context.shop.rules.profile.prefixes)
    except NumberError as fault:
        is_foreign = fault.fault is NumberFault.FOREIGN and offer.kind is DestinationKind.PHONE
        if is_foreign or fault.fault in TOLD:
            problem = number_fault(context.words, fault.fault)
    if error.fault is DestinationFault.TRAILING and not _is_new_order(dialog, number):
        number = None
    elif number is not None and not context.shop.search.names_other(text, offer):
        destination = _meant(offer, number)
        if destination is not None:
            return await _quote(update, context, dialog, offer, destination)
    if number is not None or (len(text) <= LONGEST and is_wish(context, text)):
        return await _leave_for_text(update, context)
    return await _ask_again(update, context, dialog, offer, problem)


def _is_new_order(dialog: Dialog, number: KnownNumber | None) -> bool:
    """Whether a number and its amount are another order than the one that is to be confirmed.

    Else the button that pays the one would stand below the other.
    """
    is_quoted = dialog.step == Step.CONFIRM
    return is_quoted and number is not None and number.nominal is not None


def _meant(offer: Offer, number: KnownNumber) -> str | None:
    """Return the number that stands among words, if a product goes to such; not with an amount."""
    if number.nominal is not None:
        return None
    match offer.kind:
        case DestinationKind.PHONE:
            return number.phone
        case DestinationKind.METER:
            return number.meter
        case _:
            return None


async def _leave_for_text(update: Update, context: ShopContext) -> Literal[-1]:
    """Answer what was typed as if nothing had been asked; the old screen keeps its buttons."""
    await context.shop.dialogs.end(customer_of(update))
    await take_typed(update, context)
    return END


async def _quote(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, typed: str
) -> Typed | None:
    customer_id, message_id = dialog.customer_id, dialog.message_id
    if dialog.step == Step.CONFIRM and _is_of_another(context, offer, typed):
        await context.shop.dialogs.end(customer_id)
        await offer_for(update, context, typed, is_phone=True)
        return END
    try:
        quote = await context.shop.buy.quote(
            customer_id, offer.product.product_id, typed, message_id
        )
    except ProductUnavailableError as error:
        return await product_is_gone(update, context, error, message_id)
    await show_quote(update, context, quote, message_id)
    return Step.CONFIRM


def _is_of_another(context: ShopContext, offer: Offer, typed: str) -> bool:
    """Whether a number is of an operator that the product is not of, and has its own products.

    Sent while another number's quote stands, it is rather a new wish.
    """
    prefixes, main = context.shop.rules.profile.prefixes, offer.product.listing.main
    if offer.kind is not DestinationKind.PHONE or main not in prefixes:
        return False
    phone = normalise(offer.kind, typed)
    brands = operators_of(phone, prefixes)
    if not brands or main in brands:
        return False
    fitting = context.shop.fit.phone(KnownNumber(phone, brands, None))
    return fitting is not None and bool(fitting.choices)


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
        await show_anew(update, context, *_still_quoted(update, context, dialog, offer, problem))
        return None
    await _ask(update, context, offer, dialog.message_id, problem)
    return Step.DESTINATION


def _still_quoted(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, problem: str
) -> tuple[str, InlineKeyboardMarkup]:
    """Return what is still to be confirmed; below words also the button that pays it.

    Below digits or a contact it is left out: they may have been another order. So it is for a
    number of another operator: only the screen above warns of that.
    """
    words, message = context.words, update.message
    typed = "" if message is None else message.text or ""
    token = str(dialog.data.get("token", ""))
    has_number = any(map(str.isdigit, typed)) or (message is not None and bool(message.contact))
    is_payable = bool(token) and not has_number and not _is_doubtful(context, offer, dialog)
    pay = [main_button(pay_label(words, offer), Confirm(token))] if is_payable else []
    destination = group_digits(
        str(dialog.data.get("destination", "")), str(dialog.data.get("zone", "")), offer.kind
    )
    text = still_quoted(words, offer, destination, problem, is_payable=is_payable)
    return text, keyboard(pay, [leave(words)])


def _is_doubtful(context: ShopContext, offer: Offer, dialog: Dialog) -> bool:
    """Tell whether what is quoted is for a number of another operator than the product's."""
    prefixes, main = context.shop.rules.profile.prefixes, offer.product.listing.main
    if offer.kind is not DestinationKind.PHONE or main not in prefixes:
        return False
    brands = operators_of(str(dialog.data.get("destination", "")), prefixes)
    return bool(brands) and main not in brands


async def _ask(
    update: Update, context: ShopContext, offer: Offer, message_id: int | None, problem: str = ""
) -> None:
    text, markup = await _question(update, context, offer, problem)
    shown_id = await show(update, context, text, markup, message_id=message_id)
    if shown_id != message_id:
        await context.shop.dialogs.set_message(customer_of(update), shown_id)


async def _question(
    update: Update, context: ShopContext, offer: Offer, problem: str = ""
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the question for a product's destination, with what is known of the customer's."""
    words, shop = context.words, context.shop
    note = shop.rules.profile.public_note(offer.product.listing.note)
    saved = await saved_rows(update, context, offer)
    ways = [back(words, back_to_products(words, shop.browse, offer)), leave(words)]
    screen = destination_text(words, offer, note, problem), keyboard(*saved, ways)
    return await with_opening(update, context, screen)
