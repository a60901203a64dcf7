"""Decides whether letters next to a number are mistyped digits, or an amount or a code beside it.

"0812 345 678 9O" is not a number of ten digits: its last group probably means 90. An order for the
digits alone would go to another person's number, so such a number is unclear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.destination import DestinationKind, normal_form
from bot.domain.search.query import UNITS

MIN_DIGITS = 8
"""The minimum number of digits in a text that is meant as a number."""
MIN_WHOLE_DIGITS = 11
"""A number of at least this many digits is complete; a shorter one may lack digits."""
_LOOK_ALIKES = "OoIlSBZ"
"""Letters that look like the digits 0, 1, 5, 8 and 2."""
_ONE_LETTER = frozenset({"g", "d", "x"})
"""Units that may be a mistyped digit unless the number next to them is complete: "5g", "2x"."""
_MORE_UNITS = ("sms", "jam", "kali", "pcs", "th", "thn", "kb", "tb", "an", "rban", "ribuan")
_UNIT = "|".join(sorted({*UNITS, *_MORE_UNITS} - _ONE_LETTER, key=lambda unit: -len(unit)))
_QUANTITIES = re.compile(rf"(?:[0-9]+(?:{_UNIT}))+", re.ASCII | re.IGNORECASE)
_SHORT_QUANTITY = re.compile(r"[0-9]+[gdx]", re.ASCII | re.IGNORECASE)
_GROUP = re.compile(r"\+?[0-9]+", re.ASCII)
_LEAD = re.compile(r"[A-Za-z]+(?=[0-9])", re.ASCII)
_ZERO_OR_ONE = re.compile(r"[OoIl]+", re.ASCII)
_ONLY_LOOK_ALIKES = re.compile(rf"[{_LOOK_ALIKES}]{{1,2}}|[OoIl]{{3,4}}", re.ASCII)
"""Longer combinations are words, such as "BOSS"."""
_MASK = re.compile(r"[xX]{2,}|[*\u2022\u25cf]{2,}")
"""Characters in place of masked digits, as in "0812 345 678 xx"."""
_NATIONAL = re.compile(r"0|\+?62", re.ASCII)


class Piece(NamedTuple):
    """A group of digits, or a word that may be part of a number."""

    text: str
    has_word_behind: bool = False
    """Whether a word follows it, as after the "I" of "I need"."""


def may_be_digits(word: str) -> bool:
    """Return whether a word may be part of a number.

    It may if it contains a digit, is a single letter, consists of letters that look like digits,
    or masks digits. A quantity with its unit ("10rb", "5gb", "2gb30hari") is not part of one.
    """
    if _QUANTITIES.fullmatch(word):
        return False
    is_short = len(word) == 1 and word.isalpha()
    return is_short or any(map(str.isnumeric, word)) or _stands_for_digits(word)


def may_continue(row: Sequence[Piece]) -> bool:
    """Return whether a number may continue after a comma or a line break.

    It may if it has 8 to 10 digits, or 11 digits that are not a complete number yet: a meter
    number has 11 or 12.
    """
    digits = _digits_in(row)
    is_long = digits == MIN_WHOLE_DIGITS and not _is_whole(row[-1].text)
    return MIN_DIGITS <= digits < MIN_WHOLE_DIGITS or is_long


def has_doubtful_letters(row: Sequence[Piece]) -> bool:
    """Return whether letters in a run of consecutive pieces may be mistyped digits.

    Words with a number ("tsel10", "PLN20") are not, nor is a code next to a complete number
    ("S10 081234567890").
    """
    return _digits_in(row) >= MIN_DIGITS and any(_is_doubtful(row, at) for at in range(len(row)))


def _digits_in(row: Sequence[Piece]) -> int:
    return sum(char.isnumeric() or char in _LOOK_ALIKES for piece in row for char in piece.text)


def _stands_for_digits(word: str) -> bool:
    return bool(_ONLY_LOOK_ALIKES.fullmatch(word) or _MASK.fullmatch(word))


def _is_doubtful(row: Sequence[Piece], at: int) -> bool:
    text = row[at].text
    if _GROUP.fullmatch(text):
        return False
    before = [piece.text for piece in row[max(0, at - 1) : at]]
    after = [piece.text for piece in row[at + 1 : at + 2]]
    is_beside_whole = all(_is_whole(group) for group in (*before, *after))
    is_before_whole = not before and bool(after) and _is_whole_phone(after[0])
    if text[0] in "*\u2022\u25cf":
        # On both sides of a number they are formatting: "**0812 3456 7890**".
        return at > 0 and row[0].text != text and not is_beside_whole
    if len(text) == 1 and text not in _LOOK_ALIKES:
        return bool(before) and not row[at].has_word_behind and may_continue(row)
    if _stands_for_digits(text):
        is_word = is_before_whole or row[at].has_word_behind
        return not (is_word and is_beside_whole)
    if _SHORT_QUANTITY.fullmatch(text):
        return not is_beside_whole
    lead = _LEAD.match(text)
    if lead is None:
        return True
    if is_before_whole:
        return _ZERO_OR_ONE.fullmatch(lead[0]) is not None
    is_code = any(letter not in _LOOK_ALIKES for letter in lead[0])
    return not is_code or (len(lead[0]) == 1 and not is_beside_whole)


def _is_whole_phone(group: str) -> bool:
    """Return whether a group is a phone number with its 0 or 62, so that nothing precedes it."""
    is_phone = normal_form(DestinationKind.PHONE, group) is not None
    return is_phone and _NATIONAL.match(group) is not None


def _is_whole(group: str) -> bool:
    """Return whether a group is a complete phone number (11 digits or more) or meter number."""
    phone = normal_form(DestinationKind.PHONE, group)
    if phone is not None:
        return len(phone) >= MIN_WHOLE_DIGITS
    return normal_form(DestinationKind.METER, group) is not None
