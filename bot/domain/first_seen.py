"""When a row of the supplier was first seen, relative to the send of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.order import Order


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """When a row was first seen: as an instant, and as send numbers of the supplier account.

    The send numbers are preferred, because a clock that is set back cannot change them.
    """

    at: datetime
    """When the request was made whose reply first contained the row."""
    requested_at_send: int | None = None
    """The account's newest send number at that request.

    None for rows that were recorded before send numbers were stored.
    """
    send: int | None = None
    """The account's newest send number when that reply was recorded."""


class SeenRelativeToSend(StrEnum):
    """When a row was first seen, relative to the send of an order."""

    BEFORE = "before"
    """The row existed before the send, so it belongs to another order."""
    DURING = "during"
    """The row was in a reply that was in flight during the send: it may be older or newer."""
    AFTER = "after"


def seen_relative_to_send(order: Order, first_seen: FirstSeen) -> SeenRelativeToSend:
    """Return when a row was first seen, relative to the send of an order.

    Send numbers decide; instants decide only where the order or the row has no send number.
    """
    if order.send_number is None or first_seen.send is None or first_seen.requested_at_send is None:
        since = order.sent_at or order.created_at
        return SeenRelativeToSend.BEFORE if first_seen.at < since else SeenRelativeToSend.AFTER
    if first_seen.send < order.send_number:
        return SeenRelativeToSend.BEFORE
    return (
        SeenRelativeToSend.AFTER
        if first_seen.requested_at_send >= order.send_number
        else SeenRelativeToSend.DURING
    )
