"""Warnings about a destination, for several screens."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def meter_warning(translator: Translator) -> str:
    """Return the warning that the name of a meter's owner cannot be checked."""
    return translator.gettext(
        "We cannot check the name of the meter's owner. Make sure that the number is right."
    )


def foreign_number(translator: Translator) -> str:
    """Return the answer to a phone number of another country."""
    return translator.gettext(
        "This is not an Indonesian number. Please send a number that begins with 08 or +62."
    )


def number_trails(translator: Translator) -> str:
    """Return the answer to a number after which there are digits that may belong to it."""
    return translator.gettext(
        "We could not read the number clearly. Please send it without spaces."
    )
