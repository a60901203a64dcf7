"""Texts as people type and paste them, without the marks that nobody sees."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters without a shape that are not of the category "format" (Unicode's
`Default_Ignorable_Code_Point`): fillers of Hangul, and the choice between text and emoji."""


def visible(text: str) -> str:
    """Return a text as the eye reads it: no unseen marks, plain spaces, hyphens and line ends.

    Phone books, banking apps and chats put direction marks, zero-width spaces, byte order marks,
    soft hyphens and non-breaking spaces around numbers and amounts. Letters and digits stay as
    they are, those of other scripts too.
    """
    if text.isascii():
        return text
    return "".join(_plain(character) for character in _UNSEEN.sub("", text))


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
