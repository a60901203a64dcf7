"""Readers for the single values of a reply: tolerant of their form, strict about their meaning."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

# "50.500" and "50,500" may be fifty thousand or fifty and a half, so they are no numbers here.
_WHOLE_TEXT = re.compile(r"-?[0-9]{1,15}(?:\.0{1,2})?", re.ASCII)
_NUMBER_TEXT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", re.ASCII)
_LARGEST = 10**15
_MILLISECONDS_ABOVE = 10**11
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def word_of(value: object) -> str:
    """Return a text, or a whole number to its last digit, trimmed; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def text_of(value: object) -> str:
    """Return a free text as it came; numbers, lists and objects as their JSON, so none is lost.

    Null, true and false say nothing: they become "".
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return ""
    # Not by the encoder, which knows whole numbers up to 64 bits: a PLN token has 20 digits.
    return str(value) if isinstance(value, int) else msgspec.json.encode(value).decode()


def line_of(value: object) -> str:
    """Return a text as one line without control and formatting characters."""
    words = " ".join(word_of(value).split())
    return words if words.isprintable() else "".join(filter(str.isprintable, words))


def whole_number(value: object) -> int | None:
    """Return a number that is whole, or the plain text of one ("50500", "50500.00"), else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        return int(text.partition(".")[0]) if _WHOLE_TEXT.fullmatch(text) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _LARGEST else None
    return value if isinstance(value, int) and abs(value) < _LARGEST else None


def floor_number(value: object) -> int | None:
    """Return a number, or the plain text of one, without its fraction ("1234.56"), else None."""
    if isinstance(value, str):
        text = value.strip()
        return math.floor(Decimal(text)) if _NUMBER_TEXT.fullmatch(text) else None
    if isinstance(value, float) and abs(value) < _LARGEST:
        return math.floor(value)
    return whole_number(value)


def instant_of(value: object) -> datetime | None:
    """Return epoch seconds (milliseconds, when so large) as an aware UTC instant, else None."""
    seconds = floor_number(value)
    if seconds is None or seconds <= 0:
        return None
    if seconds > _MILLISECONDS_ABOVE:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC) if seconds <= _LAST_SECOND else None
