"""Estimates the widths of button labels, and shortens names so that labels fit.

Telegram shows one line of a label and truncates its end. Widths are in em, the size of the letters.
The estimate is for a window 320 px wide with letters enlarged to 130 %. There the sandbox's page
has 285 px for a row (without the scroll bar), 3 px between two buttons, 12 px of padding in each
button, and letters of 14.5 px, enlarged 18.85 px: 14.5 em for a button alone in its row. Telegram
for Android has about as much: 229 px less 15 px, with letters of 15 px that no setting enlarges.
Widths of letters are those of Noto Sans, which is wider than Roboto and SF, rounded up to 2 % of an
em.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Final

DOT: Final = " · "
"""The separator between a brand and a name, and before a price."""
MAX_UNIT_LENGTH: Final = 4
"""In characters: a word of this length or less after an amount counts as its unit."""
MIN_NAME_EM: Final = 3.0
"""A name is given this width even if the rest of its label leaves less."""
_UNITS: Final = "GB|MB|KB|mnt|hr|SMS|DM"
_SPACING_STEPS: Final = (
    ("", r" *([/+]) *", r"\1"),
    ("( ", r"\( +", "("),
    (" )", r" +\)", ")"),
)
"""The first steps that shorten a name: spaces around signs and inside brackets are removed.

Of each step: letters without which it changes nothing, a pattern, and what replaces it.
"""
_ABBREVIATION_STEPS: Final = (
    ("telkomsel", r"\bTelkomsel\b", "Tsel"),
    ("indosat", r"\bIndosat\b", "Isat"),
    ("smartfren", r"\bSmartfren\b", "SF"),
    ("mobile legend", r"\bMobile Legends?\b", "ML"),
    ("free fire", r"\bFree Fire\b", "FF"),
    ("pubg mobile", r"\bPUBG Mobile\b", "PUBG"),
    ("three (3)", r"\bThree \(3\)", "Three"),
    ("pulsa transfer", r"\bPulsa (?=Transfer)", ""),
    ("", r"\b(?:Data|Telepon) (?=\S)", ""),
    ("paket ", r"\bPaket (?=[^\W\d])", ""),
    (" bonus", r" Bonus\b", ""),
    ("diamond", r"\bDiamonds?\b", "DM"),
    ("menit", r"\bMenit\b", "mnt"),
    ("hari", r"\bHari\b", "hr"),
    ("", rf"(\d) (?=(?:{_UNITS})\b)", r"\1"),
    ("+", rf"(\d)({_UNITS})\+(?=[\d.,]+\2\b)", r"\1+"),
    (" se", r" (?:Sesama|Semua Op(?:erator)?)\b", ""),
    ("+", rf"(\d)({_UNITS})\+(?=[\d.,]+\2\b)", r"\1+"),
)
"""The next steps: usual abbreviations, and words without information are removed.

Amounts stay, and so do their units, but for one that the next amount repeats ("10GB+20GB").
"""
_STEPS: Final = [
    (needed, re.compile(pattern, re.IGNORECASE), short)
    for needed, pattern, short in (*_SPACING_STEPS, *_ABBREVIATION_STEPS)
]
_AFTER_AMOUNT = re.compile(r"\d\S*\s+([^\W\d]+)")
ROW_PX: Final = 285.0
GAP_PX: Final = 3.0
PADDING_PX: Final = 12.0
EM_PX: Final = 14.5 * 1.3
NARROWEST_EM: Final = 0.24
"""The width of the narrowest character of `_BY_WIDTH`."""
EMOJI_EM: Final = 1.3
OTHER_EM: Final = 0.8
"""The width of a character that is not in `_BY_WIDTH`; wide ones, such as Chinese, have 1 em."""
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


class _Widths(dict[str, float]):
    def __missing__(self, char: str) -> float:
        # Not stored: what people type may have any of a million characters.
        return _width_of_other(char)


_WIDTHS: Final = _Widths({char: em for em, chars in _BY_WIDTH.items() for char in chars})
_ZERO_WIDTH_CATEGORIES: Final = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories without a width: combining marks and formatting characters."""
_SYMBOL_CATEGORIES: Final = frozenset({"So", "Sk"})
_AMOUNT_AT_END: Final = re.compile(r"[\d.,]+$")
_AMOUNT_AT_START: Final = re.compile(r"^[\d.,]+")


