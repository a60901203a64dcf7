"""Telegram's HTML: everything from outside passes through `escaped` before it is shown."""

from __future__ import annotations

import re
from html import escape, unescape

from telegram.constants import MessageLimit

_TAG = re.compile(r"<[^<>]*>")
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PART_LENGTH = MessageLimit.MAX_TEXT_LENGTH // 2
"""Telegram counts UTF-16 units, of which a character may take two."""


def escaped(text: str) -> str:
    """Return a foreign text so that Telegram shows it letter by letter.

    Marks that turn the direction of writing would shuffle our own words around it.
    """
    return escape(_DIRECTION_MARKS.sub("", text), quote=False)


def bold(text: str) -> str:
    """Return a foreign text in bold."""
    return f"<b>{escaped(text)}</b>"


def code(text: str) -> str:
    """Return a foreign text in a fixed-width font; a tap on it copies it."""
    return f"<code>{escaped(text)}</code>"


def linked(text: str, address: str) -> str:
    """Return a foreign text that leads to an address of ours."""
    return f'<a href="{address}">{escaped(text)}</a>'


def plain(text: str) -> str:
    """Return a text of ours without its tags, as a person would read it."""
    return unescape(_TAG.sub("", text))


def fits_below_a_picture(text: str) -> bool:
    """Tell whether Telegram takes a text of ours as a caption: it counts UTF-16, without tags."""
    return len(plain(text).encode("utf-16-le", "surrogatepass")) // 2 <= MessageLimit.CAPTION_LENGTH


def lines(*parts: str) -> str:
    """Return the parts that are not empty, one below the other."""
    return "\n".join(part for part in parts if part)


def paragraphs(*parts: str) -> str:
    """Return the parts that are not empty, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def parts_of(text: str, length: int = PART_LENGTH) -> list[str]:
    """Return a text in parts of at most `length` characters, broken between lines if it can."""
    parts = []
    while len(text) > length:
        cut = text.rfind("\n", 1, length)
        cut = length if cut < 0 else cut
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text] if text else parts


def cut(text: str, longest: int = 300) -> str:
    """Return a foreign text, shortened where it would burst the message."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
