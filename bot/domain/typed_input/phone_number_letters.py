"""Letters that touch a number: digits that were mistyped, or an amount or a code beside it.

"0812 345 678 9O" is no number of ten digits: its last group was meant as 90. Whoever buys for the
digits alone buys for a stranger, so the number counts as unclear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.destination import DestinationKind, normalise
from bot.domain.errors import DestinationError
from bot.domain.search.query import UNITS

LEAST_DIGITS = 8
"""A text with fewer digits is no number that something is bought for."""
SHORTEST_WHOLE = 11
"""A number of so many digits ends where it ends; after fewer, more may have been meant."""
_ALIKE = "OoIlSBZ"
"""Letters that are taken for 0, 1, 5, 8 and 2."""
_ONE_LETTER = frozenset({"g", "d", "x"})
"""Units that may stand for a digit, unless the number beside them is whole: "5g", "30d", "2x"."""
_MORE_UNITS = ("sms", "jam", "kali", "pcs", "th", "thn", "kb", "tb", "an", "rban", "ribuan")
_UNIT = "|".join(sorted({*UNITS, *_MORE_UNITS} - _ONE_LETTER, key=lambda unit: -len(unit)))
_QUANTITIES = re.compile(rf"(?:[0-9]+(?:{_UNIT}))+", re.ASCII | re.IGNORECASE)
_SHORT_QUANTITY = re.compile(r"[0-9]+[gdx]", re.ASCII | re.IGNORECASE)
_GROUP = re.compile(r"\+?[0-9]+", re.ASCII)
_LEAD = re.compile(r"[A-Za-z]+(?=[0-9])", re.ASCII)
_ZERO_OR_ONE = re.compile(r"[OoIl]+", re.ASCII)
_ONLY_ALIKE = re.compile(rf"[{_ALIKE}]{{1,2}}|[OoIl]{{3,4}}", re.ASCII)
"""Longer ones are words: "BOSS"."""
_HIDDEN = re.compile(r"[xX]{2,}|[*\u2022\u25cf]{2,}")
"""What stands in place of digits that are not shown: "0812 345 678 xx"."""
_NATIONAL = re.compile(r"0|\+?62", re.ASCII)


class Piece(NamedTuple):
    """A group of digits, or a word that may belong to one."""

    text: str
    has_word_behind: bool = False
    """Whether a word follows it, as after the "I" of "I need"."""


def may_be_digits(word: str) -> bool:
    """Return whether a word has a digit in it, is one letter or some look-alikes, or hides digits.

    An amount with its unit ("10rb", "5gb", "2gb30hari") is none.
    """
    if _QUANTITIES.fullmatch(word):
        return False
    is_short = len(word) == 1 and word.isalpha()
    return is_short or any(map(str.isnumeric, word)) or _stands_for_digits(word)


def may_go_on(row: Sequence[Piece]) -> bool:
    """Return whether a comma or a new line may stand inside a number: more digits may follow.

    Those of a meter are 11 or 12.
    """
    digits = _digits_in(row)
    is_long = digits == SHORTEST_WHOLE and not _is_whole(row[-1].text)
    return LEAST_DIGITS <= digits < SHORTEST_WHOLE or is_long


def is_unclear(row: Sequence[Piece]) -> bool:
    """Return whether letters in a row of pieces that touch may stand for digits of a number.

    Words with a number ("tsel10", "PLN20") are none, nor is a code beside a number that is whole
    ("S10 081234567890").
    """
    return _digits_in(row) >= LEAST_DIGITS and any(_is_doubtful(row, at) for at in range(len(row)))


def _digits_in(row: Sequence[Piece]) -> int:
    return sum(one.isnumeric() or one in _ALIKE for piece in row for one in piece.text)


def _stands_for_digits(word: str) -> bool:
    return bool(_ONLY_ALIKE.fullmatch(word) or _HIDDEN.fullmatch(word))


def _is_doubtful(row: Sequence[Piece], at: int) -> bool:
    text = row[at].text
    if _GROUP.fullmatch(text):
        return False
    before = [one.text for one in row[max(0, at - 1) : at]]
    after = [one.text for one in row[at + 1 : at + 2]]
    is_beside_whole = all(_is_whole(group) for group in (*before, *after))
    is_before_whole = not before and bool(after) and _begins(after[0])
    if text[0] in "*\u2022\u25cf":
        # On both sides they are an ornament: "**0812 3456 7890**".
        return at > 0 and row[0].text != text and not is_beside_whole
    if len(text) == 1 and text not in _ALIKE:
        return bool(before) and not row[at].has_word_behind and may_go_on(row)
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
    is_code = any(letter not in _ALIKE for letter in lead[0])
    return not is_code or (len(lead[0]) == 1 and not is_beside_whole)


def _begins(group: str) -> bool:
    """Whether a phone number begins and ends with this group: nothing before it is a part of it."""
    return _NATIONAL.match(group) is not None and _phone(group) is not None


def _is_whole(group: str) -> bool:
    """Whether a group is a number, to which nothing is missing."""
    phone = _phone(group)
    if phone is not None:
        return len(phone) >= SHORTEST_WHOLE
    try:
        normalise(DestinationKind.METER, group)
    except DestinationError:
        return False
    return True


def _phone(group: str) -> str | None:
    try:
        return normalise(DestinationKind.PHONE, group)
    except DestinationError:
        return None
