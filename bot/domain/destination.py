"""Destinations: normalises typed ones, and compares them with the supplier's echo."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.domain.errors import DestinationError, DestinationFault


class DestinationKind(StrEnum):
    """The kind of a product's destination (docs/supplier-api.md, "2.10 Destinations")."""

    PHONE = "phone"
    METER = "meter"
    GAME = "game"
    CUSTOMER_NUMBER = "customer_number"
    CARD = "card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GameForm:
    """How a game's user id and its zone, if it has one, are joined: "{user}{zone}"."""

    template: str = "{user}"
    has_digit_user: bool = False
    """Whether the user id always consists of digits."""
    has_digit_zone: bool = False
    """Whether the zone always consists of digits; otherwise it may be a server's name."""

    @property
    def has_zone(self) -> bool:
        """Whether the game needs a zone (or server) beside the user id."""
        return "{zone}" in self.template


_SEPARATORS = re.compile(r"[\s().\-/]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_MOBILE = re.compile(r"08[0-9]{8,11}", re.ASCII)
_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{1,62}[\x21-\x7e])", re.ASCII)
_GAME = re.compile(
    r"([0-9A-Za-z_.#-]{3,40}?)(?:\s*[(\s,/|]\s*([0-9A-Za-z_]{1,12})\s*\)?)?", re.ASCII
)
_BARE_FOREIGN = re.compile(r"8[046]", re.ASCII)
"""Prefixes that no Indonesian mobile number has after its leading 0 is dropped.

The mobile prefixes are 081-083, 085 and 087-089 (the Indonesian numbering plan). 84 is Viet Nam,
86 is China.
"""
_COUNT_PREFIX = re.compile(r"\A[0-9]+\.(?=.)", re.ASCII)
WHOLE_NUMBER_DIGITS = 8
"""An echo with this many digits in a row shows a complete number, not a part of a masked one."""
WHOLE_DIGITS = 10
"""A group of this many digits may be a complete number: a mobile number in an echo, or the first
typed group of any number."""
SHORT_DIGITS = 3
"""A last group of at most this many digits may be an amount in thousands."""
_LENGTHS = {
    DestinationKind.METER: (11, 12),
    DestinationKind.CUSTOMER_NUMBER: (6, 20),
    DestinationKind.CARD: (8, 20),
}


def normalise(kind: DestinationKind, text: str, game: GameForm | None = None) -> str:
    """Return the text in the form that is sent to the supplier and compared with its rows.

    - Phone numbers become 08…, 10 to 13 digits, from `+62`, `0062`, `62` or a bare `8`.
      Recognisable numbers of other countries raise the fault FOREIGN.
    - Meter numbers have 11 or 12 digits, customer numbers 6 to 20, card numbers 8 to 20.
    - Groups of digits are joined. If the number is complete without the last group, the fault is
      TRAILING.
    - A game's user id and zone are joined by `game.template`.
    - Other destinations are 3 to 64 printable ASCII characters.

    Only ASCII digits count. Raises `DestinationError`. Forms: docs/supplier-api.md,
    "2.10 Destinations".
    """
    text = text.strip()
    if not text:
        raise DestinationError(DestinationFault.EMPTY, kind)
    if kind is DestinationKind.GAME:
        return _game(text, game or GameForm())
    if kind is DestinationKind.OTHER:
        if not _PRINTABLE.fullmatch(text):
            fault = DestinationFault.LENGTH if text.isascii() else DestinationFault.NOT_ASCII
            raise DestinationError(fault, kind)
        return text
    _refuse_trailing(kind, text)
    joined = _joined(kind, text)
    if kind is DestinationKind.PHONE and _BARE_FOREIGN.match(_SEPARATORS.sub("", text)):
        raise DestinationError(DestinationFault.FOREIGN, kind)
    return joined


def normal_form(kind: DestinationKind, text: str) -> str | None:
    """Return what `normalise` returns; None for a text that is not a destination of the kind."""
    try:
        return normalise(kind, text)
    except DestinationError:
        return None


def zone_of(kind: DestinationKind, text: str, game: GameForm) -> str:
    """Return the zone of a typed game id if the template ends with the zone; otherwise ""."""
    match = _GAME.fullmatch(text.strip()) if kind is DestinationKind.GAME else None
    return match[2] or "" if match and game.template.endswith("{zone}") else ""


