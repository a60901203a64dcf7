"""Parses the terms of a price rule, as an owner types them: "1500 + 2%", or bands by lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from bot.domain.errors import AmountError, AmountFault, DomainError
from bot.domain.money import Rupiah, parse_rupiah
from bot.domain.prices import (
    MAX_BANDS,
    MAX_FLAT,
    MAX_PERCENT,
    MAX_ROUND_TO,
    Band,
    Discount,
    Pricing,
    Tariff,
)
from bot.domain.typed_text import without_invisible

MAX_LENGTH = 600
"""In characters."""
_AMOUNT = r"(?P<amount>[^:=+%]*?[0-9][^:=+%]*?)"
_END = r"\s*(?:[:=]\s*|\s(?=\+))(?P<terms>.+)"
_UNTIL = r"(?:sampai|s/d|sd|hingga|up to|until|<=|≤)\s*"
_BAND = re.compile(rf"{_UNTIL}{_AMOUNT}{_END}")
_BAND_WITHOUT_COLON = re.compile(
    rf"{_UNTIL}(?P<amount>(?:rp\.?\s*)?(?:[0-9]{{1,3}}(?:\.[0-9]{{3}})+|[0-9]{{4,}}"
    r"|[0-9]+(?:[.,][0-9]+)?\s?(?:rb|ribu|k|jt|juta)))\s+(?P<terms>(?:rp|[0-9]).*)",
    re.ASCII,
)
"""Only after an amount that is surely whole: "sampai 20rb 1500", not "sampai 20 000 1500"."""
_ABOVE = r"(?:(?:di\s?)?atas(?:nya)?|selebihnya|sisanya|lainnya|lebih|above|over|rest|more)"
_REST = re.compile(rf"{_ABOVE}(?:\s+{_AMOUNT})?{_END}")
_REST_WITHOUT_COLON = re.compile(
    rf"{_ABOVE}\s+(?P<terms>[0-9.,]+\s*(?:%|persen|percent))", re.ASCII
)
"""Only a percentage: "di atas 20000" may be the end of a band without its terms."""
_ROUND = re.compile(r"(?:di)?(?:bulat|pembulatan|round)(?:kan|an)?(?:\s+(?:ke|to|up to))?\b\W*(.+)")
_LEAST = re.compile(
    r"(?:(?:untung|laba|margin|profit)\s+)?(?:minimal|minimum|min|least)"
    r"(?:\s+(?:untung|laba|margin|profit))?\b[\s.:=]*(.+)"
)
_LESS = re.compile(
    r"(?:(?:harga\s+)?umum|everybody(?:'s)?(?:\s+price)?|general(?:\s+price)?)?\s*-\s*(.+)"
)
_PERCENT = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?\s*(?:%|persen|percent)", re.ASCII)
_ZERO = re.compile(r"(?:rp\.?\s*)?0+", re.ASCII)


class PriceFault(StrEnum):
    """Why the terms of a rule were not accepted."""

    NOT_UNDERSTOOD = "not_understood"
    BELOW_COST = "below_cost"
    """Something is taken off the cost."""
    PERCENT_TOO_LARGE = "percent_too_large"
    FLAT_TOO_LARGE = "flat_too_large"
    ROUNDING = "rounding"
    """What is rounded to is not from 1 to `MAX_ROUND_TO`."""
    BANDS_NOT_RISING = "bands_not_rising"
    NO_LAST_BAND = "no_last_band"
    """No line says what is added above the last band."""
    TOO_MANY_LINES = "too_many_lines"
    DISCOUNT_FOR_EVERYBODY = "discount_for_everybody"
    DISCOUNT_WITH_MORE = "discount_with_more"
    """A discount has neither bands nor a rounding of its own."""


class PriceInputError(DomainError):
    """A text is no terms of a rule; `line` is the part that was not accepted."""

    def __init__(self, fault: PriceFault, line: str = "") -> None:
        super().__init__(fault, line)
        self.fault = fault
        self.line = line


@dataclass(slots=True)
class _Lines:
    """What the lines say, so far."""

    bands: list[Band] = field(default_factory=list)
    rest: Band | None = None
    less: Rupiah | None = None
    round_to: int | None = None
    least: Rupiah | None = None


def parse_pricing(text: str, before: Tariff, *, is_for_level: bool) -> Pricing:
    """Read the terms of a rule, one to a line; lines may also be separated by ";" or ", ".

    A line is a markup ("1500", "2%", "1500 + 2%"), a band of costs ("sampai 20.000: +1.500", at
    last "di atasnya: 2%"), the rounding ("bulat 500"), the least margin ("minimal 300") or, for a
    level, what it pays less than everybody ("umum - 300"). Rounding and least margin are those of
    `before` unless a line says otherwise. Raises `PriceInputError`.
    """
    plain = without_invisible(text).casefold().replace("\u2212", "-")
    lines = [line.strip() for line in re.split(r"[\n;]|,\s", plain) if line.strip()]
    if not lines or len(plain) > MAX_LENGTH:
        raise PriceInputError(PriceFault.NOT_UNDERSTOOD, text[:MAX_LENGTH])
    if len(lines) > MAX_BANDS + 2:
        raise PriceInputError(PriceFault.TOO_MANY_LINES)
    read = _Lines()
    for line in lines:
        _read(line, read, is_for_level=is_for_level)
    if read.less is not None:
        if len(lines) > 1:
            raise PriceInputError(PriceFault.DISCOUNT_WITH_MORE)
        return Discount(read.less)
    return _tariff(read, before)


def _read(line: str, read: _Lines, *, is_for_level: bool) -> None:
    """Read one line; raises `PriceInputError`."""
    if found := _ROUND.fullmatch(line):
        read.round_to = _rounding(found[1], line)
    elif found := _LEAST.fullmatch(line):
        read.least = _flat(found[1], line)
    elif found := _BAND_WITHOUT_COLON.fullmatch(line) or _BAND.fullmatch(line):
        flat, percent = _terms(found["terms"], line)
        read.bands.append(Band(_amount(found["amount"], line), flat, percent))
    elif found := _LESS.fullmatch(line):
        if not is_for_level:
            is_negative = line.startswith("-")
            raise PriceInputError(
                PriceFault.BELOW_COST if is_negative else PriceFault.DISCOUNT_FOR_EVERYBODY, line
            )
        read.less = _amount(found[1], line)
    else:
        found = _REST.fullmatch(line) or _REST_WITHOUT_COLON.fullmatch(line)
        if read.rest is not None:
            raise PriceInputError(PriceFault.NOT_UNDERSTOOD, line)
        read.rest = Band(None, *_terms(line if found is None else found["terms"], line))


def _tariff(read: _Lines, before: Tariff) -> Tariff:
    bands = read.bands
    ends = [band.up_to for band in bands if band.up_to is not None]
    if any(one >= two for one, two in pairwise(ends)):
        raise PriceInputError(PriceFault.BANDS_NOT_RISING)
    if read.rest is None and bands:
        raise PriceInputError(PriceFault.NO_LAST_BAND)
    whole = before.bands if read.rest is None else (*bands, read.rest)
    round_to = before.round_to if read.round_to is None else read.round_to
    return Tariff(whole, round_to, before.least if read.least is None else read.least)


def _terms(text: str, line: str) -> tuple[Rupiah, Decimal]:
    """Return the rupiah and the percent of a markup: "+1.500", "2%", "1500 + 2%"."""
    parts = [part.strip() for part in text.strip().removeprefix("+").split("+")]
    flats: list[Rupiah] = []
    percents: list[Decimal] = []
    for part in parts:
        if part.startswith("-"):
            raise PriceInputError(PriceFault.BELOW_COST, line)
        found = _PERCENT.fullmatch(part)
        if found is None:
            flats.append(_flat(part, line))
            continue
        percent = Decimal(f"{found[1]}.{found[2] or 0}").normalize()
        if percent > MAX_PERCENT:
            raise PriceInputError(PriceFault.PERCENT_TOO_LARGE, line)
        percents.append(Decimal(f"{percent:f}"))
    if len(flats) > 1 or len(percents) > 1:
        raise PriceInputError(PriceFault.NOT_UNDERSTOOD, line)
    return next(iter(flats), Rupiah(0)), next(iter(percents), Decimal(0))


def _flat(text: str, line: str) -> Rupiah:
    if _ZERO.fullmatch(text.strip()):
        return Rupiah(0)
    flat = _amount(text, line)
    if flat > MAX_FLAT:
        raise PriceInputError(PriceFault.FLAT_TOO_LARGE, line)
    return flat


def _rounding(text: str, line: str) -> int:
    amount = _amount(text, line)
    if amount > MAX_ROUND_TO:
        raise PriceInputError(PriceFault.ROUNDING, line)
    return amount


def _amount(text: str, line: str) -> Rupiah:
    try:
        return parse_rupiah(text)
    except AmountError as error:
        is_negative = error.fault is AmountFault.NOT_POSITIVE and "-" in text
        fault = PriceFault.BELOW_COST if is_negative else PriceFault.NOT_UNDERSTOOD
        raise PriceInputError(fault, line) from None
