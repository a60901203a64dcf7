"""Opening: whether the shop takes orders, as its customers are told, and who waits for it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from bot.domain.order import CustomerId

ReopeningRequestId = NewType("ReopeningRequestId", int)

LONGEST_NOTE: Final = 200
"""Characters of the owner's note on a pause; it stands above every screen that sells."""
_NOT_SHOWN = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters and of halves of characters."""


@dataclass(frozen=True, slots=True)
class ReopeningRequest:
    """A customer's wish to be told once when the shop opens again."""

    request_id: ReopeningRequestId
    customer_id: CustomerId
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the shop takes orders now, for one customer to read."""

    is_paused: bool = False
    """No order is taken."""
    note: str = ""
    """The owner's own words on the pause: plain text, or empty."""
    is_awaited: bool = False
    """Whether this customer is told when it is over."""
    is_slow: bool = False
    """Orders are taken, but nothing can be sent just now."""


def note_of(text: str) -> str:
    """Return what an admin wrote as a note: on one line, and of at most `LONGEST_NOTE` signs."""
    signs = (" " if unicodedata.category(sign) in _NOT_SHOWN else sign for sign in text)
    return " ".join("".join(signs).split())[:LONGEST_NOTE].rstrip()
