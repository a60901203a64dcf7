"""Texts: the replies to typed text that names no product."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def greeting(words: Translator) -> str:
    """Return the answer to a greeting, with examples of what to type."""
    return words.gettext(
        "Hello! What do you need? Type a product, such as tsel 10, axis 2gb or pln 50, or a phone "
        "number; or press the button to shop."
    )


def you_are_welcome(words: Translator) -> str:
    """Return the answer to thanks."""
    return words.gettext("You are welcome! Just type when you need something else.")


def game_first(words: Translator) -> str:
    """Return the answer to a game account's id that was not asked for."""
    return words.gettext(
        "This looks like a game's user ID. Please choose the game first, then send the ID."
    )


def number_too_short(words: Translator) -> str:
    """Return the answer to a part of a phone number."""
    return words.gettext(
        "The number is too short: a phone number has 10 to 13 digits. Please send all of it."
    )


def what_to_search(words: Translator) -> str:
    """Return the answer to /search without a query."""
    return words.gettext(
        "Type what you look for, such as tsel 10, axis 2gb or pln 50. No command is needed."
    )
