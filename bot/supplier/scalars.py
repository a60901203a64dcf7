"""Converts the single values of a reply (docs/supplier-api.md, "3.3 Values").

The functions accept several forms of a value, but no value whose meaning is unclear.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

# "50.500" and "50,500" are refused: they may mean fifty thousand, or fifty and a half.
_WHOLE_TEXT = re.compile(r"-?[0-9]{1,15}(?:\.0{1,2})?", re.ASCII)
_NUMBER_TEXT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", re.ASCII)
_MAX_NUMBER = 10**15
_MILLISECONDS_ABOVE = 10**11
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def word_of(value: object) -> str:
    """Return a text, trimmed, or the digits of a whole number; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def text_of(value: object) -> str:
    """Return a free text unchanged, and a number, list or object as its JSON.

    So a token that is sent as a number is not lost. `null`, `true` and `false` become "".
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return ""
    # The encoder is limited to integers of 64 bits, and a PLN token has 20 digits.
    return str(value) if isinstance(value, int) else msgspec.json.encode(value).decode()


def line_of(value: object) -> str:
    """Return a word on one line, without control and formatting characters."""
    words = " ".join(word_of(value).split())
    return words if words.isprintable() else "".join(filter(str.isprintable, words))


def whole_number(value: object) -> int | None:
    """Return a whole number, or the number in a text such as "50500" or "50500.00"; else None.

    Numbers of 10^15 and more are refused.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        return int(text.partition(".")[0]) if _WHOLE_TEXT.fullmatch(text) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _MAX_NUMBER else None
    return value if isinstance(value, int) and abs(value) < _MAX_NUMBER else None


def floor_number(value: object) -> int | None:
    """Return a number, or the number in a text such as "1234.56", rounded down; else None."""
    if isinstance(value, str):
        text = value.strip()
        return math.floor(Decimal(text)) if _NUMBER_TEXT.fullmatch(text) else None
    if isinstance(value, float) and abs(value) < _MAX_NUMBER:
        return math.floor(value)
    return whole_number(value)


def instant_of(value: object) -> datetime | None:
    """Return epoch seconds, or milliseconds if above 10^11, as an aware UTC instant; else None.

    0, negative values and instants after the year 9999 give None.
    """
    seconds = floor_number(value)
    if seconds is None or seconds <= 0:
        return None
    if seconds > _MILLISECONDS_ABOVE:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC) if seconds <= _LAST_SECOND else None
