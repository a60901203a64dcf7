"""QRIS: validates a merchant's static payment code, and makes a dynamic code for one amount.

The format is EMVCo's QR Code Specification for Payment Systems, Merchant-Presented Mode: fields
of a two-digit tag, a two-digit length and a value. The last field is a checksum over all text
before its value.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from enum import StrEnum

from bot.domain.money import Rupiah

MAX_LENGTH = 512
"""The maximum length of a payload in characters, by EMVCo."""
MAX_PAYMENT = Rupiah(10_000_000)
"""The maximum of one QRIS payment: Bank Indonesia, PADG No. 24/1/PADG/2022, of 25 Feb 2022."""
FORMAT, METHOD, CURRENCY, AMOUNT, COUNTRY, CHECKSUM = "00", "01", "53", "54", "58", "63"
STATIC, DYNAMIC = "11", "12"
_DROPPED = frozenset({"54", "55", "56", "57"})
"""The tags of the amount (54) and of a tip or convenience fee (55 to 57)."""
_ACCOUNTS = range(2, 52)
_TEMPLATES = frozenset(str(tag) for tag in (*range(26, 52), 62))
"""The tags whose value consists of fields: merchant accounts (26 to 51), additional data (62)."""
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_AROUND = " \t\r\n\u00a0\"'`\u2018\u2019\u201c\u201d"
"""Spaces and quotes that may surround a pasted text."""

Field = tuple[str, str]


class QrisFault(StrEnum):
    """Why a text is not the static QRIS of a shop."""

    MALFORMED = "malformed"
    """It is another text, or a QRIS that was not copied whole."""
    CHECKSUM = "checksum"
    """It was changed, or not copied whole."""
    DYNAMIC = "dynamic"
    """It is good for one payment only."""
    FOREIGN = "foreign"
    """It is a payment code of another country or currency."""


class QrisError(ValueError):
    """A text is not a static QRIS; the message is a predicate ("is empty") without a subject."""

    def __init__(self, message: str, fault: QrisFault = QrisFault.MALFORMED) -> None:
        super().__init__(message)
        self.fault = fault


def read_static(payload: str) -> str:
    """Return a valid static payload in rupiah, without pasted spaces, quotes and invisible marks.

    Raises `QrisError`.
    """
    payload = _INVISIBLE.sub("", payload).strip(_AROUND)
    fields = _fields(payload)
    values = dict(fields)
    if len(values) != len(fields):
        raise QrisError("holds one tag twice")
    if fields[0] != (FORMAT, "01"):
        raise QrisError("must begin with 000201, as every QRIS does")
    if fields[-1][0] != CHECKSUM:
        raise QrisError("is cut off: it must end with the checksum, tag 63")
    if values[CHECKSUM].upper() != checksum(payload[:-4]):
        raise QrisError(
            "has a wrong checksum: it was changed or not copied whole", QrisFault.CHECKSUM
        )
    _require_static_rupiah(values)
    return payload


def merchant_of(payload: str) -> str:
    """Return the merchant's name and city of a valid payload: "WARUNG BUDI, SURABAYA"."""
    values = dict(_fields(payload))
    return ", ".join(part for part in (values.get("59", ""), values.get("60", "")) if part)


def _require_static_rupiah(values: dict[str, str]) -> None:
    if values.get(METHOD, STATIC) != STATIC:
        raise QrisError(
            "is a dynamic code, good for one payment: the static one is needed", QrisFault.DYNAMIC
        )
    if values.get(CURRENCY) != "360":
        raise QrisError("must be in rupiah, currency 360", QrisFault.FOREIGN)
    if values.get(COUNTRY) != "ID":
        raise QrisError("must be of Indonesia, country ID", QrisFault.FOREIGN)
    if not any(tag.isdigit() and int(tag) in _ACCOUNTS for tag in values):
        raise QrisError("names no merchant account")
    if not values.get("59", "").strip():
        raise QrisError("names no merchant, tag 59")
    for tag in sorted(_TEMPLATES & values.keys()):
        _require_fields(tag, values[tag])


def _require_fields(tag: str, template: str) -> None:
    try:
        _fields(template)
    except QrisError:
        raise QrisError(f"is broken inside tag {tag}: paste the code's text, whole") from None


def with_amount(static: str, amount: Rupiah) -> str:
    """Return the dynamic payload for exactly this amount.

    The value of tag 01 becomes 12, tags 54 to 57 are removed, the amount is written as tag 54, and
    the checksum (tag 63) is computed again.
    """
    kept = [
        (tag, DYNAMIC if tag == METHOD else value)
        for tag, value in _fields(static)
        if tag not in _DROPPED and tag != CHECKSUM
    ]
    if METHOD not in dict(kept):
        kept.insert(1, (METHOD, DYNAMIC))
    place = [tag for tag, _ in kept].index(CURRENCY) + 1
    kept.insert(place, (AMOUNT, str(amount)))
    unsigned = _written(kept) + f"{CHECKSUM}04"
    return unsigned + checksum(unsigned)


def checksum(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of a text ending in "6304", as four upper-case hex digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def _fields(payload: str) -> Sequence[Field]:
    if not payload:
        raise QrisError("is empty")
    if len(payload) > MAX_LENGTH:
        raise QrisError("is too long for a QRIS")
    fields: list[Field] = []
    at = 0
    while at < len(payload):
        head = re.match("([0-9]{2})([0-9]{2})", payload[at:], re.ASCII)
        value = "" if head is None else payload[at + 4 : at + 4 + int(head[2])]
        if head is None or not value or len(value) != int(head[2]):
            raise QrisError(f"is no QRIS from character {at + 1} on: paste the code's text, whole")
        fields.append((head[1], value))
        at += 4 + len(value)
    return fields


def _written(fields: Sequence[Field]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in fields)
