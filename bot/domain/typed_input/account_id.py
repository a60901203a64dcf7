"""Parses typed ids of games, cards and customers, such as "UID: 12345678 Server: 2001".

Labels, the product's own name and polite words are removed. Any other word makes the id unclear
and is never skipped, because a part of an id can be the id of another person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from bot.domain.destination import DestinationKind, GameForm, normal_form
from bot.domain.errors import DestinationError, DestinationFault
from bot.domain.search.query import ALIASES
from bot.domain.typed_input.account_id_words import (
    PHONE_LABELS,
    IdPart,
    LabelRole,
    ParsedId,
    is_label_or_filler,
    label_end,
    read_freely,
    read_strictly,
)

MIN_USER_LENGTH, MAX_USER_LENGTH = 5, 20
"""The minimum and maximum number of digits of a game's user id."""
WHOLE_USER = 6
"""A group of this many digits may be a complete user id, so it is not joined to other groups."""
MIN_ZONE_LENGTH, MAX_ZONE_LENGTH = 3, 6
"""The minimum and maximum number of digits of a zone."""
MIN_JOINED_LENGTH = 8
"""The minimum number of digits of a user id that is written in groups."""
NOMINALS = frozenset(
    {*("5", "10", "12", "15", "20", "25", "30", "40", "50", "60", "75", "80", "90"),
     *("100", "150", "200", "250", "300", "500")}
)  # fmt: skip
"""A last group with one of these values may be an amount in thousands, not a part of the id."""

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_PHONE = re.compile(
    r"\W*(?:"
    r"(?:\+[\s.-]*62|0062)[\s().-]*0?[\s.-]*8(?:[\s().-]*[0-9]){5,}"
    r"|0[\s.-]*8(?:[\s().-]*[0-9]){7,}"
    r"|62[\s.-]*0?8(?:[\s.-]*[0-9]){8,11}(?![0-9])(?!\s*[(/,|]\s*[0-9])"
    r")",
    re.ASCII,
)


def begins_like_phone(text: str) -> bool:
    """Return whether a text begins like an Indonesian mobile number: 08…, 628… or +62 8….

    A game's id may also begin with 628, so 628 counts only with the length of a phone number.
    """
    return bool(_PHONE.match(text))


def parse_account_id(kind: DestinationKind, text: str, form: GameForm, brand: str) -> str:
    """Return a typed id without labels and polite words, in a form that `normalise` accepts.

    `brand` is the product's `category.main`; its words may stand before the id. Phone numbers are
    returned unchanged, because `phone_number` parses them. Raises `DestinationError`.
    """
    text = text.strip()
    match kind:
        case DestinationKind.GAME if form.has_digit_user:
            return _digit_game(text, form, _names(brand))
        case DestinationKind.GAME:
            return _free_game(text, form, _names(brand))
        case DestinationKind.OTHER:
            return without_label(kind, text)
        case DestinationKind.PHONE:
            return text
        case _:
            return _number(kind, text, _names(brand))


def is_labelled(text: str) -> bool:
    """Return whether a text begins with a label of an id, such as "UID Budi_1"."""
    return label_end(text) > 0


def without_labels(text: str) -> str:
    """Return the words of a text without labels and polite words."""
    words = (word for word in re.split(r"[\s:=]+", text) if not is_label_or_filler(word))
    return " ".join(words)


def without_label(kind: DestinationKind, text: str) -> str:
    """Return a text of any form without the label before it, if the rest is one id.

    One id is a single word, or groups of digits: "No 5 Elm Street" is returned unchanged. Raises
    `DestinationError` if there is only a label.
    """
    rest = text[label_end(text) :].strip()
    if not rest:
        _raise_fault(DestinationFault.EMPTY, kind)
    is_one_id = len(rest.split()) == 1 or re.fullmatch(r"\+?[0-9\s().\-/]+", rest, re.ASCII)
    return rest if is_one_id else text


# --- games ---


def _digit_game(text: str, form: GameForm, names: frozenset[str]) -> str:
    """Parse the id of a game whose user id consists of digits."""
    read = read_strictly(DestinationKind.GAME, text, names)
    users, zones = _user_and_zone(read, form)
    if not users:
        _raise_fault(DestinationFault.UNCLEAR if zones else DestinationFault.EMPTY)
    if not all(_is_digits(one.text) for one in users):
        has_digits = any(_is_digits(one.text) for one in read.values)
        _raise_fault(DestinationFault.NOT_DIGITS if has_digits else DestinationFault.LENGTH)
    if _is_probably_phone(users, zones, form, is_labelled=read.is_labelled):
        _raise_fault(DestinationFault.LENGTH)
    if zones and not form.has_zone:
        _raise_fault(DestinationFault.ZONE_UNEXPECTED)
    if len(zones) > 1 or (form.has_zone and not zones and len(users) > 1):
        _raise_fault(DestinationFault.UNCLEAR)
    user = _one_piece(users)
    zone = [_zone(one, user, form) for one in zones]
    if not MIN_USER_LENGTH <= len(user) <= MAX_USER_LENGTH:
        _raise_fault(DestinationFault.LENGTH)
    return " ".join([user, *zone])


