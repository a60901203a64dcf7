"""What the shop knows about a customer: the rows of the lists, and the card."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId

RECENT_DAYS = 30
"""The days, today included, of "the last 30 days"; a day is one of UTC."""
MAX_NOTE_LENGTH = 500
"""The longest note about a customer, in characters."""
MAX_REASON_LENGTH = 200
"""The longest reason of a block, in characters."""
MAX_NAME_LENGTH = 64
"""The longest name that the shop gives to a person, in characters, as Telegram's first names."""
ENDING_LENGTH = 4
"""The last characters of a number by which it is found."""
_SPACE = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\s.\-()]+")


class CustomerList(IntEnum):
    """The lists of customers."""

    NEWEST = 0
    MOST_ACTIVE = 1
    """By the orders that succeeded in the last 30 days."""
    OWING = 2
    """Those whose balance is below 0, the largest debt first."""
    BLOCKED = 3


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a row of a list."""

    customer_id: CustomerId
    telegram_id: TelegramId | None
    name: str
    username: str
    created_at: datetime
    recent_orders: int
    balance: int
    """In rupiah; below 0: they owe the shop."""
    blocked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What the shop itself keeps about a customer."""

    customer_id: CustomerId
    note: str
    blocked_at: datetime | None
    block_reason: str
    credit_limit: int
    """How far an owner lets the wallet go below 0, in rupiah."""
    last_order_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerFigures:
    """A customer's orders of the last 30 days; money in whole rupiah."""

    orders: int = 0
    """Those that succeeded."""
    turnover: int = 0
    margin: int = 0
    failures: int = 0
    complaints: int = 0
    """Requests for help."""


def search_text_of(name: str, username: str, *ids: int | None) -> str:
    """Return the text by which a customer is found: names in small letters, and ids."""
    words = [name, f"@{username}" if username else "", *(str(one) for one in ids if one)]
    return folded(" ".join(filter(None, words)))


def folded(text: str) -> str:
    """Return a text without differences of case and of spaces, as names are compared."""
    return _SPACE.sub(" ", text.casefold()).strip()


def clean(text: str, longest: int) -> str:
    """Return a text that staff typed, without what cannot be shown, and cut to a length."""
    shown = "".join(one for one in text if one.isprintable() or one == "\n")
    return shown.strip()[:longest].strip()


def number_prefixes(term: str) -> tuple[str, ...]:
    """Return how a number may begin that is searched by its first or by all of its characters.

    Phone numbers are kept with their 0: "62812" and "812" also stand for "0812".
    """
    typed = _SEPARATORS.sub("", term).removeprefix("+")
    if len(typed) < 3 or not any("0" <= one <= "9" for one in typed):
        return ()
    found = [typed]
    if typed.startswith("62"):
        found.append(f"0{typed[2:]}")
    elif typed.startswith("8"):
        found.append(f"0{typed}")
    return tuple(found)


def number_ending(term: str) -> str:
    """Return the end of a number that a term may be; empty for fewer than four characters."""
    typed = _SEPARATORS.sub("", term)
    is_number = any("0" <= one <= "9" for one in typed)
    return typed if is_number and len(typed) >= ENDING_LENGTH else ""
