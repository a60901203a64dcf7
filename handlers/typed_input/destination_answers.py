"""Text, contacts and other messages sent while a destination is asked for or a quote is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from telegram import Update

from bot.domain.destination import DestinationKind, normalise
from bot.domain.dialog import Dialog, Step
from bot.domain.errors import DestinationError, DestinationFault, ProductUnavailableError
from bot.domain.shop_rules import TOKEN_LIFETIME
from bot.domain.typed_input.account_id import parse_account_id
from bot.domain.typed_input.phone_number import NumberError, NumberFault, ParsedNumber, parse_number
from bot.services.catalogue.browse import Offer
from handlers.buying.destination import MAX_LENGTH, ask_again, other_operators, readable
from handlers.buying.number_texts import number_fault
from handlers.buying.texts import contact_not_wanted, destination_fault, not_a_number
from handlers.typed_input.account_ids import is_not_id, means_something_else
from handlers.typed_input.recognition import NUMBERS, asks_for_something, code_purchase
from handlers.typed_input.sent_numbers import offer_for_number, take_contact_anywhere, with_saved
from handlers.ui.buttons import Open
from handlers.ui.catalogue_screen import open_catalogue
from handlers.ui.confirm_card import show_quote
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, Callback
from handlers.ui.number_picker import take_shared
from handlers.ui.replies import show_new
from handlers.ui.unavailable_product import show_unavailable

QUESTION_LIFETIME: Final = timedelta(hours=12)
"""How long the question for a destination is open. A later number may be meant otherwise."""
SPECIFIC_FAULTS: Final = frozenset(
    {NumberFault.SEVERAL, NumberFault.LETTERS, NumberFault.SCRIPT, NumberFault.TRAILING}
)
"""Faults of a number whose message is more specific than that of the destination's fault."""
Typed = Literal[Step.PRODUCT, Step.DESTINATION, Step.CONFIRM, -1]


async def take_no_destination(update: Update, context: ShopContext) -> Typed | None:
    """Answer a photo, a sticker or a voice message: it is no destination."""
    if await say_unreadable(update, context):
        return await ask_once_more(update, context)
    await show_new(update, context, not_a_number(context.translator))
    return None


