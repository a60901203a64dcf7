"""The shop's own settings, which the owner changes in chat.

A value in `.env` is the first value: it counts until the owner has set another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, get_type_hints

from bot.domain.errors import TopUpLimitError

MAX_NAME_LENGTH = 64
"""Of the shop's name, in characters (Bot API, "setMyName")."""
MAX_TEXT_LENGTH = 2_000
"""Of a text, in characters; a message has 4,096."""

MIN_TOPUP = 10_000
"""In rupiah; less is not worth a transfer, nor an admin's check of the bank account."""


class SignUp(StrEnum):
    """Who may become a customer."""

    OPEN = "open"
    """Everybody."""
    INVITATION = "invitation"
    """Whoever comes by an invitation link."""
    APPROVAL = "approval"
    """Whoever staff approve."""


@dataclass(frozen=True)
class ShopSettings:
    """The settings of the shop; money is whole rupiah."""

    shop_name: str = "Konter"
    shop_contact: str = ""
    """The contact for customers' questions, such as @yourname, or empty."""
    greeting: str = ""
    """The owner's own sentence on the customers' first screen, or empty."""
    qris_static: str = ""
    """The text of the shop's static QRIS code, or empty."""
    topup_instructions: str = ""
    """Another way to pay a top-up, such as a bank account, or empty."""
    topup_expires_minutes: int = 60
    topup_min: int = 0
    """The least top-up in rupiah that the owner has set; see `least_topup`."""
    topup_max: int = 0
    """The largest top-up in rupiah; 0: no limit but the technical one."""
    terms: str = ""
    """The shop's own text for /terms, or empty for the standard text."""
    paysupport: str = ""
    """The shop's own text for /paysupport, or empty for the standard text."""
    default_language: str = "id"
    """The language for customers whose own is not offered: "id" or "en"."""
    languages: str = ""
    """The code of the only language that is offered, or empty: all are."""
    summary_hour: int = -1
    """The hour of the owner's daily summary, 0 to 23 in the shop's time zone; -1: none."""
    timezone: str = "Asia/Jakarta"
    """The shop's own time zone: Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT)."""
    staff_hours: str = ""
    """When somebody answers, as "08:00-21:00" in the shop's time zone; empty: `DEFAULT_HOURS`.

    It governs what customers are promised. The bot sells day and night.
    """
    closes_by_clock: bool = False
    """Whether nothing is sold outside `staff_hours`."""
    signup: SignUp = SignUp.OPEN
    low_balance: int = 0
    """The supplier's balance in rupiah below which the owner is warned; 0: no warning."""
    is_set_up: bool = True
    """False from the first start until the owner opens the shop: until then only owners buy."""
    setup_step: int = 1
    """The step of the first start that comes next, one of `SetupStep`."""

    @property
    def topup_expires(self) -> timedelta | None:
        """How long a top-up may be paid; None when no way to pay is set."""
        if not self.qris_static and not self.topup_instructions:
            return None
        return timedelta(minutes=self.topup_expires_minutes)

    @property
    def least_topup(self) -> int:
        """The least top-up in rupiah that can be asked for."""
        return max(MIN_TOPUP, self.topup_min)

    def require_topup(self, amount: int) -> None:
        """Raise `TopUpLimitError` for a top-up outside the limits, in rupiah."""
        if amount < self.least_topup or (self.topup_max and amount > self.topup_max):
            raise TopUpLimitError(self.least_topup, self.topup_max)

    @property
    def takes_payments(self) -> bool:
        """Whether a way to pay is set."""
        return self.topup_expires is not None


NAMES = tuple(one.name for one in fields(ShopSettings))
_TYPES: Mapping[str, Any] = get_type_hints(ShopSettings)


@dataclass(frozen=True)
class Overrides:
    """The values that the owner has set, as they are stored; unknown names are left out."""

    values: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _changes(self) -> dict[str, Any]:
        return {name: _read(name, text) for name, text in self.values.items() if name in _TYPES}

    def over(self, first: ShopSettings) -> ShopSettings:
        """Return the settings now; `first` holds the values of `.env`."""
        if not self.values:
            return first
        kept = self.__dict__.get("_merged")
        if kept is not None and kept[0] is first:
            return kept[1]  # type: ignore[no-any-return]
        merged = replace(first, **self._changes)
        self.__dict__["_merged"] = (first, merged)
        return merged


def stored(value: str | int | bool) -> str:
    """Return a value of a setting as it is stored."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(name: str, text: str) -> Any:
    kind = _TYPES[name]
    return bool(int(text)) if kind is bool else kind(text)