def label_with_name(
    name: str,
    *,
    start: str = "",
    end: str = "",
    shared: frozenset[str] = frozenset(),
    keeps_first: bool = True,
) -> str:
    """Return a label for a button alone in its row: `start`, the shortened name, `end`.

    Only the name is shortened; it keeps at least `MIN_NAME_EM`.
    """
    left = max(_width_left(start, end), MIN_NAME_EM)
    return f"{start}{fit_name(name, left, shared, width, keeps_first=keeps_first)}{end}"


def numbered_label(name: str, *, start: str, end: str, shared: frozenset[str] = frozenset()) -> str:
    """Return a label with the first words of a name, for a name that the text spells out.

    Words are dropped as a whole, so that no amount is halved.
    """
    left = max(_width_left(start, end), MIN_NAME_EM)
    words = shortened(name, left, shared, width).split()
    whole = " ".join(words)
    while len(words) > 1 and width(whole) > left:
        del words[-1]
        whole = " ".join(words).rstrip(" ·+-/(") + "…"
    return f"{start}{cut_to(whole, left)}{end}"


def fits_beside(name: str, *, start: str = "", end: str = "") -> bool:
    """Return whether a label between `start` and `end` has room for all distinguishing words."""
    left = _width_left(start, end)
    return width(shortened(name, left, measure=width)) <= left


def distinguishing_label(name: str, end: str, shared: frozenset[str]) -> str | None:
    """Return a label with all distinguishing words of a name; None if there is no room."""
    left = _width_left("", end)
    short = shortened(name, left, shared, width)
    return f"{short}{end}" if width(short) <= left else None


def fit_name(
    name: str,
    longest: float,
    shared: frozenset[str] = frozenset(),
    measure: Callable[[str], float] = len,
    *,
    keeps_first: bool = False,
) -> str:
    """Return a name of at most `longest`, shortened step by step and no further than needed.

    `longest` is in the unit of `measure`, by default in characters. `shared` are casefolded words
    that all names on the screen have, so that they distinguish nothing. `keeps_first`: the first
    word is kept, as a brand that the screen does not show elsewhere. A brand before `DOT` is
    shortened last.
    """
    name = shortened(name, longest, shared, measure)
    return name if measure(name) <= longest else _drop_words(name, longest, measure, keeps_first)


def shortened(
    name: str,
    longest: float,
    shared: frozenset[str] = frozenset(),
    measure: Callable[[str], float] = len,
) -> str:
    """Return a name shortened without losing distinguishing words; it may still be too long."""
    if measure(name) <= longest:
        return name
    return _forms(_without_shared(name, shared) if shared else name, measure).within(longest)


class _Forms:
    """A name after each step that shortens it, made as far as anybody needed it."""

    __slots__ = ("_forms", "_measure", "_steps")

    def __init__(self, name: str, measure: Callable[[str], float]) -> None:
        self._measure = measure
        self._forms = [(name, measure(name))]
        self._steps = iter(_STEPS)

    def within(self, longest: float) -> str:
        """Return the first form of at most `longest`, else the last."""
        for form, length in self._forms:
            if length <= longest:
                return form
        last = self._forms[-1][0]
        for needed, pattern, short in self._steps:
            if needed not in last.lower():
                continue
            form = pattern.sub(short, last)
            if form != last:
                last, length = form, self._measure(form)
                self._forms.append((last, length))
                if length <= longest:
                    break
        return last


_forms = lru_cache(maxsize=2_048)(_Forms)


def shared_words(names: Sequence[str]) -> frozenset[str]:
    """Return the words, casefolded, that all names have; amounts and their units are excluded."""
    if len(names) < 2:
        return frozenset()
    folded = [name.casefold() for name in names]
    shared = set(folded[0].split())
    for name in folded:
        shared.intersection_update(name.split())
        if not shared:
            return frozenset()
    units = {unit for name in folded for unit in _AFTER_AMOUNT.findall(name)}
    return frozenset(word for word in shared - units if _is_plain_word(word))