async def ask_once_more(update: Update, context: ShopContext) -> Typed | None:
    """Repeat the open question, below the answer to something else."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None or dialog.product_id is None or _has_expired(context, dialog):
        await context.shop.dialogs.end(context.customer_id)
        return END
    try:
        offer = context.shop.browse.offer(dialog.product_id, context.viewer)
    except ProductUnavailableError as error:
        return await show_unavailable(update, context, error, dialog.message_id)
    return await ask_again(update, context, dialog, offer, "")


class DestinationAnswers:
    """The handlers of text and contacts at the steps DESTINATION and CONFIRM."""

    def __init__(self, take_typed: Callback[None]) -> None:
        """`take_typed` handles a text that is no answer."""
        self._take_typed = take_typed

    async def take_text(self, update: Update, context: ShopContext) -> Typed | None:
        """Take a text as the destination; while a quote is shown, as another destination."""
        dialog = context.dialog_at_arrival
        if _has_expired(context, dialog):
            return await self._end_and_take_typed(update, context)
        text = message_text(update)
        if code_purchase(context, text) is not None:
            return await self._end_and_take_typed(update, context)
        text = await with_saved(context, text, is_all=True)
        return await self._take(update, context, dialog, text)

    async def take_contact(self, update: Update, context: ShopContext) -> Typed | None:
        """Take the number of a shared contact as the destination, if it is a phone number."""
        dialog = context.dialog_at_arrival
        if _has_expired(context, dialog):
            await context.shop.dialogs.end(context.customer_id)
            await take_contact_anywhere(update, context)
            return END
        phone, problem = "", ""
        try:
            phone = await take_shared(update, context)
        except NumberError as error:
            problem = number_fault(context.translator, error.fault)
        return await self._take(update, context, dialog, phone, is_contact=True, problem=problem)

    async def _take(
        self,
        update: Update,
        context: ShopContext,
        dialog: Dialog | None,
        text: str,
        *,
        is_contact: bool = False,
        problem: str = "",
    ) -> Typed | None:
        if dialog is None or dialog.product_id is None:
            return await open_catalogue(update, context, Open(), in_new_message=True)
        try:
            offer = context.shop.browse.offer(dialog.product_id, context.viewer)
        except ProductUnavailableError as error:
            return await show_unavailable(update, context, error, dialog.message_id)
        if is_contact and offer.kind is not DestinationKind.PHONE:
            problem = contact_not_wanted(context.translator)
        if problem:
            return await ask_again(update, context, dialog, offer, problem)
        try:
            main = offer.product.listing.main
            typed = parse_account_id(offer.kind, readable(text, offer), offer.game_form, main)
            normalise(offer.kind, typed, offer.game_form)
        except DestinationError as error:
            return await self._handle_invalid(update, context, dialog, offer, text, error)
        if is_not_id(context, text, offer):
            return await self._end_and_take_typed(update, context)
        return await _quote(update, context, dialog, offer, typed)

    async def _handle_invalid(
        self,
        update: Update,
        context: ShopContext,
        dialog: Dialog,
        offer: Offer,
        text: str,
        error: DestinationError,
    ) -> Typed | None:
        """Handle a text that is no destination: a number among words, a search, or a mistake."""
        problem = destination_fault(context.translator, error, offer)
        if offer.kind not in NUMBERS:
            if means_something_else(context, text, offer):
                return await self._end_and_take_typed(update, context)
            return await ask_again(update, context, dialog, offer, problem)
        number = None
        try:
            number = parse_number(text, context.shop.rules.profile.prefixes)
        except NumberError as fault:
            is_foreign = fault.fault is NumberFault.FOREIGN and offer.kind is DestinationKind.PHONE
            if is_foreign or fault.fault in SPECIFIC_FAULTS:
                problem = number_fault(context.translator, fault.fault)
        if error.fault is DestinationFault.TRAILING and not _is_new_order(dialog, number):
            number = None
        elif number is not None and not context.shop.search.names_other(text, offer):
            destination = _number_for(offer, number)
            if destination is not None:
                return await _quote(update, context, dialog, offer, destination)
        if number is not None or (len(text) <= MAX_LENGTH and asks_for_something(context, text)):
            return await self._end_and_take_typed(update, context)
        return await ask_again(update, context, dialog, offer, problem)

    async def _end_and_take_typed(self, update: Update, context: ShopContext) -> Literal[-1]:
        """End the dialog, then handle the text as unasked; the old screen keeps its buttons."""
        await context.shop.dialogs.end(context.customer_id)
        await self._take_typed(update, context)
        return END


async def _quote(
    update: Update, context: ShopContext, dialog: Dialog, offer: Offer, typed: str
) -> Typed | None:
    customer_id, message_id = dialog.customer_id, dialog.message_id
    if dialog.step == Step.CONFIRM and _is_other_operator(context, offer, typed):
        await context.shop.dialogs.end(customer_id)
        await offer_for_number(update, context, typed, is_phone=True)
        return END
    try:
        quote = await context.shop.buy.quote(
            customer_id, offer.product.product_id, typed, message_id
        )
    except ProductUnavailableError as error:
        return await show_unavailable(update, context, error, message_id)
    await show_quote(update, context, quote, message_id)
    return Step.CONFIRM


def _has_expired(context: ShopContext, dialog: Dialog | None) -> bool:
    """Return whether the question or quote is too old for a message to be meant for it."""
    if dialog is None:
        return False
    lifetime = TOKEN_LIFETIME if dialog.step == Step.CONFIRM else QUESTION_LIFETIME
    return context.shop.clock.now() - dialog.updated_at > lifetime


def _is_new_order(dialog: Dialog, number: ParsedNumber | None) -> bool:
    """Return whether a number with an amount is another order than the one being confirmed.

    If it is, the pay button of the open quote must not be shown below it.
    """
    is_quoted = dialog.step == Step.CONFIRM
    return is_quoted and number is not None and number.nominal is not None


def _is_other_operator(context: ShopContext, offer: Offer, typed: str) -> bool:
    """Return whether the number's operator is not the product's, and has products of its own.

    Sent while the quote for another number is open, such a number is taken as a new purchase.
    """
    if offer.kind is not DestinationKind.PHONE:
        return False
    phone = normalise(offer.kind, typed)
    brands = other_operators(context, offer, phone)
    if not brands:
        return False
    products = context.shop.products_for_number.phone(
        ParsedNumber(phone, brands, None), context.viewer
    )
    return products is not None and bool(products.choices)


def _number_for(offer: Offer, number: ParsedNumber) -> str | None:
    """Return a number of the kind that the product takes; None when an amount was sent with it."""
    if number.nominal is not None:
        return None
    match offer.kind:
        case DestinationKind.PHONE:
            return number.phone
        case DestinationKind.METER:
            return number.meter
        case _:
            return None
