"""What stands on buttons: Telegram shows one line, so names lose what tells nothing apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

LONGEST_LABEL: Final = 34
"""A button that is alone in its row shows about so many characters; Telegram cuts the end."""
LONGEST_UNIT: Final = 4
_UNITS: Final = "GB|MB|KB|mnt|hr|SMS|DM"
_TIGHTER: Final = (
    (r" *([/+]) *", r"\1"),
    (r"\( +", "("),
    (r" +\)", ")"),
)
"""Steps to a shorter name that loses nothing: first the spaces around signs."""
_SHORTER: Final = (
    (r"\bTelkomsel\b", "Tsel"),
    (r"\bIndosat\b", "Isat"),
    (r"\bSmartfren\b", "SF"),
    (r"\bMobile Legends?\b", "ML"),
    (r"\bFree Fire\b", "FF"),
    (r"\bPulsa (?=Transfer)", ""),
    (r"\b(?:Data|Telepon) (?=\S)", ""),
    (r"\bPaket (?=[^\W\d])", ""),
    (r" Bonus\b", ""),
    (r"\bDiamonds?\b", "DM"),
    (r"\bMenit\b", "mnt"),
    (r"\bHari\b", "hr"),
    (rf"(\d) (?=(?:{_UNITS})\b)", r"\1"),
    (rf"(\d)({_UNITS})\+(?=[\d.,]+\2\b)", r"\1+"),
    (r" (?:Sesama|Semua Op(?:erator)?)\b", ""),
    (rf"(\d)({_UNITS})\+(?=[\d.,]+\2\b)", r"\1+"),
)
"""Then what people shorten themselves, and filler; amounts and their units are never touched."""
_STEPS: Final = [
    (re.compile(pattern, re.IGNORECASE), short) for pattern, short in (*_TIGHTER, *_SHORTER)
]
_AFTER_AMOUNT = re.compile(r"\d\S*\s+([^\W\d]+)")
_AMOUNT_AT_END = re.compile(r"[\d.,]+$")
_AMOUNT_AT_START = re.compile(r"^[\d.,]+")


def fitted(name: str, longest: int, shared: Collection[str] = ()) -> str:
    """Return a name that fits a button: shortened step by step, and only so far as it must be.

    `shared` are words that everything on the screen has, so that they tell nothing apart.
    """
    if len(name) > longest and shared:
        name = _without(name, shared)
    for pattern, short in _STEPS:
        if len(name) <= longest:
            return name
        name = pattern.sub(short, name)
    return name if len(name) <= longest else _cut(name, longest)


def shared_words(names: Sequence[str]) -> frozenset[str]:
    """Return the words that all of several names have, but for amounts and their units."""
    if len(names) < 2:
        return frozenset()
    shared = set.intersection(*(set(name.casefold().split()) for name in names))
    units = {unit for name in names for unit in _AFTER_AMOUNT.findall(name.casefold())}
    return frozenset(word for word in shared - units if _is_plain(word))


def _without(name: str, shared: Collection[str]) -> str:
    rest = [word for word in name.split() if word.casefold() not in shared]
    return " ".join(rest) if any(map(_has_digit, rest)) else name


def _cut(name: str, longest: int) -> str:
    """Return a name without some of its plain words, where that is enough; else in pieces.

    The words before an amount go first, so that what it is and how much it is both stay.
    """
    words = name.split()
    while (place := _last_plain(words)) and len(" ".join(words)) > longest:
        del words[place]
        words[place - 1] = f"{words[place - 1].rstrip('…')}…"
    if len(" ".join(words)) > longest and len(words) > 1 and _is_plain(words[0]):
        del words[0]
    name = " ".join(words)
    return name if len(name) <= longest else in_pieces(name, longest)


def in_pieces(name: str, longest: int) -> str:
    """Return the beginning and the end of a name; half an amount would be a wrong one."""
    head, tail = name[: longest - longest // 2 - 1], name[-(longest // 2) :]
    if name[len(head)].isdigit():
        head = _AMOUNT_AT_END.sub("", head) or head
    if name[-len(tail) - 1].isdigit():
        tail = _AMOUNT_AT_START.sub("", tail) or tail
    return f"{head.rstrip()}…{tail.lstrip()}"


def _last_plain(words: Sequence[str]) -> int:
    """Return the place of the last word, but for the first, that is neither amount nor unit."""
    plain = (place for place, word in enumerate(words) if place and _is_plain(word))
    return max((place for place in plain if not _is_unit(words, place)), default=0)


def _is_plain(word: str) -> bool:
    return not _has_digit(word) and any(map(str.isalpha, word))


def _is_unit(words: Sequence[str], place: int) -> bool:
    return len(words[place].rstrip("…")) <= LONGEST_UNIT and _has_digit(words[place - 1])


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
