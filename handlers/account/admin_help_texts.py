"""Texts: the part of /help that only admins get."""

from __future__ import annotations

from handlers.ui.html import bold, lines
from handlers.ui.i18n import Translator


def admin_help_text(words: Translator) -> str:
    """Return the list of the admins' commands."""
    _ = words.gettext
    return lines(
        bold(_("For admins")),
        _("/status: how things stand; with a number, a reference or an ID it finds orders"),
        _("/balance: the shop's money and today's sales"),
        _("/credit and /debit: put money into a wallet, or take it out, by the customer's ID"),
        _("/deposit: note what you paid to the supplier; with a minus it is corrected"),
        _("/pause: stop selling; customers read what you write after it. /resume: sell again"),
        _("/recon: compare with the supplier; with a reference, the difference is settled"),
    )
