"""Customers, their requests to pay money in, and what they were asked to confirm."""

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
    """What the customer chose with /language, or empty."""
    is_reachable: bool
    """False once Telegram says that the customer blocked the bot, until the next update."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SavedNumber:
    """What a customer has bought for, to be offered again."""

    number_id: SavedNumberId
    customer_id: CustomerId
    kind: DestinationKind
    main: str
    """The game or card that it is of; empty for phones and meters."""
    destination: str
    """As it is sent to the supplier."""
    name: str
    """As the customer calls it, or empty."""
    used_at: datetime
    zone: str = ""
    """A game's zone, with which the destination then ends."""
