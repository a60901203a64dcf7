"""Numbers that customers send on their own: whose they may be, and what they can be bought for.

A wrong number is somebody else's pulsa. So groups of digits are joined only where that leaves no
doubt: "0812 3456 7890" is one number, "08123456789 10" is a number and 10,000, and what could be
read either way is asked about.
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
from bot.domain.typed_input.phone_number_letters import (
    LEAST_DIGITS,
    Piece,
    is_unclear,
    may_be_digits,
    may_go_on,
)
from bot.domain.typed_text import visible

LONGEST_TEXT = 400
"""A longer text is not looked at: cut off anywhere, it could hold half a number."""
LARGEST_NOMINAL = 10_000_000
SHORTEST_PHONE = 10
"""A phone number of so few digits is rare: two more behind it are rather its end."""
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
_WORD_BEHIND = re.compile(r"\s+[^\W\d_]{2}")
_LETTER_INSIDE = re.compile(r"[0-9]{3}[A-Za-z]{1,3}[0-9]{3}", re.ASCII)
_CHUNK = re.compile(r"[0-9A-Za-z]+", re.ASCII)
_LIKE_DIGITS = re.compile(r"[0-9](?=[0-9]*[OoIlSB])[0-9OoIlSB]+", re.ASCII)
_BETWEEN = re.compile(r"[\s().\-/_]+")
_COUNTRY = ("62", "+62", "0062")
_COUNTRY_AND_0 = ("620", "+620", "00620")
"""The country and the 0 that is left out behind it, as in "+62 (0)812"."""


class NumberFault(StrEnum):
    """Why a text that looks like a number is none that we can serve."""

    SEVERAL = "several"
    FOREIGN = "foreign"
    LETTERS = "letters"
    SCRIPT = "script"
    LENGTH = "length"
    TRAILING = "trailing"


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
    nominal: Rupiah | None = None
    """The amount that stood beside it: "081234567890 10" is for 10,000."""

    @property
    def is_unclear(self) -> bool:
        """Whether it may be a phone as well as a meter, so that the customer has to say."""
        return self.phone is not None and self.meter is not None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a run of groups of digits came to."""

    number: KnownNumber | None = None
    amounts: tuple[int, ...] = ()
    fault: NumberFault | None = None


Prefixes = Mapping[str, tuple[str, ...]]


def read_number(text: str, prefixes: Prefixes) -> KnownNumber | None:
    """Return what number a text is; None for words, which are something to look for.

    Raises `NumberError` for two numbers, a foreign one, one with letters or digits amiss, and
    one of which it is unclear where it ends.
    """
    if len(text) > LONGEST_TEXT:
        return None
    seen = visible(text).strip()
    _refuse_letters(seen)
    if sum(character in "0123456789" for character in seen) < LEAST_DIGITS:
        return None
    if any(is_unclear(row) for row in _rows(seen)):
        raise NumberError(NumberFault.LETTERS)
    readings = list(_readings(seen, prefixes))
    numbers = {replace(one.number, nominal=None) for one in readings if one.number is not None}
    faults = [one.fault for one in readings if one.fault is not None]
    if NumberFault.TRAILING in faults:
        raise NumberError(NumberFault.TRAILING)
    if len(numbers) > 1 or (numbers and faults):
        raise NumberError(NumberFault.SEVERAL)
    if numbers:
        amounts = {amount for one in readings for amount in one.amounts}
        return replace(numbers.pop(), nominal=_nominal(amounts))
    if any(_LIKE_DIGITS.fullmatch(chunk) for chunk in _CHUNK.findall(seen)):
        raise NumberError(NumberFault.LETTERS)
    if faults:
        raise NumberError(faults[0])
    return None


