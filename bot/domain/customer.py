"""Customers, and the numbers saved for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.destination import DestinationKind
from bot.domain.order import CustomerId

SavedNumberId = NewType("SavedNumberId", int)


@dataclass(frozen=True, slots=True)
class Customer:
    """A Telegram user who has written to the bot."""

    customer_id: CustomerId
    first_name: str
    username: str
    telegram_language: str
    """The language code of the customer's Telegram, or empty."""
    chosen_language: str
    """The language chosen with /language ("id", "en"), or empty."""
    is_reachable: bool
    """False from Telegram's report that the customer blocked the bot until their next update."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SavedNumber:
    """A destination that a customer bought for, offered again at the next purchase."""

    number_id: SavedNumberId
    customer_id: CustomerId
    kind: DestinationKind
    main: str
    """The main category (game or card) that it belongs to; empty for phones and meters."""
    destination: str
    """In the form that is sent to the supplier."""
    name: str
    """The customer's name for it, or empty."""
    used_at: datetime
    zone: str = ""
    """A game's zone, with which the destination then ends; otherwise empty."""
