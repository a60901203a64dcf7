"""Warnings about a destination that several screens show."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def meter_warning(words: Translator) -> str:
    """Return that nobody can check whose meter it is."""
    return words.gettext(
        "We cannot check the name of the meter's owner. Make sure that the number is right."
    )


def foreign_number(words: Translator) -> str:
    """Return that a number is of another country."""
    return words.gettext(
        "This is not an Indonesian number. Please send a number that begins with 08 or +62."
    )


def number_trails(words: Translator) -> str:
    """Return that it is unclear whether the last digits belong to the number."""
    return words.gettext("We could not read the number clearly. Please send it without spaces.")
