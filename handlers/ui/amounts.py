"""The sentences about an amount that was typed."""

from __future__ import annotations

from typing import assert_never

from bot.domain.errors import AmountError, AmountFault
from bot.domain.money import MAX_AMOUNT
from handlers.ui.i18n import Translator


def amount_fault(words: Translator, error: AmountError) -> str:
    """Return what is wrong with an amount as typed, and what to do about it."""
    _ = words.gettext
    match error.fault:
        case AmountFault.NOT_A_NUMBER:
            return _("That is not an amount. Type it like 50k, 50,000 or 50000.")
        case AmountFault.NOT_POSITIVE:
            return _("The amount has to be more than zero.")
        case AmountFault.AMBIGUOUS:
            return _("That can be read in two ways. Type it like 50k, 50,000 or 50000.")
        case AmountFault.TOO_LARGE:
            return _("That is too much: at most {limit} at a time.").format(
                limit=words.money(MAX_AMOUNT)
            )
        case _:
            assert_never(error.fault)
