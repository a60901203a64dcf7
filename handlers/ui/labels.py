"""What stands on buttons: Telegram shows one line, so names lose what tells nothing apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Final

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
ROW_PX: Final = 285.0
GAP_PX: Final = 3.0
PADDING_PX: Final = 12.0
EM_PX: Final = 14.5 * 1.3
NARROWEST_EM: Final = 0.24
EMOJI_EM: Final = 1.3
OTHER_EM: Final = 0.8
"""A letter that is not listed; wide ones, as of Chinese, are a whole em."""
_BY_WIDTH: Final = {
    0.24: "'",
    0.26: " ijl",
    0.28: "!,.:;J·",
    0.30: "()`",
    0.32: "‹›",  # noqa: RUF001 - signs, not letters
    0.34: "-I[]",
    0.36: "f",
    0.38: "/\\t{}",
    0.42: '"r',
    0.44: "?",
    0.46: "_",
    0.48: "csz",
    0.50: "–",  # noqa: RUF001 - signs, not letters
    0.52: "Fvy",
    0.54: "Lkx",
    0.56: "*EST|",
    0.58: "$+0123456789<=>YZ^ae~",
    0.60: "VX✕",
    0.62: "KPbdghnopqu",
    0.64: "ACR",
    0.66: "#B",
    0.74: "&DGU",
    0.76: "HN",
    0.80: "OQw…",
    0.84: "%",
    0.90: "@",
    0.92: "M",
    0.94: "Wm",
}
_WIDTHS: Final = {sign: em for em, signs in _BY_WIDTH.items() for sign in signs}
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""Marks that stand on the letter before, and signs that only join others."""
_SYMBOLS: Final = frozenset({"So", "Sk"})
_AMOUNT_AT_END: Final = re.compile(r"[\d.,]+$")
_AMOUNT_AT_START: Final = re.compile(r"^[\d.,]+")


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


def shared_words(names: Sequence[str]) -> frozenset[str]:
    """Return the words that all of several names have, but for amounts and their units."""
    if len(names) < 2:
        return frozenset()
    shared = set.intersection(*(set(name.casefold().split()) for name in names))
    units = {unit for name in names for unit in _AFTER_AMOUNT.findall(name.casefold())}
    return frozenset(word for word in shared - units if _is_plain(word))


def width(text: str) -> float:
    """Return how wide a text is, in em: the size of its letters."""
    return sum(map(_width_of, text))


def room(buttons: int = 1) -> float:
    """Return how wide a label may be, in em, where so many buttons share a row."""
    share = (ROW_PX - GAP_PX * (buttons - 1)) / buttons
    return (share - PADDING_PX) / EM_PX


def is_whole(label: str) -> bool:
    """Tell whether a label stands whole on a button alone in its row, if without its sign."""
    return width(without_sign(label)) <= room()


def without_sign(label: str) -> str:
    """Return a label without the sign before its words: no sign says what the words do not."""
    first, _, rest = label.partition(" ")
    return rest if rest and not any(map(str.isalnum, first)) else label


def cut_to(name: str, longest: float, measure: Callable[[str], float] = width) -> str:
    """Return a text without its middle, where it is too long: its beginning and end stay."""
    if measure(name) <= longest:
        return name
    most = min(len(name) - 1, int(longest / NARROWEST_EM))
    shorter = (in_pieces(name, length) for length in range(most, 3, -1))
    return next((one for one in shorter if measure(one) <= longest), name[:1])


def in_pieces(name: str, longest: int) -> str:
    """Return the beginning and the end of a name; half an amount would be a wrong one."""
    head, tail = name[: longest - longest // 2 - 1], name[-(longest // 2) :]
    if name[len(head)].isdigit():
        head = _AMOUNT_AT_END.sub("", head) or head
    if name[-len(tail) - 1].isdigit():
        tail = _AMOUNT_AT_START.sub("", tail) or tail
    return f"{head.rstrip()}…{tail.lstrip()}"


def _room_beside(start: str, end: str) -> float:
    return room() - width(start) - width(end)


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


@lru_cache(maxsize=4_096)
def _width_of(sign: str) -> float:
    known = _WIDTHS.get(sign)
    if known is not None:
        return known
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return 0.0
    if category in _SYMBOLS:
        return EMOJI_EM
    is_wide = unicodedata.east_asian_width(sign) in "WF" or category == "Lo"
    return 1.0 if is_wide else OTHER_EM
