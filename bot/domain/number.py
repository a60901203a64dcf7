"""Numbers that customers send on their own: whose they may be, and what they can be bought for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.destination import DestinationKind, normalise, operators_of
from bot.domain.errors import DestinationError, DomainError

LEAST_DIGITS = 8
"""A text with fewer digits in a row is no number that something is bought for."""
LONGEST_TEXT = 200
_PIECE = re.compile(r"\+?\(?[0-9][0-9().\-]*", re.ASCII)
_GAPS = re.compile(r"[\s().\-/]+", re.ASCII)
_LETTER_INSIDE = re.compile(r"[0-9]{3,}[A-Za-z]{1,3}[0-9]{3,}", re.ASCII)


class NumberFault(StrEnum):
    """Why a text that looks like a number is none that we can serve."""

    SEVERAL = "several"
    FOREIGN = "foreign"
    LETTERS = "letters"
    LENGTH = "length"


class NumberError(DomainError):
    """A text was meant as a number, and it cannot be told which."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """What a number may be; at least one of the two is there."""

    phone: str | None
    """As it is sent to the supplier, 08…"""
    brands: frozenset[str]
    """The brands that the phone number may belong to; empty where no prefix is known."""
    meter: str | None

    @property
    def is_unclear(self) -> bool:
        """Whether it may be a phone as well as a meter, so that the customer has to say."""
        return self.phone is not None and self.meter is not None


def read_number(text: str, prefixes: Mapping[str, tuple[str, ...]]) -> KnownNumber | None:
    """Return what number a text is; None for words, which are something to look for.

    Raises `NumberError` for two numbers, a foreign one, or one with letters or digits amiss.
    """
    seen = visible(text[:LONGEST_TEXT]).strip()
    digits = sum(character in "0123456789" for character in seen)
    if digits < LEAST_DIGITS:
        return None
    if _LETTER_INSIDE.search(seen):
        raise NumberError(NumberFault.LETTERS)
    whole = _known(seen, prefixes)
    if whole is not None:
        return whole
    return _among(_pieces(seen), prefixes)


def visible(text: str) -> str:
    """Return a pasted text without direction marks, and with plain spaces and hyphens."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Zs":
            return " "
        case "Pd":
            return "-"
        case _:
            return character


def _pieces(text: str) -> list[str]:
    """Return the runs of digits that are long enough; short ones that follow each other join."""
    runs: list[str] = []
    is_run = False
    for word in re.split(r"[\s,;:|/]+", text):
        match = _PIECE.fullmatch(word)
        if match is None:
            is_run = False
            continue
        if is_run and not (_is_long(runs[-1]) or _is_long(word)):
            runs[-1] += word
        else:
            runs.append(word)
        is_run = True
    return [run for run in runs if _is_long(run)]


def _is_long(piece: str) -> bool:
    return len(re.sub("[^0-9]", "", piece)) >= LEAST_DIGITS + 1


def _among(pieces: list[str], prefixes: Mapping[str, tuple[str, ...]]) -> KnownNumber | None:
    known = [found for piece in pieces if (found := _known(piece, prefixes)) is not None]
    if len({(one.phone, one.meter) for one in known}) > 1:
        raise NumberError(NumberFault.SEVERAL)
    if known:
        return known[0]
    if not pieces:
        return None
    if pieces[0].startswith(("+", "00")):
        raise NumberError(NumberFault.FOREIGN)
    raise NumberError(NumberFault.LENGTH)


def _known(text: str, prefixes: Mapping[str, tuple[str, ...]]) -> KnownNumber | None:
    """Return what a text is as a whole; None when it is neither a phone nor a meter."""
    phone, meter = _as(DestinationKind.PHONE, text), _meter(text)
    if phone is None and meter is None:
        return None
    brands = frozenset() if phone is None else operators_of(phone, prefixes)
    # Written without its 0, a number of no operator is rather a meter.
    if meter is not None and not brands:
        phone = None
    return KnownNumber(phone, brands, meter)


def _meter(text: str) -> str | None:
    """Return a meter number: one never begins with 0, nor is it written with a plus."""
    compact = _GAPS.sub("", text)
    return None if compact.startswith(("0", "+")) else _as(DestinationKind.METER, text)


def _as(kind: DestinationKind, text: str) -> str | None:
    try:
        return normalise(kind, text)
    except DestinationError:
        return None
