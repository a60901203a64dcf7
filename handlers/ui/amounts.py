"""Amounts that are typed: whether a text is one, and what is wrong with it."""

from __future__ import annotations

from typing import assert_never

from bot.domain.errors import AmountError, AmountFault
from bot.domain.money import MAX_AMOUNT, parse_rupiah
from handlers.ui.i18n import Translator


def is_amount(text: str) -> bool:
    """Return whether a typed text is an amount."""
    try:
        parse_rupiah(text)
    except AmountError:
        return False
    return True


def amount_fault(translator: Translator, fault: AmountFault) -> str:
    """Return why a typed amount was not accepted, and how to type it."""
    _ = translator.gettext
    match fault:
        case AmountFault.NOT_A_NUMBER:
            return _("That is not an amount. Type it like 50k, 50,000 or 50000.")
        case AmountFault.NOT_POSITIVE:
            return _("The amount has to be more than zero.")
        case AmountFault.AMBIGUOUS:
            return _("That can be read in two ways. Type it like 50k, 50,000 or 50000.")
        case AmountFault.TOO_LARGE:
            return _("That is too much: at most {limit} at a time.").format(
                limit=translator.money(MAX_AMOUNT)
            )
        case _:
            assert_never(fault)
