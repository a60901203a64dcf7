"""First sights: whether a row of the supplier's was there before an order was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.order import Order


@dataclass(frozen=True, slots=True)
class Sight:
    """The first sight of a row: by our clock, and by our sends, which no clock can set back."""

    at: datetime
    """When the answer was asked for that showed it."""
    asked_send: int | None = None
    """The account's newest send then; None for rows from before the sends were noted."""
    send: int | None = None
    """The account's newest send when that answer was recorded."""


class Sighting(StrEnum):
    """When a row was first seen, against an order's send."""

    BEFORE = "before"
    """It was there before the send, so it is another order's."""
    DURING = "during"
    """In an answer that was under way when the order was sent: it proves neither."""
    AFTER = "after"


def sighting(order: Order, sight: Sight) -> Sighting:
    """Tell whether a row was there before an order was sent; instants decide for old rows only."""
    if order.send_number is None or sight.send is None or sight.asked_send is None:
        since = order.sent_at or order.created_at
        return Sighting.BEFORE if sight.at < since else Sighting.AFTER
    if sight.send < order.send_number:
        return Sighting.BEFORE
    return Sighting.AFTER if sight.asked_send >= order.send_number else Sighting.DURING
