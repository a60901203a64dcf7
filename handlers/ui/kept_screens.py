"""Screens of products, kept in memory while what is sold stays the same.

Most of what a press costs is making names, labels and buttons, and Telegram's form of them. Many
customers see the same screen. One for a phone or meter number is kept with `PLACE` in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from bot.domain.destination import group_digits
from handlers.ui.context import ShopContext
from handlers.ui.keyboards import Screen, with_number

PLACE: Final = "\0"
"""One character of a number in a kept screen; no text of the supplier has it."""


def kept_screen(context: ShopContext, key: Hashable, make: Callable[[], Screen]) -> Screen:
    """Return the screen of a key in the sender's language; `make` is called if none is kept.

    The key must hold everything that the screen depends on, but for the products. Raises
    `ProductUnavailableError` without a catalogue.
    """
    key = (key, context.translator.language, context.is_staff)
    return context.shop.screens.get(context.shop.browse.assortment(context.viewer), key, make)


def kept_screen_for(
    context: ShopContext, key: Hashable, number: str, make: Callable[[str], Screen]
) -> Screen:
    """Return the screen of a key for a number; `make` gets a text of the same length.

    The number may be in the text, grouped, and in the data of the buttons.
    """
    place = PLACE * len(number)
    text, markup = kept_screen(context, (key, len(number)), lambda: make(place))
    return text.replace(place, group_digits(number)), with_number(markup, place, number)
