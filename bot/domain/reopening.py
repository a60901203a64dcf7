"""Whether the shop is open or paused, and the customers who are notified when it reopens."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from bot.domain.order import CustomerId

ReopeningRequestId = NewType("ReopeningRequestId", int)

MAX_NOTE_LENGTH: Final = 200
"""The maximum length, in characters, of the owner's note on a pause.

The note is shown above every screen that sells.
"""
_NOT_SHOWN = frozenset({"Cc", "Cs"})
"""The Unicode categories of control characters and surrogates."""


@dataclass(frozen=True, slots=True)
class ReopeningRequest:
    """A customer's request for one notice when the shop reopens."""

    request_id: ReopeningRequestId
    customer_id: CustomerId
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ShopStatus:
    """Whether the shop takes orders now, for one customer."""

    is_paused: bool = False
    """Whether the shop takes no orders."""
    note: str = ""
    """The owner's note on the pause: plain text, or empty."""
    is_subscribed: bool = False
    """Whether this customer is notified when the shop reopens."""
    is_new: bool = False
    """Whether it takes none because its owner has never opened it."""
    opens_at: datetime | None = None
    """When a shop that closes by the clock opens again, if that is why it is closed."""
    cannot_send: bool = False
    """Whether orders are taken but cannot be sent to the supplier now."""


def clean_note(text: str) -> str:
    """Return an admin's text as a note: one line of at most `MAX_NOTE_LENGTH` characters."""
    characters = (" " if unicodedata.category(char) in _NOT_SHOWN else char for char in text)
    return " ".join("".join(characters).split())[:MAX_NOTE_LENGTH].rstrip()