def read_contact(text: str) -> str:
    """Return the phone number of a shared contact as it is sent to the supplier: 08….

    Contacts are written with their country, and mostly without the plus. So what begins with
    none of 62, +62, 0062 and 0 is foreign, a bare 8 too: 852 is Hong Kong, and no 0852. Groups
    are joined, since nothing else stands beside it. Raises `NumberError` for a foreign number,
    and for one that is no Indonesian mobile number.
    """
    compact = _BETWEEN.sub("", visible(text))
    if any(unicodedata.category(one) == "Nd" and not one.isascii() for one in compact):
        raise NumberError(NumberFault.SCRIPT)
    if compact[:1].isdigit() and not compact.startswith("0"):
        compact = f"+{compact}"
    try:
        return normalise(DestinationKind.PHONE, compact)
    except DestinationError as error:
        is_foreign = error.fault is DestinationFault.FOREIGN
        raise NumberError(NumberFault.FOREIGN if is_foreign else NumberFault.LENGTH) from error


def beside_numbers(text: str) -> str:
    """Return what is said around the numbers and amounts of rupiah in a text."""
    said = _TOKEN.sub(lambda one: " " if one["group"] or one["amount"] else one[0], visible(text))
    return " ".join(said.split())


def _refuse_letters(seen: str) -> None:
    """Raise for a long number with letters in it, or in the digits of another script."""
    of_any_script = [one for one in seen if unicodedata.category(one) == "Nd"]
    if len(of_any_script) >= LEAST_DIGITS and not "".join(of_any_script).isascii():
        raise NumberError(NumberFault.SCRIPT)
    digits = sum(character in "0123456789" for character in seen)
    if digits >= LEAST_DIGITS and _LETTER_INSIDE.search(seen):
        raise NumberError(NumberFault.LETTERS)
    for chunk in _CHUNK.findall(seen):
        letters = sum(character.isalpha() for character in chunk)
        if letters and len(chunk) - letters >= LEAST_DIGITS:
            raise NumberError(NumberFault.LETTERS)


def _nominal(amounts: set[int]) -> Rupiah | None:
    """Return the one amount of a text; of two nobody knows which is meant."""
    usual = [amount for amount in amounts if 1_000 <= amount <= LARGEST_NOMINAL]
    return Rupiah(usual[0]) if len(usual) == len(amounts) == 1 else None


def _rows(seen: str) -> Iterator[list[Piece]]:
    """Yield the groups of digits, and the words that may be digits, that touch one another."""
    row: list[Piece] = []
    for token in _TOKEN.finditer(seen):
        word = token["group"] or token["word"] or ""
        if may_be_digits(word):
            row.append(Piece(word, _WORD_BEHIND.match(seen, token.end()) is not None))
            continue
        if token["gap"] and may_go_on(row):
            continue
        yield row
        row = []
    yield row


def _readings(seen: str, prefixes: Prefixes) -> Iterator[_Reading]:
    """Yield what each run of groups of digits means, and each amount."""
    run: list[str] = []
    for token in _TOKEN.finditer(seen):
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
        return _beside(groups, prefixes)
    return _grouped(groups, prefixes)


def _with_country(run: Sequence[str]) -> list[str]:
    """Return the groups with a country's 62 joined to what follows it."""
    groups: list[str] = []
    for group in run:
        before = groups[-1] if groups else ""
        is_country = before in _COUNTRY and re.match("0?8|0$", group)
        if is_country or (before in _COUNTRY_AND_0 and group.startswith("8")):
            groups[-1] += group
        else:
            groups.append(group)
    return groups


def _beside(groups: Sequence[str], prefixes: Prefixes) -> _Reading:
    """Read a number that is whole by itself: what stands beside it is not a part of it."""
    known = [_known([group], prefixes) for group in groups]
    numbers = {one for one in known if one is not None}
    if len(numbers) > 1:
        return _Reading(fault=NumberFault.SEVERAL)
    place = next(at for at, one in enumerate(known) if one is not None)
    before = groups[:place]
    after = [group for at, group in enumerate(groups) if at > place and known[at] is None]
    if not all(_is_amount(group) for group in before):
        return _Reading(fault=_fault_beside(before))
    number = numbers.pop()
    is_whole = len(number.phone or number.meter or "") > SHORTEST_PHONE
    if not all(_is_plain_amount(one) or (is_whole and _is_usual(one)) for one in after):
        return _Reading(fault=_fault_beside(after))
    return _Reading(number, tuple(_amount(group) for group in (*before, *after)))


