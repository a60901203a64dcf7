"""Where an id is asked for: what is none, and what leads away from the question."""

from __future__ import annotations

from typing import Final

from bot.domain.destination import DestinationKind
from bot.domain.typed_input.account_id import (
    begins_like_phone,
    is_labelled,
    parse_account_id,
    without_labels,
)
from bot.domain.typed_text import without_invisible
from bot.services.catalogue.browse import Offer
from handlers.typed_input.recognition import is_wish
from handlers.typed_input.text_commands import command_in
from handlers.ui.context import ShopContext

LONGEST_WISH: Final = 100


def id_of(text: str, offer: Offer) -> str:
    """Return a typed destination without labels; raises `DestinationError`."""
    return parse_account_id(offer.kind, text, offer.game_form, offer.product.listing.main)


def leads_away(context: ShopContext, text: str, offer: Offer) -> bool:
    """Tell whether a text that is no id of a product is meant for something else.

    It begins like a phone number, or names another product or a command; digits alone never do.
    """
    seen = without_invisible(text).strip()
    if begins_like_phone(seen):
        return True
    wish = without_labels(seen)
    if len(seen) > LONGEST_WISH or not any(map(str.isalpha, wish)):
        return False
    return is_wish(context, wish) or context.shop.search.names_other(wish, offer)


def is_no_id(context: ShopContext, text: str, offer: Offer) -> bool:
    """Tell whether what could be an id of any form is a wish: "tsel 10", "saldo".

    A text that says of itself that it is an id is one: "ID Saldo".
    """
    is_free = offer.kind is DestinationKind.OTHER or (
        offer.kind is DestinationKind.GAME and not offer.game_form.has_digit_user
    )
    seen = without_invisible(text).strip()
    if not is_free or is_labelled(seen):
        return False
    if command_in(seen) is not None:
        return True
    said = seen.split()
    if len(said) > 1:
        return is_wish(context, seen)
    return seen.isalpha() and context.shop.search.is_named(seen) and is_wish(context, seen)
