"""Texts of saved numbers, and of the button that shares the customer's own number."""

from __future__ import annotations

from bot.domain.customer import SavedNumber
from bot.domain.destination import group_digits
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import DOT
from handlers.ui.product_names import brand_name


def numbers_text(translator: Translator, numbers: int) -> str:
    """Return the text above the list of saved numbers."""
    _ = translator.gettext
    if not numbers:
        return _("There are no saved numbers yet. Numbers that you buy for are kept here.")
    return paragraphs(bold(_("Your saved numbers")), _("Press one to name it or delete it."))


def saved_text(number: SavedNumber) -> str:
    """Return a saved number with its name and brand; digits are grouped for reading."""
    brand = brand_name(number.main) if number.main else ""
    return lines(
        bold(number.name) if number.name else "",
        escaped(brand),
        code(group_digits(number.destination, number.zone, number.kind)),
    )


def ask_name_text(translator: Translator, number: SavedNumber) -> str:
    """Return the question for the name of a number."""
    _ = translator.gettext
    return paragraphs(
        code(group_digits(number.destination, number.zone, number.kind)),
        _("What do you call this number? Type a short name, such as Mama or Home."),
    )


def named_text(translator: Translator, number: SavedNumber) -> str:
    """Return that the name of a number was saved."""
    shown = group_digits(number.destination, number.zone, number.kind)
    return translator.gettext("Saved: {number}").format(number=bold(f"{number.name}{DOT}{shown}"))


def forgotten(translator: Translator) -> str:
    """Return that a number was deleted."""
    return translator.gettext("This number is deleted.")


def no_such_number(translator: Translator) -> str:
    """Return that a number does not exist, or was deleted before."""
    return translator.gettext("This number is not saved any more.")


def share_text(translator: Translator) -> str:
    """Return the request to share the customer's own phone number."""
    return translator.gettext("Press the button at the bottom to send your own number.")


def share_button_removed_text(translator: Translator) -> str:
    """Return that the button for the customer's own number was removed."""
    return translator.gettext("The button at the bottom is closed.")
