"""Parses numbers that customers send without a product: phone and meter numbers, with an amount.

A wrong number would deliver the goods to another person. So groups of digits are joined only if
the result is certain: "0812 3456 7890" is one number, "08123456789 10" is a number and Rp10,000.
For an ambiguous text an error is raised, so that the customer is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.destination import DestinationKind, normalise, operators_of
from bot.domain.errors import AmountError, DestinationError, DestinationFault, DomainError
from bot.domain.money import MAX_AMOUNT, Rupiah, parse_rupiah
from bot.domain.search.query import MAX_TEXT_LENGTH
from bot.domain.typed_input.phone_number_letters import (
    MIN_DIGITS,
    Piece,
    has_doubtful_letters,
    may_be_digits,
    may_continue,
)
from bot.domain.typed_text import without_invisible

MAX_NOMINAL = 10_000_000
"""In rupiah: a larger amount beside a number is ignored."""
MIN_PHONE_DIGITS = 10
"""A phone number of 10 digits is rare: digits after it probably belong to it."""
_GROUP = r"(?<![^\W_])\+?[0-9]+(?![^\W_])"
_UNIT = r"(?:rb|ribu|k|jt|juta)(?![^\W_])"
_AMOUNT = (
    r"(?<![0-9A-Za-z.,/()+\-])(?:rp\.?\s?)?"
    rf"[1-9][0-9]{{0,2}}(?:(?:[.,][0-9]{{3}}){{1,2}}(?:,-)?(?![0-9A-Za-z.])"
    rf"|(?:[.,][0-9]{{1,2}})?\s?{_UNIT})"
)
_PART = r"(?<![0-9A-Za-z])[0-9]{1,2}[.,][0-9]+"
_QUANTITY = r"\s?(?:gb|giga|mb|hari|hr|bulan|menit|mnt|sms|diamonds?|dm|uc)(?![^\W\d_])"
_BREAK = r"[;|\n\r]|,\s"
_TOKEN = re.compile(
    rf"(?P<amount>{_AMOUNT})|(?P<quantity>(?:{_PART}|{_GROUP}){_QUANTITY})|(?P<group>{_GROUP})"
    rf"|(?P<word>[^\W_]+|[*\u2022\u25cf]{{2,}})|(?P<gap>{_BREAK})",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(r"\s+[^\W\d_]{2}")
_LETTER_INSIDE = re.compile(r"[0-9]{3}[A-Za-z]{1,3}[0-9]{3}", re.ASCII)
_CHUNK = re.compile(r"[0-9A-Za-z]+", re.ASCII)
_LIKE_DIGITS = re.compile(r"[0-9](?=[0-9]*[OoIlSB])[0-9OoIlSB]+", re.ASCII)
_SEPARATORS = re.compile(r"[\s().\-/_]+")
_COUNTRY = ("62", "+62", "0062")
_COUNTRY_AND_0 = ("620", "+620", "00620")
"""The country code with the trunk 0 that is normally omitted after it, as in "+62 (0)812"."""


class NumberFault(StrEnum):
    """Why a text that looks like a number is not a usable number."""

    SEVERAL = "several"
    FOREIGN = "foreign"
    LETTERS = "letters"
    SCRIPT = "script"
    LENGTH = "length"
    TRAILING = "trailing"


class NumberError(DomainError):
    """A text is meant as a number, but it is not a usable one or is ambiguous."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number that may be a phone number, a meter number or both; one of them is set."""

    phone: str | None
    """In the normalised form, 08…"""
    brands: frozenset[str]
    """The brands that the phone number may belong to; empty for an unknown prefix."""
    meter: str | None
    nominal: Rupiah | None = None
    """The amount beside the number: "081234567890 10" has Rp10,000."""

    @property
    def is_unclear(self) -> bool:
        """Whether it may be a phone or a meter number, so that the customer has to choose."""
        return self.phone is not None and self.meter is not None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The result of parsing consecutive groups of digits."""

    number: ParsedNumber | None = None
    amounts: tuple[int, ...] = ()
    fault: NumberFault | None = None


Prefixes = Mapping[str, tuple[str, ...]]


def parse_number(text: str, prefixes: Prefixes) -> ParsedNumber | None:
    """Return the number in a text; None for a text without one, such as a search.

    Raises `NumberError` for several numbers, a foreign number, letters among the digits, a wrong
    number of digits, and an ambiguous end of the number.
    """
    if len(text) > MAX_TEXT_LENGTH:
        return None  # cutting the text could cut a number
    plain = without_invisible(text).strip()
    _refuse_letters(plain)
    if sum(character in "0123456789" for character in plain) < MIN_DIGITS:
        return None
    if any(has_doubtful_letters(row) for row in _rows(plain)):
        raise NumberError(NumberFault.LETTERS)
    readings = list(_readings(plain, prefixes))
    numbers = {
        replace(reading.number, nominal=None) for reading in readings if reading.number is not None
    }
    faults = [reading.fault for reading in readings if reading.fault is not None]
    if NumberFault.TRAILING in faults:
        raise NumberError(NumberFault.TRAILING)
    if len(numbers) > 1 or (numbers and faults):
        raise NumberError(NumberFault.SEVERAL)
    if numbers:
        amounts = {amount for reading in readings for amount in reading.amounts}
        return replace(numbers.pop(), nominal=_nominal(amounts))
    if any(_LIKE_DIGITS.fullmatch(chunk) for chunk in _CHUNK.findall(plain)):
        raise NumberError(NumberFault.LETTERS)
    if faults:
        raise NumberError(faults[0])
    return None


def parse_contact(text: str) -> str:
    """Return the phone number of a shared contact in the normalised form, 08….

    Contacts have a country code, mostly without the plus. So a number that begins with none of
    62, +62, 0062 and 0 is foreign, even with a bare 8: 852 is Hong Kong and not 0852. Groups are
    joined, since a contact has nothing beside the number. Raises `NumberError` for a foreign
    number, and for one that is not an Indonesian mobile number.
    """
    compact = _SEPARATORS.sub("", without_invisible(text))
    if any(unicodedata.category(char) == "Nd" and not char.isascii() for char in compact):
        raise NumberError(NumberFault.SCRIPT)
    if compact[:1].isdigit() and not compact.startswith("0"):
        compact = f"+{compact}"
    try:
        return normalise(DestinationKind.PHONE, compact)
    except DestinationError as error:
        is_foreign = error.fault is DestinationFault.FOREIGN
        raise NumberError(NumberFault.FOREIGN if is_foreign else NumberFault.LENGTH) from error


def without_numbers(text: str) -> str:
    """Return a text without numbers and amounts of rupiah."""

    def kept(token: re.Match[str]) -> str:
        return " " if token["group"] or token["amount"] else token[0]

    return " ".join(_TOKEN.sub(kept, without_invisible(text)).split())


def _refuse_letters(plain: str) -> None:
    """Raise for a long number that contains letters or non-ASCII digits."""
    digits_of_any_script = [char for char in plain if unicodedata.category(char) == "Nd"]
    if len(digits_of_any_script) >= MIN_DIGITS and not "".join(digits_of_any_script).isascii():
        raise NumberError(NumberFault.SCRIPT)
    digits = sum(character in "0123456789" for character in plain)
    if digits >= MIN_DIGITS and _LETTER_INSIDE.search(plain):
        raise NumberError(NumberFault.LETTERS)
    for chunk in _CHUNK.findall(plain):
        letters = sum(character.isalpha() for character in chunk)
        if letters and len(chunk) - letters >= MIN_DIGITS:
            raise NumberError(NumberFault.LETTERS)


def _nominal(amounts: set[int]) -> Rupiah | None:
    """Return the only amount of a text, if it is Rp1,000 to Rp10,000,000; of several, None."""
    usual = [amount for amount in amounts if 1_000 <= amount <= MAX_NOMINAL]
    return Rupiah(usual[0]) if len(usual) == len(amounts) == 1 else None


def _rows(plain: str) -> Iterator[list[Piece]]:
    """Yield the runs of consecutive groups of digits and words that may be digits."""
    row: list[Piece] = []
    for token in _TOKEN.finditer(plain):
        word = token["group"] or token["word"] or ""
        if may_be_digits(word):
            row.append(Piece(word, _WORD_AFTER.match(plain, token.end()) is not None))
            continue
        if token["gap"] and may_continue(row):
            continue
        yield row
        row = []
    yield row


def _readings(plain: str, prefixes: Prefixes) -> Iterator[_Reading]:
    """Yield the result of each run of groups of digits, and of each amount."""
    run: list[str] = []
    for token in _TOKEN.finditer(plain):
        if token["group"]:
            run.append(token["group"])
            continue
        yield _reading(run, prefixes)
        run = []
        if token["amount"]:
            yield _Reading(amounts=_rupiah(token["amount"]))
    yield _reading(run, prefixes)


def _rupiah(text: str) -> tuple[int, ...]:
    try:
        return (parse_rupiah(text),)
    except AmountError:
        return ()


def _reading(run: Sequence[str], prefixes: Prefixes) -> _Reading:
    groups = _with_country(run)
    if all(_is_plain_amount(group) for group in groups):
        return _Reading(amounts=tuple(_amount(group) for group in groups))
    if any(_known([group], prefixes) is not None for group in groups):
        return _number_in_one_group(groups, prefixes)
    return _grouped(groups, prefixes)


def _with_country(run: Sequence[str]) -> list[str]:
    """Return the groups with a separate country code 62 joined to the next group."""
    groups: list[str] = []
    for group in run:
        before = groups[-1] if groups else ""
        is_country = before in _COUNTRY and re.match("0?8|0$", group)
        if is_country or (before in _COUNTRY_AND_0 and group.startswith("8")):
            groups[-1] += group
        else:
            groups.append(group)
    return groups


def _number_in_one_group(groups: Sequence[str], prefixes: Prefixes) -> _Reading:
    """Parse groups of which one is a complete number; the others can only be amounts."""
    parsed = [_known([group], prefixes) for group in groups]
    numbers = {number for number in parsed if number is not None}
    if len(numbers) > 1:
        return _Reading(fault=NumberFault.SEVERAL)
    place = next(at for at, number in enumerate(parsed) if number is not None)
    before = groups[:place]
    after = [group for at, group in enumerate(groups) if at > place and parsed[at] is None]
    if not all(_is_amount(group) for group in before):
        return _Reading(fault=_fault_of_rest(before))
    number = numbers.pop()
    is_whole = len(number.phone or number.meter or "") > MIN_PHONE_DIGITS
    if not all(_is_plain_amount(group) or (is_whole and _is_usual(group)) for group in after):
        return _Reading(fault=_fault_of_rest(after))
    return _Reading(number, tuple(_amount(group) for group in (*before, *after)))


def _fault_of_rest(groups: Sequence[str]) -> NumberFault:
    is_long = len("".join(groups)) >= MIN_DIGITS
    return NumberFault.SEVERAL if is_long else NumberFault.TRAILING


def _grouped(groups: Sequence[str], prefixes: Prefixes) -> _Reading:
    """Parse a number that is written in groups, perhaps with an amount before or after it."""
    if len(groups) > 1 and _is_amount(groups[0]) and groups[1].startswith(("0", "+")):
        rest = _grouped(groups[1:], prefixes)
        return replace(rest, amounts=(_amount(groups[0]), *rest.amounts))
    try:
        whole = _known(groups, prefixes)
        if whole is not None:
            return _Reading(whole)
        for part, amount in ((groups[:-1], groups[-1:]), (groups[1:], groups[:1])):
            if amount and _is_certain_amount(amount[0]):
                number = _known(part, prefixes)
                if number is not None:
                    return _Reading(number, (_amount(amount[0]),))
        return _several(groups, prefixes) or _without_number(groups)
    except NumberError as error:
        return _Reading(fault=error.fault)


def _several(groups: Sequence[str], prefixes: Prefixes) -> _Reading | None:
    """Return the fault SEVERAL if the groups are two numbers, the second like a phone number."""
    starts = [at for at, group in enumerate(groups) if re.match(r"\+|0?8|628", group)]
    for at in starts[1:]:
        if _known(groups[:at], prefixes) and _known(groups[at:], prefixes):
            return _Reading(fault=NumberFault.SEVERAL)
    return None


def _without_number(groups: Sequence[str]) -> _Reading:
    """Return the fault of digits that are not a number; a few digits are an amount or nothing."""
    digits = "".join(groups).replace("+", "")
    if len(digits) <= MIN_DIGITS:
        is_amount = len(groups) == 1 and _is_amount(groups[0])
        return _Reading(amounts=(_amount(groups[0]),)) if is_amount else _Reading()
    is_indonesian = "".join(groups).startswith(_COUNTRY)
    if groups[0].startswith(("+", "00")) and not is_indonesian:
        return _Reading(fault=NumberFault.FOREIGN)
    return _Reading(fault=NumberFault.LENGTH)


# --- amounts ---


def _is_amount(group: str) -> bool:
    return _is_short(group) or _is_plain_amount(group)


def _is_short(group: str) -> bool:
    """Return whether a group is an amount in thousands: "10" for Rp10,000."""
    return group.isdigit() and len(group) <= 3 and not group.startswith("0")


def _is_usual(group: str) -> bool:
    """Return whether a group is a usual nominal in thousands: 12 or a multiple of 5."""
    return _is_short(group) and (int(group) % 5 == 0 or group == "12")


def _is_plain_amount(group: str) -> bool:
    """Return whether a group is an amount in full, such as 5000; without a leading 0."""
    is_amount = group.isdigit() and not group.startswith("0") and len(group) > 3
    return is_amount and int(group) % 500 == 0 and int(group) <= MAX_AMOUNT


def _is_certain_amount(group: str) -> bool:
    """Return whether a first or last group is certainly an amount and not part of the number."""
    return _is_usual(group) or (len(group) > 4 and _is_plain_amount(group))


def _amount(group: str) -> int:
    return int(group) * 1_000 if _is_short(group) else int(group)


# --- kinds of number ---


def _known(groups: Sequence[str], prefixes: Prefixes) -> ParsedNumber | None:
    """Return the number that the groups form; None if neither a phone nor a meter number.

    Raises `NumberError` if they may be a number and something after it.
    """
    text = " ".join(groups)
    phone, meter = _as(DestinationKind.PHONE, text), _meter(text)
    if phone is None and meter is None:
        return None
    brands = frozenset() if phone is None else operators_of(phone, prefixes)
    # Digits that may be a phone number without its 0, but of no operator, are a meter number.
    if meter is not None and not brands:
        phone = None
    return ParsedNumber(phone, brands, meter)


def _meter(text: str) -> str | None:
    """Return a meter number; it never begins with 0 or a plus."""
    return None if text.startswith(("0", "+")) else _as(DestinationKind.METER, text)


def _as(kind: DestinationKind, text: str) -> str | None:
    try:
        return normalise(kind, text)
    except DestinationError as error:
        if error.fault is DestinationFault.TRAILING:
            raise NumberError(NumberFault.TRAILING) from error
        return None