def _user_and_zone(read: ParsedId, form: GameForm) -> tuple[list[IdPart], list[IdPart]]:
    """Return the groups of the user id and those of the zone.

    A zone is recognised by its label, by a separator before it, or as the second of two groups.
    """
    zones = [one for one in read.values if one.role is LabelRole.ZONE]
    users = [one for one in read.values if one.role is not LabelRole.ZONE]
    if not zones and len(users) > 1 and users[-1].role is not LabelRole.USER:
        may_be_zone = form.has_zone or _is_digits(users[-1].text)
        is_separated = users[-1].is_apart and not any(one.is_apart for one in users[1:-1])
        is_second = len(users) == 2 and (form.has_zone or _looks_like_zone(*users))
        if may_be_zone and (is_separated or is_second):
            zones.append(users.pop())
    return users, zones


def _looks_like_zone(user: IdPart, other: IdPart) -> bool:
    """Return whether digits after a user id look like a zone, although the game has none."""
    return len(user.text) >= WHOLE_USER and MIN_ZONE_LENGTH <= len(other.text) < WHOLE_USER


def _one_piece(users: Sequence[IdPart]) -> str:
    """Join groups of digits to one user id; raises `DestinationError` (UNCLEAR) if in doubt."""
    groups = [one.text for one in users]
    if len(groups) == 1:
        return groups[0]
    whole = "".join(groups)
    is_even = len(groups) > 2 and len({len(group) for group in groups[1:]}) == 1
    is_usual = len(groups[0]) > 2 and groups[-1] not in NOMINALS
    is_doubtful = (
        any(one.is_apart or one.run != users[0].run for one in users[1:])
        or any(len(group) >= WHOLE_USER for group in groups)
        or len(whole) < MIN_JOINED_LENGTH
        or not (is_even or is_usual)
    )
    if is_doubtful:
        _raise_fault(DestinationFault.UNCLEAR)
    return whole


def _zone(value: IdPart, user: str, form: GameForm) -> str:
    zone = value.text
    if form.has_digit_zone:
        if not _is_digits(zone):
            _raise_fault(DestinationFault.NOT_DIGITS)
        if not MIN_ZONE_LENGTH <= len(zone) <= MAX_ZONE_LENGTH:
            _raise_fault(DestinationFault.UNCLEAR)
    if _is_digits(zone) and len(zone) >= len(user):
        _raise_fault(DestinationFault.UNCLEAR)
    return zone


def _is_probably_phone(
    users: Sequence[IdPart], zones: Sequence[IdPart], form: GameForm, *, is_labelled: bool
) -> bool:
    """Return whether the groups are a phone number.

    No game id begins with 0; some begin with 628, so a label or a zone decides for them.
    """
    if users[0].text.startswith("0"):
        return True
    is_whole = not is_labelled and not (form.has_zone and zones)
    return is_whole and begins_like_phone(" ".join(one.text for one in users))


def _free_game(text: str, form: GameForm, names: frozenset[str]) -> str:
    """Parse the id of a game whose user id may be a name."""
    read = read_freely(text, names)
    zones = [one.text for one in read.values if one.role is LabelRole.ZONE]
    users = [one for one in read.values if one.role is not LabelRole.ZONE]
    if not users:
        _raise_fault(DestinationFault.UNCLEAR if zones else DestinationFault.EMPTY)
    if zones:
        return " ".join([users[0].text, *zones]) if len(users) == len(zones) == 1 else text
    is_grouped = len(users) > 1 and all(_is_digits(one.text) for one in users)
    if is_grouped and not form.has_zone and not any(one.is_apart for one in users[1:]):
        if len(users) == 2 and len(users[0].text) >= WHOLE_USER:
            return text
        return _one_piece(users)
    return " ".join(one.text for one in users) if read.is_labelled else text


# --- numbers of cards, customers and meters ---


def _number(kind: DestinationKind, text: str, names: frozenset[str]) -> str:
    """Parse a number of digits; returns its groups joined by spaces, as `normalise` takes them."""
    may_be_phone = kind is DestinationKind.CUSTOMER_NUMBER
    read = read_strictly(kind, text, names | PHONE_LABELS if may_be_phone else names)
    if not read.values:
        _raise_fault(DestinationFault.EMPTY, kind)
    if not all(_is_digits(one.text) for one in read.values):
        _raise_fault(DestinationFault.NOT_DIGITS, kind)
    if len({one.run for one in read.values}) > 1 or any(one.is_apart for one in read.values[1:]):
        _raise_fault(DestinationFault.UNCLEAR, kind)
    digits = " ".join(one.text for one in read.values)
    is_bare_card = kind is DestinationKind.CARD and not read.is_labelled
    # No meter number begins with 0.
    is_no_meter = kind is DestinationKind.METER and digits.startswith("0")
    is_phone = begins_like_phone(digits) and normal_form(DestinationKind.PHONE, digits) is not None
    if is_no_meter or (is_bare_card and is_phone):
        _raise_fault(DestinationFault.UNCLEAR, kind)
    return digits


def _names(brand: str) -> frozenset[str]:
    """Return the words of a brand and its aliases ("ml", "ff"), without digits.

    Digits are left out because they may belong to the id.
    """
    words = frozenset(re.findall(r"[^\W\d_]+", brand.casefold()))
    aliases = (alias for alias, name in ALIASES.items() if words.issuperset(name.split()))
    return words | frozenset(aliases)


def _is_digits(text: str) -> bool:
    return bool(_DIGITS.fullmatch(text))


def _raise_fault(fault: DestinationFault, kind: DestinationKind = DestinationKind.GAME) -> NoReturn:
    raise DestinationError(fault, kind)
