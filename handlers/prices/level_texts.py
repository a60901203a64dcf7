"""Texts: levels of customers."""

from __future__ import annotations

from typing import assert_never

from bot.domain.prices import MAX_LEVEL_NAME, MAX_LEVELS, Level, LevelError, LevelFault
from handlers.ui.html import bold, escaped, paragraphs
from handlers.ui.i18n import Translator


def levels_text(translator: Translator, *, has_any: bool) -> str:
    """Return what levels are, above their buttons."""
    _ = translator.gettext
    none_yet = "" if has_any else _("There is no level yet.")
    return paragraphs(
        bold(_("👥 Levels of customers")),
        none_yet,
        _(
            "A level has prices of its own, or everybody's price less an amount. You give a "
            "customer a level on their card. There can be {most}."
        ).format(most=MAX_LEVELS),
    )


def level_text(translator: Translator, level: Level, customers: int) -> str:
    """Return a level's name, and how many customers have it."""
    count = translator.ngettext("{count} customer", "{count} customers", customers).format(
        count=translator.number(customers)
    )
    return paragraphs(bold(level.name), count)


def ask_name_text(translator: Translator, level: Level | None) -> str:
    """Return the question for a level's name; None: of a new one."""
    _ = translator.gettext
    if level is None:
        return _("What is the new level called? Type a name, such as Agen.")
    return _("What shall {level} be called?").format(level=bold(level.name))


def level_saved_text(translator: Translator, level: Level) -> str:
    """Return that a level was made or named."""
    return translator.gettext("The level is called {level}.").format(level=bold(level.name))


def level_deleted(translator: Translator, level: Level) -> str:
    """Return, as plain text, that a level was deleted."""
    return translator.gettext("{level} was deleted.").format(level=level.name)


def level_fault(translator: Translator, error: LevelError) -> str:
    """Return why a level cannot be made, named or deleted."""
    _ = translator.gettext
    match error.fault:
        case LevelFault.TOO_MANY:
            return _("There are already {most} levels, and there can be no more.").format(
                most=MAX_LEVELS
            )
        case LevelFault.NAME_TAKEN:
            return _("Another level has this name. Please choose another name.")
        case LevelFault.NAME_LENGTH:
            return _("A name has 1 to {most} characters.").format(most=MAX_LEVEL_NAME)
        case LevelFault.IN_USE:
            return escaped(
                translator.ngettext(
                    "{count} customer has this level. Give them another one first.",
                    "{count} customers have this level. Give them another one first.",
                    error.count,
                ).format(count=translator.number(error.count))
            )
        case _:
            assert_never(error.fault)
