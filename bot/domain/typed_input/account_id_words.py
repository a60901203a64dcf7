"""Splits a typed id into values, labels, zone labels and polite words.

An id of digits is parsed strictly: an unknown word is a value too, so that it makes the id
unclear. If an id may be a name, only the labels before it are removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.destination import DestinationKind
from bot.domain.errors import DestinationError, DestinationFault

_LABELS = frozenset(
    {*("id", "uid", "userid", "user", "usr", "username", "player", "playerid", "pemain"),
     *("akun", "account", "game", "gameid", "idgame", "open", "openid", "riot", "role", "roleid"),
     *("no", "nomor", "nomer", "nmr", "num", "number", "kode", "code", "tujuan"),
     *("kartu", "card", "nokartu", "smartcard", "smart", "chip", "chipid", "dekoder", "decoder"),
     *("pelanggan", "idpel", "idpelanggan", "pel", "plg", "nopel", "nopelanggan"),
     *("customer", "cust", "customerid", "meter", "email", "e-mail")}
)  # fmt: skip
PHONE_LABELS = frozenset({"hp", "nohp", "wa", "nowa", "whatsapp", "telp", "telepon", "phone"})
"""Labels of phone numbers; not labels of an id that cannot be a phone number."""
_ZONES = frozenset(
    {*("zone", "zona", "zoneid", "idzone", "zonaid", "idzona", "region"),
     *("server", "serverid", "idserver", "serv", "srv", "sv")}
)  # fmt: skip
_FILLERS = frozenset(
    {*("saya", "aku", "gua", "gw", "ku", "ini", "itu", "nya", "adalah", "yaitu", "dan", "and"),
     *("ya", "yaa", "kak", "kakak", "min", "admin", "gan", "bang", "bos", "sis", "dong", "nih"),
     *("tolong", "mohon", "please", "pls", "ke", "untuk", "utk", "buat", "my", "is", "the"),
     *("makasih", "makasi", "thanks", "thx", "terimakasih")}
)  # fmt: skip
_VAGUE = frozenset({"no", "nomor", "nomer", "nmr", "num", "number", "kode", "code", "tujuan"})
"""Labels that phone numbers may have too."""
_PLAIN = _VAGUE | {"id"}
"""Labels that may be part of a zone's label: "zone id", "no server"."""
_FIRST_EMOJI = 0x1F000
"""Characters with a lower code point may mask digits: "1234●●●●"."""
_EMOJI_SELECTOR = "\ufe0f"
_STRICT = re.compile(r"[0-9A-Za-z_]+|.", re.DOTALL)
_FREE = re.compile(r"[0-9A-Za-z_.#-]+|.", re.DOTALL)
_WORD = re.compile(r"[0-9A-Za-z_]+", re.ASCII)
_GLUED = re.compile(r"([A-Za-z]+)([0-9]+)", re.ASCII)
_DOTTED = re.compile(r"([A-Za-z]+)\.([0-9].*)?", re.ASCII | re.DOTALL)
_APART = frozenset("()[]{}<>:=,;/|\\\n")
_BETWEEN = frozenset(" \t\r-.#'\"!?&`")
"""Characters that may stand between words and groups of digits, besides those in `_APART`."""
_IN_NUMBERS = frozenset("()/")


class LabelRole(Enum):
    """The meaning that a label gives to the value after it; NONE without a label."""

    NONE = auto()
    USER = auto()
    ZONE = auto()
    BOTH = auto()


@dataclass(frozen=True, slots=True)
class IdPart:
    """A word or a group of digits that is not a label."""

    text: str
    role: LabelRole
    is_apart: bool
    """Whether a bracket, slash, comma, colon or line break precedes it."""
    run: int
    """The number of labels and fillers before it: values of different runs are not one number."""


@dataclass(frozen=True, slots=True)
class ParsedId:
    """The values of a text, and whether they are labelled as an id."""

    values: Sequence[IdPart]
    is_labelled: bool
    """When parsed strictly, a label that phone numbers may have too does not count."""


class _Labels:
    """The labels since the last value, and the role that they give to the next value."""

    def __init__(self) -> None:
        self.role = LabelRole.NONE
        self.is_id = False
        self._is_own = False

    def user(self, word: str) -> None:
        """Record a label; "id" and "no" may also be part of a zone's label: "zone id"."""
        is_plain = word in _PLAIN
        if not (is_plain and self.role in (LabelRole.ZONE, LabelRole.BOTH)):
            self.role = LabelRole.USER
        self.is_id = self.is_id or word not in _VAGUE
        self._is_own = self._is_own or not is_plain

    def zone(self, signs: str) -> None:
        """Record a zone's label: "user id server" and "id/server" mean both, "id server" a zone."""
        is_both = self.role is LabelRole.USER and (self._is_own or bool(signs.strip()))
        self.role = LabelRole.BOTH if is_both else LabelRole.ZONE

    def value(self) -> None:
        """Record a value: a zone has one, a user id may have several groups."""
        self.role = LabelRole.NONE
        self._is_own = False