def _fault_beside(groups: Sequence[str]) -> NumberFault:
    is_long = len("".join(groups)) >= LEAST_DIGITS
    return NumberFault.SEVERAL if is_long else NumberFault.TRAILING


def _grouped(groups: Sequence[str], prefixes: Prefixes) -> _Reading:
    """Read a number that is written in groups, perhaps with an amount before or after it."""
    if len(groups) > 1 and _is_amount(groups[0]) and groups[1].startswith(("0", "+")):
        rest = _grouped(groups[1:], prefixes)
        return replace(rest, amounts=(_amount(groups[0]), *rest.amounts))
    try:
        whole = _known(groups, prefixes)
        if whole is not None:
            return _Reading(whole)
        for part, amount in ((groups[:-1], groups[-1:]), (groups[1:], groups[:1])):
            if amount and _is_apart(amount[0]):
                number = _known(part, prefixes)
                if number is not None:
                    return _Reading(number, (_amount(amount[0]),))
        return _several(groups, prefixes) or _none(groups)
    except NumberError as error:
        return _Reading(fault=error.fault)


def _several(groups: Sequence[str], prefixes: Prefixes) -> _Reading | None:
    """Read groups as more than one number, each of which begins like a phone's."""
    starts = [at for at, group in enumerate(groups) if re.match(r"\+|0?8|628", group)]
    for at in starts[1:]:
        if _known(groups[:at], prefixes) and _known(groups[at:], prefixes):
            return _Reading(fault=NumberFault.SEVERAL)
    return None


def _none(groups: Sequence[str]) -> _Reading:
    """Say what is wrong with digits that are no number; a few are an amount, or nothing."""
    digits = "".join(groups).replace("+", "")
    if len(digits) <= LEAST_DIGITS:
        is_amount = len(groups) == 1 and _is_amount(groups[0])
        return _Reading(amounts=(_amount(groups[0]),)) if is_amount else _Reading()
    is_home = "".join(groups).startswith(_COUNTRY)
    if groups[0].startswith(("+", "00")) and not is_home:
        return _Reading(fault=NumberFault.FOREIGN)
    return _Reading(fault=NumberFault.LENGTH)


# --- amounts ---


def _is_amount(group: str) -> bool:
    return _is_short(group) or _is_plain_amount(group)


def _is_short(group: str) -> bool:
    """Whether it is an amount in thousands, as they are said at the counter."""
    return group.isdigit() and len(group) <= 3 and not group.startswith("0")


def _is_usual(group: str) -> bool:
    """Whether there is such a nominal in thousands: 5, 10, 12, 15, … and never 7."""
    return _is_short(group) and (int(group) % 5 == 0 or group == "12")


def _is_plain_amount(group: str) -> bool:
    """Whether it is an amount written out: 5000, 50000, never what begins like a number."""
    is_amount = group.isdigit() and not group.startswith("0") and len(group) > 3
    return is_amount and int(group) % 500 == 0 and int(group) <= MAX_AMOUNT


def _is_apart(group: str) -> bool:
    """Whether a group at the end of others is surely an amount, and not one of them."""
    return _is_usual(group) or (len(group) > 4 and _is_plain_amount(group))


def _amount(group: str) -> int:
    return int(group) * 1_000 if _is_short(group) else int(group)


# --- whose it is ---


def _known(groups: Sequence[str], prefixes: Prefixes) -> KnownNumber | None:
    """Return what groups of digits are together; None when neither a phone nor a meter.

    Raises `NumberError` where they may be a number with something behind it.
    """
    text = " ".join(groups)
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
    return None if text.startswith(("0", "+")) else _as(DestinationKind.METER, text)


def _as(kind: DestinationKind, text: str) -> str | None:
    try:
        return normalise(kind, text)
    except DestinationError as error:
        if error.fault is DestinationFault.TRAILING:
            raise NumberError(NumberFault.TRAILING) from error
        return None