@lru_cache(maxsize=512)
def width(text: str) -> float:
    """Return the estimated width of a text in em; a screen asks for one several times."""
    return sum(map(_WIDTHS.__getitem__, text))


@lru_cache(maxsize=16)
def available_width(buttons: int = 1) -> float:
    """Return the maximum width of a label in em, in a row of so many buttons."""
    share = (ROW_PX - GAP_PX * (buttons - 1)) / buttons
    return (share - PADDING_PX) / EM_PX


def is_whole(label: str) -> bool:
    """Return whether a label fits on a button alone in its row, if need be without its emoji."""
    return width(without_sign(label)) <= available_width()


def without_sign(label: str) -> str:
    """Return a label without the emoji before its words, which only repeats their meaning."""
    first, _, rest = label.partition(" ")
    return rest if rest and not any(map(str.isalnum, first)) else label


def cut_to(name: str, longest: float, measure: Callable[[str], float] = width) -> str:
    """Return a text of at most `longest`: if it is too long, its middle is replaced by "…"."""
    if measure(name) <= longest:
        return name
    most = min(len(name) - 1, int(longest / NARROWEST_EM))
    shorter = (in_pieces(name, length) for length in range(most, 3, -1))
    return next((one for one in shorter if measure(one) <= longest), name[:1])


def in_pieces(name: str, longest: int) -> str:
    """Return the beginning and the end of a name, `longest` characters or fewer.

    An amount is not cut, since a part of it would be another amount.
    """
    head, tail = name[: longest - longest // 2 - 1], name[-(longest // 2) :]
    if name[len(head)].isdigit():
        head = _AMOUNT_AT_END.sub("", head) or head
    if name[-len(tail) - 1].isdigit():
        tail = _AMOUNT_AT_START.sub("", tail) or tail
    return f"{head.rstrip()}…{tail.lstrip()}"


def _width_left(start: str, end: str) -> float:
    return available_width() - width(start) - width(end)


def _without_shared(name: str, shared: Collection[str]) -> str:
    head, dot, rest = name.rpartition(DOT)
    left = [word for word in rest.split() if word.casefold() not in shared]
    return f"{head}{dot}{' '.join(left)}" if any(map(_has_digit, left)) else name


def _drop_words(
    name: str, longest: float, measure: Callable[[str], float], keeps_first: bool
) -> str:
    """Return a name without some of its plain words, and if that is not enough, in pieces.

    Plain words are dropped from the last to the second, so that the product's first word and its
    amounts stay.
    """
    head, dot, rest = name.rpartition(DOT)
    words = rest.split()
    longest_rest = longest - measure(head + dot)
    while (place := _last_plain_word(words)) and measure(" ".join(words)) > longest_rest:
        del words[place]
        words[place - 1] = f"{words[place - 1].rstrip('…')}…"
    is_too_long = measure(" ".join(words)) > longest_rest
    if is_too_long and len(words) > 1 and _is_plain_word(words[0]) and not keeps_first:
        del words[0]
    name = f"{head}{dot}{' '.join(words)}"
    return name if measure(name) <= longest else cut_to(name, longest, measure)


def _last_plain_word(words: Sequence[str]) -> int:
    """Return the index of the last plain word that is no unit; 0 if only the first is left."""
    plain = (place for place, word in enumerate(words) if place and _is_plain_word(word))
    return max((place for place in plain if not _is_unit(words, place)), default=0)


def _is_plain_word(word: str) -> bool:
    return not _has_digit(word) and any(map(str.isalpha, word))


def _is_unit(words: Sequence[str], place: int) -> bool:
    return len(words[place].rstrip("…")) <= MAX_UNIT_LENGTH and _has_digit(words[place - 1])


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


@lru_cache(maxsize=4_096)
def _width_of_other(char: str) -> float:
    category = unicodedata.category(char)
    if category in _ZERO_WIDTH_CATEGORIES:
        return 0.0
    if category in _SYMBOL_CATEGORIES:
        return EMOJI_EM
    is_wide = unicodedata.east_asian_width(char) in "WF" or category == "Lo"
    return 1.0 if is_wide else OTHER_EM