def is_normalised(kind: DestinationKind, destination: str) -> bool:
    """Return whether a destination is in the normalised form of a kind.

    A product's type may change while a confirm screen is open, so this is checked again. A game's
    joined id has no checkable form beyond printable ASCII.
    """
    if kind is DestinationKind.GAME:
        return bool(_PRINTABLE.fullmatch(destination))
    return normal_form(kind, destination) == destination


def _refuse_trailing(kind: DestinationKind, text: str) -> None:
    """Raise for "08123456789 10": joining an amount to a complete number makes another number."""
    groups = [group for group in _SEPARATORS.split(text) if group]
    head, last = groups[:-1], groups[-1] if groups else ""
    if not head or not _DIGITS.fullmatch(last):
        return
    is_whole = len(head[0]) >= WHOLE_DIGITS and _is_valid(kind, head[0])
    is_even = len(groups) > 2 and len({len(group) for group in groups[1:]}) == 1
    if is_whole or (len(last) <= SHORT_DIGITS and not is_even and _is_valid(kind, "".join(head))):
        raise DestinationError(DestinationFault.TRAILING, kind)


def _is_valid(kind: DestinationKind, text: str) -> bool:
    try:
        _joined(kind, text)
    except DestinationError:
        return False
    return True


def _joined(kind: DestinationKind, text: str) -> str:
    return _phone(text) if kind is DestinationKind.PHONE else _digits_of_length(kind, text)


def _phone(text: str) -> str:
    compact = _SEPARATORS.sub("", text)
    digits = compact.removeprefix("+")
    if not _DIGITS.fullmatch(digits):
        raise DestinationError(DestinationFault.NOT_DIGITS, DestinationKind.PHONE)
    for prefix in ("0062", "62"):
        if digits.startswith(prefix):
            digits = digits.removeprefix(prefix).removeprefix("0")
            digits = "0" + digits
            break
    else:
        if compact.startswith("00") or (compact.startswith("+") and not digits.startswith("0")):
            raise DestinationError(DestinationFault.FOREIGN, DestinationKind.PHONE)
        if compact.startswith("+"):
            raise DestinationError(DestinationFault.NOT_INDONESIAN_MOBILE, DestinationKind.PHONE)
        if digits.startswith("8"):
            digits = "0" + digits
    if not digits.startswith("08"):
        raise DestinationError(DestinationFault.NOT_INDONESIAN_MOBILE, DestinationKind.PHONE)
    if not _MOBILE.fullmatch(digits):
        raise DestinationError(DestinationFault.LENGTH, DestinationKind.PHONE)
    return digits


def _digits_of_length(kind: DestinationKind, text: str) -> str:
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        raise DestinationError(DestinationFault.NOT_DIGITS, kind)
    shortest, longest = _LENGTHS[kind]
    if not shortest <= len(digits) <= longest:
        raise DestinationError(DestinationFault.LENGTH, kind)
    return digits


def _game(text: str, form: GameForm) -> str:
    match = _GAME.fullmatch(text)
    if match is None:
        fault = DestinationFault.LENGTH if text.isascii() else DestinationFault.NOT_ASCII
        raise DestinationError(fault, DestinationKind.GAME)
    user, zone = match[1], match[2]
    if form.has_zone and zone is None:
        raise DestinationError(DestinationFault.ZONE_MISSING, DestinationKind.GAME)
    if not form.has_zone and zone is not None:
        raise DestinationError(DestinationFault.ZONE_UNEXPECTED, DestinationKind.GAME)
    return form.template.format(user=user, zone=zone)


def strip_repeat_prefix(echo: str) -> str:
    """Return an echoed destination without the "2." that marks a repeated order.

    Source: docs/supplier-api.md, "2.5 Status rows".
    """
    return _COUNT_PREFIX.sub("", echo.strip(), count=1)


_PHONE_LIKE = frozenset({None, DestinationKind.PHONE, DestinationKind.OTHER})
"""Kinds in which 08… is a phone number, whose spellings are equivalent."""


def same_destination(sent: str, echo: str, kind: DestinationKind | None = None) -> bool:
    """Return whether the supplier's echo names the destination that was sent.

    The echo may have a repeat prefix ("2.0812…"), and panels may rewrite 08… as 62 8…. A sent
    destination that is not a phone number, by its kind (None: unknown) or its form, must be echoed
    unchanged: 81234567890 and 081234567890 are different meters.
    """
    if sent in (echo.strip(), strip_repeat_prefix(echo)):
        return True
    return kind in _PHONE_LIKE and bool(_MOBILE.fullmatch(sent)) and may_be_same(sent, echo)


