"""Recognises texts: a phone number, a search or a command, an order's number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.destination import DestinationKind
from bot.domain.order import order_id_of
from bot.domain.typed_text import without_invisible
from bot.services.catalogue.browse import Offer
from handlers.typed_input.text_commands import command_in
from handlers.ui.context import ShopContext
from handlers.ui.number_picker import number_in
from handlers.ui.product_names import short_search

NUMBERS: Final = frozenset({DestinationKind.PHONE, DestinationKind.METER})
"""Destinations that are recognised without a product."""
MIN_DIGITS_AFTER_CODE: Final = 5
"""What follows a code has so many digits at least, or it is no number to buy for."""


@dataclass(frozen=True, slots=True)
class CodePurchase:
    """A product and a number, typed as "S10 081234567890"."""

    offer: Offer
    code: str
    """The code of the product, in capitals."""
    number: str
    """As it was typed."""


def is_phone(context: ShopContext, text: str) -> bool:
    """Return whether a text has exactly one number, and it may be a phone number."""
    number = number_in(context, text)
    return number is not None and number.phone is not None


def asks_for_something(context: ShopContext, text: str) -> bool:
    """Return whether the words of a text ask for a product, a command or an order."""
    if not any(character.isalpha() for character in text):
        return False
    is_command = command_in(text) is not None or is_order_number(text)
    found = context.shop.search.search(short_search(text), context.viewer)
    return is_command or (
        bool(found.offers) and found.match.has_rest and found.match.is_mostly_known
    )


def is_order_number(text: str) -> bool:
    """Return whether a text is only an order's number: K12."""
    return order_id_of(text.strip().upper()) is not None


def code_purchase(context: ShopContext, text: str) -> CodePurchase | None:
    """Return the product and the number of a text such as "S10 081234567890"."""
    code, _, rest = without_invisible(text).strip().partition(" ")
    if sum(map(str.isdigit, rest)) < MIN_DIGITS_AFTER_CODE:
        return None
    offer = context.shop.prices.codes.offer(code, context.viewer)
    return None if offer is None else CodePurchase(offer, code.upper(), rest)
