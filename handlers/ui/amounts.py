"""Amounts that are typed: whether a text is one, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from bot.domain.errors import AmountError, AmountFault
from bot.domain.money import MAX_AMOUNT, Rupiah, parse_rupiah
from bot.domain.typed_text import without_invisible
from handlers.ui.i18n import Translator

_THREE_DIGITS = re.compile(r"[0-9]{3}", re.ASCII)
_MAX_WORDS_PER_AMOUNT = 3
"""An amount has at most three words, as in "Rp 50 rb"."""


def is_amount(text: str) -> bool:
    """Return whether a typed text is an amount."""
    try:
        parse_rupiah(text)
    except AmountError:
        return False
    return True


def split_amount(typed: Sequence[str]) -> tuple[Rupiah, Sequence[str]]:
    """Return the amount at the beginning of the words ("Rp 50 rb"), and the words after it.

    Every word must have a visible character. Raises `AmountError`, also if the next word is three
    digits that may belong to the amount ("50 000").
    """
    counts = range(min(_MAX_WORDS_PER_AMOUNT, len(typed)), 1, -1)
    count = next((number for number in counts if is_amount(" ".join(typed[:number]))), 1)
    amount, rest = parse_rupiah(" ".join(typed[:count])), typed[count:]
    is_next_digits = bool(rest) and _THREE_DIGITS.fullmatch(without_invisible(rest[0])) is not None
    if is_next_digits and without_invisible(typed[count - 1])[-1].isdigit():
        raise AmountError(AmountFault.AMBIGUOUS, " ".join(typed))
    return amount, rest


def begins_with_amount(text: str) -> bool:
    """Return whether a typed text is an amount, or an amount with words after it."""
    words = [word for word in text.split() if without_invisible(word)]
    try:
        split_amount(words)
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
