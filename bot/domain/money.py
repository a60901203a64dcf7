"""Money: whole rupiah, and parsing of amounts as people type them."""

from __future__ import annotations

import re
from typing import NewType

from bot.domain.errors import AmountError, AmountFault
from bot.domain.typed_text import without_invisible

Rupiah = NewType("Rupiah", int)
"""Whole rupiah. No smaller unit is in use, so money is never a float."""

MAX_AMOUNT = Rupiah(1_000_000_000)
"""The largest amount that a person may type; a larger one is taken for a typing error."""

_FACTORS: dict[str, int] = {
    "": 1,
    "rb": 1_000,
    "ribu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
}
_AMOUNT = re.compile(r"(?:rp\.?)?\s*(-?)([0-9][0-9.,]*)\s*([a-z]*)", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_DECIMAL = re.compile(r"([0-9]{1,4})[.,]([0-9]{1,2})", re.ASCII)


def parse_rupiah(text: str) -> Rupiah:
    """Read an amount as people type it: "50000", "50.000", "Rp 50.000", "50rb", "1,5jt".

    Invisible characters from pasted text are ignored. Returns 1 to `MAX_AMOUNT` rupiah. Raises
    `AmountError` for any other text, including a minus sign, an exponent and non-ASCII digits.
    """
    match = _AMOUNT.fullmatch(without_invisible(text).strip().lower().removesuffix(",-"))
    if match is None or match[3] not in _FACTORS:
        raise AmountError(AmountFault.NOT_A_NUMBER, text)
    if match[1]:
        raise AmountError(AmountFault.NOT_POSITIVE, text)
    amount = _digits_times_factor(match[2], _FACTORS[match[3]], text)
    if amount <= 0:
        raise AmountError(AmountFault.NOT_POSITIVE, text)
    if amount > MAX_AMOUNT:
        raise AmountError(AmountFault.TOO_LARGE, text)
    return Rupiah(amount)


def _digits_times_factor(digits: str, factor: int, text: str) -> int:
    if len(digits) > 20:
        raise AmountError(AmountFault.TOO_LARGE, text)
    if digits.isdigit():
        return int(digits) * factor
    decimal = _DECIMAL.fullmatch(digits)
    if factor > 1 and decimal is not None:
        return int(decimal[1]) * factor + int(decimal[2].ljust(2, "0")) * factor // 100
    if factor == 1 and _GROUPED.fullmatch(digits):
        return int(re.sub("[.,]", "", digits))
    raise AmountError(AmountFault.AMBIGUOUS, text)
