"""What stands on buttons: Telegram shows one line, so names lose what tells nothing apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from handlers.ui.widths import cut_to, room, width

DOT: Final = " · "
"""Stands between a brand and a name, and before a price."""
LONGEST_UNIT: Final = 4
LEAST_NAME_EM: Final = 3.0
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
    (r"\bPUBG Mobile\b", "PUBG"),
    (r"\bThree \(3\)", "Three"),
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


def fitted(
    name: str,
    longest: float,
    shared: Collection[str] = (),
    measure: Callable[[str], float] = len,
    *,
    keeps_first: bool = False,
) -> str:
    """Return a name that fits: shortened step by step, and only so far as it must be.

    `longest` is in characters, or in what `measure` returns. `shared` are words that everything
    on the screen has, so that they tell nothing apart. `keeps_first`: the first word is a brand
    that the screen does not say. A brand before a dot always stays.
    """
    name = shortened(name, longest, shared, measure)
    return name if measure(name) <= longest else _cut(name, longest, measure, keeps_first)


def shortened(
    name: str,
    longest: float,
    shared: Collection[str] = (),
    measure: Callable[[str], float] = len,
) -> str:
    """Return a name that has lost nothing which tells it apart; it may still be too long."""
    if measure(name) > longest and shared:
        name = _without(name, shared)
    for pattern, short in _STEPS:
        if measure(name) <= longest:
            return name
        name = pattern.sub(short, name)
    return name


def beside(
    name: str,
    *,
    start: str = "",
    end: str = "",
    shared: Collection[str] = (),
    keeps_first: bool = True,
) -> str:
    """Return a label for a button alone in its row: the name is shortened, not what is around it.

    A name that is left no room at all still has its beginning and end.
    """
    left = max(_room_beside(start, end), LEAST_NAME_EM)
    return f"{start}{fitted(name, left, shared, width, keeps_first=keeps_first)}{end}"


def beginning_beside(name: str, *, start: str, end: str, shared: Collection[str] = ()) -> str:
    """Return a label with the first words of a name that has its number: no amount is halved."""
    left = max(_room_beside(start, end), LEAST_NAME_EM)
    words = shortened(name, left, shared, width).split()
    whole = " ".join(words)
    while len(words) > 1 and width(whole) > left:
        del words[-1]
        whole = " ".join(words).rstrip(" ·+-/(") + "…"
    return f"{start}{cut_to(whole, left)}{end}"


def fits_beside(name: str, *, start: str = "", end: str = "", shared: Collection[str] = ()) -> bool:
    """Tell whether such a label has everything that tells the name apart."""
    left = _room_beside(start, end)
    return width(shortened(name, left, shared, width)) <= left


def _room_beside(start: str, end: str) -> float:
    return room() - width(start) - width(end)


def shared_words(names: Sequence[str]) -> frozenset[str]:
    """Return the words that all of several names have, but for amounts and their units."""
    if len(names) < 2:
        return frozenset()
    shared = set.intersection(*(set(name.casefold().split()) for name in names))
    units = {unit for name in names for unit in _AFTER_AMOUNT.findall(name.casefold())}
    return frozenset(word for word in shared - units if _is_plain(word))


def _without(name: str, shared: Collection[str]) -> str:
    head, dot, rest = name.rpartition(DOT)
    left = [word for word in rest.split() if word.casefold() not in shared]
    return f"{head}{dot}{' '.join(left)}" if any(map(_has_digit, left)) else name


def _cut(name: str, longest: float, measure: Callable[[str], float], keeps_first: bool) -> str:
    """Return a name without some of its plain words, where that is enough; else in pieces.

    The words before an amount go first, so that what it is and how much it is both stay.
    """
    head, dot, rest = name.rpartition(DOT)
    words = rest.split()
    longest_rest = longest - measure(head + dot)
    while (place := _last_plain(words)) and measure(" ".join(words)) > longest_rest:
        del words[place]
        words[place - 1] = f"{words[place - 1].rstrip('…')}…"
    is_too_long = measure(" ".join(words)) > longest_rest
    if is_too_long and len(words) > 1 and _is_plain(words[0]) and not keeps_first:
        del words[0]
    name = f"{head}{dot}{' '.join(words)}"
    return name if measure(name) <= longest else cut_to(name, longest, measure)


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
