"""Removes invisible characters from texts that people type and paste."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Invisible characters outside the category Cf: the rest of Unicode's
`Default_Ignorable_Code_Point`, such as Hangul fillers and variation selectors."""


def without_invisible(text: str) -> str:
    """Return a text without invisible characters, with ASCII spaces, hyphens and line ends.

    Phone books, banking apps and chats put direction marks, zero-width spaces, byte order marks,
    soft hyphens and non-breaking spaces around numbers and amounts. Letters and digits of all
    scripts are kept.
    """
    if text.isascii():
        return text
    return "".join(_plain(character) for character in _INVISIBLE.sub("", text))


def _plain(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Zs":
            return " "
        case "Zl" | "Zp":
            return "\n"
        case "Pd":
            return "-"
        case _:
            return character