def read_strictly(kind: DestinationKind, text: str, names: frozenset[str]) -> ParsedId:
    """Return the values of a text: all words that are not labels, fillers or `names`.

    Raises `DestinationError` for a character that may stand for a digit.
    """
    values: list[IdPart] = []
    labels, run, signs = _Labels(), 0, ""
    separators = _APART if kind is DestinationKind.GAME else _APART - _IN_NUMBERS
    is_apart = has_emoji = False
    for part in _parts(_STRICT, text):
        word = _bare(part)
        if not _WORD.fullmatch(part):
            has_emoji = _is_emoji(kind, part) or has_emoji
            is_apart = is_apart or part in separators
            signs += part
            continue
        if word in _ZONES and kind is DestinationKind.GAME:
            labels.zone(signs)
        elif word in _LABELS:
            labels.user(word)
        elif word not in _FILLERS and word not in names:
            if values and has_emoji:
                raise DestinationError(DestinationFault.NOT_DIGITS, kind)
            values.append(IdPart(part, labels.role, is_apart, run))
            labels.value()
            is_apart = has_emoji = False
            signs = ""
            continue
        run, is_apart, signs = run + 1, False, ""
    return ParsedId(values, labels.is_id)


def _is_emoji(kind: DestinationKind, sign: str) -> bool:
    """Return whether a character is an emoji; raises for one that may stand for a digit."""
    if sign in _APART or sign in _BETWEEN or sign.isspace():
        return False
    if not sign.isascii() and sign.isalnum():
        raise DestinationError(DestinationFault.NOT_ASCII, kind)
    if ord(sign) < _FIRST_EMOJI and sign != _EMOJI_SELECTOR:
        raise DestinationError(DestinationFault.NOT_DIGITS, kind)
    return True


def read_freely(text: str, names: frozenset[str]) -> ParsedId:
    """Return the values after the labels at the start of a text, with the zone by its label."""
    parts = _parts(_FREE, text)
    begin, is_labelled = 0, False
    for place, part in enumerate(parts):
        word = _bare(part.rstrip("."))
        if word in _LABELS or word in PHONE_LABELS or word in _ZONES:
            begin, is_labelled = place + 1 - (word in _ZONES), True
            if word in _ZONES:
                break
        elif not (word in _FILLERS or word in names or not part[0].isalnum()):
            break
        elif is_labelled:
            begin = place + 1
    values: list[IdPart] = []
    role, is_apart = LabelRole.NONE, False
    for part in parts[begin:]:
        word = _bare(part.rstrip("."))
        has_user = any(one.role is not LabelRole.ZONE for one in values)
        if part.isspace() or part in _APART:
            is_apart = is_apart or part in _APART
        elif word in _ZONES:
            role = LabelRole.ZONE
        elif word in _LABELS and (role is LabelRole.ZONE or (values and not has_user)):
            role = role if word in _PLAIN and role is LabelRole.ZONE else LabelRole.USER
        else:
            values.append(IdPart(part, role, is_apart, 0))
            role, is_apart = LabelRole.NONE, False
    return ParsedId(values, is_labelled)


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the words and other characters of a text; a label is split from an adjoining id."""
    parts: list[str] = []
    for part in pattern.findall(text):
        glued = (_GLUED if pattern is _STRICT else _DOTTED).fullmatch(part)
        if glued and _bare(glued[1]) in _LABELS | _ZONES | PHONE_LABELS:
            parts += [piece for piece in glued.groups() if piece]
        else:
            parts.append(part)
    return parts


def label_end(text: str) -> int:
    """Return the end of the labels at the start of a text; 0 if it begins with none."""
    end, is_labelled = 0, False
    for found in re.finditer(r"([^\s:=.]+)(?:[\s:=]+|\.\s*(?=[\s0-9+]|$)|$)", text):
        word = _bare(found[1])
        is_label = word in _LABELS or word in PHONE_LABELS
        if found.start() != end or not (is_label or (is_labelled and word in _FILLERS)):
            break
        end, is_labelled = found.end(), True
    return end


def is_label_or_filler(word: str) -> bool:
    """Return whether a word is a label or a polite word."""
    bare = _bare(word.strip(".,;()[]"))
    return bare in _LABELS or bare in _ZONES or bare in _FILLERS


def _bare(word: str) -> str:
    """Return a word in lower case, a label also without the suffix -nya: "IDnya" becomes "id"."""
    lower = word.casefold()
    stem = lower.removesuffix("nya")
    return stem if stem in _LABELS or stem in _ZONES else lower
