"""The owner's input for a setting: what may be typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import DomainError
from bot.domain.money import parse_rupiah
from bot.domain.qris import QrisError, read_static
from bot.domain.shop_settings import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, ShopSettings, SignUp
from bot.domain.staff_hours import parse_hours
from bot.domain.typed_text import without_invisible

MAX_CONTACT_LENGTH = 100
MAX_GREETING_LENGTH = 500
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA and WIT."""
SUMMARY_HOURS = (-1, 6, 7, 20, 21, 22, 23)
"""The hours that are offered for the daily summary; -1: none."""


class InputKind(StrEnum):
    """How a setting is given."""

    LINE = "line"
    """A text of one line."""
    TEXT = "text"
    AMOUNT = "amount"
    """Rupiah; 0 and an empty text mean none."""
    HOURS = "hours"
    QRIS = "qris"
    """The text of a static QRIS, which is also read from its picture."""
    CHOICE = "choice"
    """One of a few values, by a button."""


@dataclass(frozen=True, slots=True)
class SettingInput:
    """How one setting is given, and within which limits."""

    kind: InputKind
    max_length: int = 0
    """In characters."""
    is_required: bool = False
    """Whether it cannot be empty."""
    decides_payments: bool = False
    """Whether customers pay by it: a change is confirmed, and every owner is told."""
    choices: tuple[str | int | bool, ...] = ()


INPUTS: Mapping[str, SettingInput] = {
    "shop_name": SettingInput(InputKind.LINE, MAX_NAME_LENGTH, is_required=True),
    "shop_contact": SettingInput(InputKind.LINE, MAX_CONTACT_LENGTH),
    "greeting": SettingInput(InputKind.TEXT, MAX_GREETING_LENGTH),
    "qris_static": SettingInput(InputKind.QRIS, decides_payments=True),
    "topup_instructions": SettingInput(InputKind.TEXT, MAX_TEXT_LENGTH, decides_payments=True),
    "topup_min": SettingInput(InputKind.AMOUNT),
    "topup_max": SettingInput(InputKind.AMOUNT),
    "terms": SettingInput(InputKind.TEXT, MAX_TEXT_LENGTH),
    "paysupport": SettingInput(InputKind.TEXT, MAX_TEXT_LENGTH),
    "languages": SettingInput(InputKind.CHOICE, choices=("", "id", "en")),
    "default_language": SettingInput(InputKind.CHOICE, choices=("id", "en")),
    "timezone": SettingInput(InputKind.CHOICE, choices=ZONES),
    "staff_hours": SettingInput(InputKind.HOURS),
    "closes_by_clock": SettingInput(InputKind.CHOICE, choices=(False, True)),
    "summary_hour": SettingInput(InputKind.CHOICE, choices=SUMMARY_HOURS),
    "low_balance": SettingInput(InputKind.AMOUNT),
    "signup": SettingInput(InputKind.CHOICE, choices=tuple(SignUp)),
}
"""The settings that the owner changes in chat, in the order in which they are listed."""


class InputFault(StrEnum):
    """What is wrong with a typed value."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_HOURS = "not_hours"
    NOT_A_QRIS = "not_a_qris"
    NOT_A_CHOICE = "not_a_choice"
    LIMITS_CROSS = "limits_cross"
    """The largest top-up would be below the smallest one."""


class SettingInputError(DomainError):
    """A typed value cannot be the value of a setting."""

    def __init__(self, fault: InputFault, detail: str = "", limit: int = 0) -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail
        """For a QRIS: what is wrong with it, as `QrisError` says."""
        self.limit = limit
        """For a text: the most characters; for a top-up's limit: the other one, in rupiah."""


def read_input(name: str, text: str) -> str | int | bool:
    """Return the value of a setting that was typed; an empty text takes an optional one away.

    Raises `SettingInputError`, and `AmountError` for an amount.
    """
    given = INPUTS[name]
    text = text.strip()
    if not text:
        return _nothing(given)
    readers: Mapping[InputKind, Callable[[SettingInput, str], str | int | bool]] = {
        InputKind.LINE: _line,
        InputKind.TEXT: _text,
        InputKind.AMOUNT: _amount,
        InputKind.HOURS: _hours,
        InputKind.QRIS: _qris,
        InputKind.CHOICE: _choice,
    }
    return readers[given.kind](given, text)


def require_possible(settings: ShopSettings, name: str) -> None:
    """Check a setting that was changed beside the others; `settings` are those after the change.

    Raises `SettingInputError` if no top-up could be asked for any more.
    """
    least, largest = settings.least_topup, settings.topup_max
    if name in ("topup_min", "topup_max") and largest and largest < least:
        limit = largest if name == "topup_min" else least
        raise SettingInputError(InputFault.LIMITS_CROSS, name, limit)


def _nothing(given: SettingInput) -> str | int:
    if given.is_required or given.kind is InputKind.CHOICE:
        raise SettingInputError(InputFault.EMPTY)
    return 0 if given.kind is InputKind.AMOUNT else ""


def _line(given: SettingInput, text: str) -> str | int:
    return _text(given, " ".join(text.split()))


def _text(given: SettingInput, text: str) -> str | int:
    if not without_invisible(text):
        return _nothing(given)
    if len(text) > given.max_length:
        raise SettingInputError(InputFault.TOO_LONG, limit=given.max_length)
    return text


def _amount(_given: SettingInput, text: str) -> int:
    return 0 if text == "0" else parse_rupiah(text)


def _hours(_given: SettingInput, text: str) -> str:
    hours = parse_hours(text)
    if hours is None:
        raise SettingInputError(InputFault.NOT_HOURS)
    return str(hours)


def _qris(_given: SettingInput, text: str) -> str:
    try:
        return read_static(text)
    except QrisError as error:
        raise SettingInputError(InputFault.NOT_A_QRIS, str(error)) from None


def _choice(given: SettingInput, text: str) -> str | int | bool:
    for choice in given.choices:
        if text == (str(int(choice)) if isinstance(choice, bool) else str(choice)):
            return choice
    raise SettingInputError(InputFault.NOT_A_CHOICE)