def may_be_same(sent: str, echo: str) -> bool:
    """Return whether an echo may name a destination of unknown kind.

    Both are compared as phone numbers if they look like phone numbers.
    """
    return sent == echo.strip() or comparison_key(echo) == _comparable(sent)


_MASK = re.compile(r"[*#_?•●·…]+|[xX]{2,}|(?<=[0-9])[xX](?![0-9A-Za-z])|\.{2,}|-{2,}", re.ASCII)
"""Characters that panels write in place of masked digits."""
_WHOLE = re.compile(rf"[0-9]{{{WHOLE_NUMBER_DIGITS}}}", re.ASCII)


def may_be_masked(sent: str, echo: str) -> bool:
    """Return whether an echo may be the sent destination, masked in part or completely.

    "0812****7890", "62812xxxx", "7890", "hidden" and "" may be 081234567890. "0813****7890" and
    complete other numbers may not.
    """
    echo = strip_repeat_prefix(echo)
    if not _SEPARATORS.sub("", _MASK.sub("", echo)):
        return True
    pieces = [_SEPARATORS.sub("", piece) for piece in _unmasked_pieces(sent, echo)]
    if len(pieces) > 1:
        return any(_fit_in(form, pieces) for form in _forms_of(sent))
    (shown,) = pieces
    if not _DIGITS.fullmatch(sent) or len(sent) < WHOLE_NUMBER_DIGITS:
        return False
    if not _DIGITS.fullmatch(shown):
        return not _WHOLE.search(shown)
    whole = WHOLE_DIGITS if _MOBILE.fullmatch(sent) else WHOLE_NUMBER_DIGITS
    return len(shown) < whole and any(
        form.startswith(shown) or form.endswith(shown) for form in _forms_of(sent)
    )


def _unmasked_pieces(sent: str, echo: str) -> list[str]:
    """Return the pieces of an echo between its mask characters.

    A character that is part of the sent destination is not a mask: "user_1" and "user_2" are two
    destinations.
    """
    own = sent.lower()
    pieces, begin = [], 0
    for mask in _MASK.finditer(echo):
        if any(character in own for character in mask[0].lower()):
            continue
        pieces.append(echo[begin : mask.start()])
        begin = mask.end()
    return [*pieces, echo[begin:]]


def _forms_of(sent: str) -> tuple[str, ...]:
    """Return the spellings of a destination that panels may mask."""
    if not _MOBILE.fullmatch(sent):
        return (_SEPARATORS.sub("", sent),)
    bare = sent.removeprefix("0")
    return sent, bare, f"62{bare}", f"+62{bare}", f"0062{bare}", f"620{bare}"


def _fit_in(form: str, pieces: Sequence[str]) -> bool:
    """Return whether a text has the pieces in order, first at the start, last at the end."""
    first, *inner, last = pieces
    if not form.startswith(first) or not form.endswith(last):
        return False
    begin, end = len(first), len(form) - len(last)
    for piece in inner:
        at = form.find(piece, begin, end)
        if at < 0:
            return False
        begin = at + len(piece)
    return begin <= end


@lru_cache(1024)
def comparison_key(destination: str) -> str:
    """Return the comparison key of a destination: equal for equivalent spellings."""
    return _comparable(strip_repeat_prefix(destination))


def _comparable(destination: str) -> str:
    try:
        return _phone(destination)
    except DestinationError:
        return destination.strip()


def operators_of(number: str, prefixes: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the brands (`category.main`) that a normalised 08… number may belong to.

    Source of the prefixes: docs/supplier-api.md, "2.11 Operator prefixes".
    """
    return frozenset(brand for brand, heads in prefixes.items() if number.startswith(heads))


_GROUP = re.compile(r"[0-9]{5}$|[0-9]{1,4}", re.ASCII)


def group_digits(destination: str, zone: str = "", kind: DestinationKind | None = None) -> str:
    """Return a destination of digits in groups of four, for display; others unchanged.

    A single remaining digit joins the last group, since on its own it would look like an amount.
    A game's id is not grouped, as the game does not group it; a zone at its end is separated:
    "12345678 (1234)".
    """
    if zone and destination.endswith(zone):
        user = destination.removesuffix(zone).rstrip("|/,.-_# (")
        return f"{user} ({zone})" if user else destination
    if kind is DestinationKind.GAME or not _DIGITS.fullmatch(destination):
        return destination
    return " ".join(_GROUP.findall(destination))
