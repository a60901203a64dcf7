"""Telegram's HTML. Every text from outside must pass through `escaped` before it is shown."""

from __future__ import annotations

import re
from html import escape, unescape

from telegram.constants import MessageLimit

_TAG = re.compile(r"<[^<>]*>")
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PART_LENGTH = MessageLimit.MAX_TEXT_LENGTH // 2
"""In characters. Telegram's limit counts UTF-16 units, and a character may take two."""


def escaped(text: str) -> str:
    """Escape a text from outside, so that Telegram shows it literally.

    Direction marks are removed: they would reorder the text around it.
    """
    return escape(_DIRECTION_MARKS.sub("", text), quote=False)


def bold(text: str) -> str:
    """Return a text from outside, escaped, in bold."""
    return f"<b>{escaped(text)}</b>"


def code(text: str) -> str:
    """Return a text from outside, escaped, in a fixed-width font; a tap copies it."""
    return f"<code>{escaped(text)}</code>"


def linked(text: str, address: str) -> str:
    """Return a text from outside, escaped, as a link; `address` must be safe HTML."""
    return f'<a href="{address}">{escaped(text)}</a>'


def plain(text: str) -> str:
    """Return the plain text of escaped HTML: tags removed, entities decoded."""
    return unescape(_TAG.sub("", text))


def fits_below_a_picture(text: str) -> bool:
    """Return whether an HTML text is short enough for a caption.

    Telegram counts UTF-16 units, without tags (Bot API, sendPhoto).
    """
    return len(plain(text).encode("utf-16-le", "surrogatepass")) // 2 <= MessageLimit.CAPTION_LENGTH


def spaced(name: str) -> str:
    """Return a name on one line, with single spaces."""
    return " ".join(name.split())


def lines(*parts: str) -> str:
    """Join the parts that are not empty, each on its own line."""
    return "\n".join(part for part in parts if part)


def paragraphs(*parts: str) -> str:
    """Join the parts that are not empty, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def warning(text: str) -> str:
    """Return a text marked as a warning; empty for an empty text."""
    return f"⚠️ {text}" if text else ""


def dotted(*facts: str) -> str:
    """Join the facts that are not empty, on one line."""
    return " · ".join(fact for fact in facts if fact)


def parts_of(text: str, length: int = PART_LENGTH) -> list[str]:
    """Split a text into parts of at most `length` characters, between lines if possible."""
    parts = []
    while len(text) > length:
        cut = text.rfind("\n", 1, length)
        cut = length if cut < 0 else cut
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text] if text else parts


def cut(text: str, longest: int = 300) -> str:
    """Return a text from outside, shortened to at most `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
