"""What a text is: a phone number, a product, a command word, a greeting."""

from __future__ import annotations

from typing import Final

from bot.domain.destination import DestinationKind
from bot.domain.order import order_id_of
from bot.domain.typed_input.phone_number import NumberError, parse_number
from handlers.typed_input.text_commands import command_in
from handlers.ui.context import ShopContext
from handlers.ui.product_names import (
    short_query,
)


def is_phone(context: ShopContext, text: str) -> bool:
    """Tell whether a text is one phone number, whatever else was asked for."""
    try:
        number = parse_number(text, context.shop.rules.profile.prefixes)
    except NumberError:
        return False
    return number is not None and number.phone is not None


LONGEST_QUERY_BYTES: Final = 48
"""So much fits into the buttons that turn the pages."""


NUMBERS: Final = frozenset({DestinationKind.PHONE, DestinationKind.METER})
"""What can be bought for as soon as it is known."""


def is_wish(context: ShopContext, text: str) -> bool:
    """Tell whether a text has words that say what somebody wants: a product, or a command."""
    if not any(character.isalpha() for character in text):
        return False
    is_command = command_in(text) is not None or is_order_number(text)
    found = context.shop.search.look(short(text))
    return is_command or (bool(found.offers) and found.has_rest and found.is_mostly_known)


def short(text: str) -> str:
    return short_query(text, LONGEST_QUERY_BYTES)


def is_order_number(text: str) -> bool:
    """Tell whether a text is an order's number and nothing else: K12."""
    return order_id_of(text.strip().upper()) is not None
