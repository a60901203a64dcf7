"""How wide a label is, how much room a button has, and what is left out where it has none.

The estimate is for a window 320 px wide and letters enlarged to 130 %. The sandbox page has 285 px
there for a row (its scroll bar taken off), 3 px between two buttons, 12 px of padding in each,
and letters of 14.5 px, enlarged 18.85 px: 14.5 em for a button alone in its row. Telegram for
Android has as much: 229 px less 15, in letters of 15 px, which no setting enlarges. Widths of
letters are those of Noto Sans, which is wider than Roboto and SF, rounded up to 2 % of an em.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

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
_AMOUNT_AT_END: Final = re.compile(r"[\d.,]+$")
_AMOUNT_AT_START: Final = re.compile(r"^[\d.,]+")
_SYMBOLS: Final = frozenset({"So", "Sk"})


def width(text: str) -> float:
    """Return how wide a text is, in em: the size of its letters."""
    return sum(map(_width_of, text))


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
