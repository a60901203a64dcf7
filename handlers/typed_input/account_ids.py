"""Answers to the question for an account id, and text sent there that means something else."""

from __future__ import annotations

from typing import Final

from bot.domain.destination import DestinationKind
from bot.domain.typed_input.account_id import (
    begins_like_phone,
    is_labelled,
    without_labels,
)
from bot.domain.typed_text import without_invisible
from bot.services.catalogue.browse import Offer
from handlers.typed_input.recognition import asks_for_something
from handlers.typed_input.text_commands import command_in
from handlers.ui.context import ShopContext

MAX_REQUEST_LENGTH: Final = 100
"""In characters. Longer text is taken as a wrong id, never as a search or a command."""


def means_something_else(context: ShopContext, text: str, offer: Offer) -> bool:
    """Return whether a text that is no valid id for the product is meant for something else.

    That is the case if it begins like a phone number, or names another product or a command, but
    never for digits alone.
    """
    stripped = without_invisible(text).strip()
    if begins_like_phone(stripped):
        return True
    unlabelled = without_labels(stripped)
    if len(stripped) > MAX_REQUEST_LENGTH or not any(map(str.isalpha, unlabelled)):
        return False
    return asks_for_something(context, unlabelled) or context.shop.search.names_other(
        unlabelled, offer
    )


def is_not_id(context: ShopContext, text: str, offer: Offer) -> bool:
    """Return whether a text is a search or a command, though ids of the product have free form.

    Examples are "tsel 10" and "saldo". A text with the label of an id is an id: "ID Saldo".
    """
    is_free = offer.kind is DestinationKind.OTHER or (
        offer.kind is DestinationKind.GAME and not offer.game_form.has_digit_user
    )
    stripped = without_invisible(text).strip()
    if not is_free or is_labelled(stripped):
        return False
    if command_in(stripped) is not None:
        return True
    if len(stripped.split()) > 1:
        return asks_for_something(context, stripped)
    return (
        stripped.isalpha()
        and context.shop.search.is_named(stripped)
        and asks_for_something(context, stripped)
    )
