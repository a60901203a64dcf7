"""What the customer of an open order is told of time: what is true, and no hours of the night."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from bot.domain.order import Order, OrderState

HEAR_WITHIN = timedelta(hours=3)
"""When the customer of a parked order is promised an answer; the admins are reminded hourly.

Nothing but a person settles it, so where the hour passes the customer is told that instead.
"""
MORNING = time(9)
"""Until then an answer is promised that would fall into the night: an admin wakes up to it."""
EVENING = time(22)
"""The last hour of the day that is promised; shops close and admins sleep after it."""
SLOW_AFTER = timedelta(minutes=10)
"""An order that is under way for so long is told that it takes longer than usual.

Most are over within five minutes; twice that is no promise any more that a customer believes.
"""


def hear_by(parked_at: datetime, timezone: tzinfo) -> datetime:
    """Return until when the customer of an order that was parked then hears from the shop.

    Three hours later, or, where that is between 22:00 and 09:00 in the shop's time zone, at 09:00
    of the morning that follows. The result is an aware instant in that zone.
    """
    by = (parked_at + HEAR_WITHIN).astimezone(timezone)
    if MORNING <= by.time() <= EVENING:
        return by
    day = by.date() if by.time() < MORNING else by.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, timezone)


def is_morning(by: datetime) -> bool:
    """Return whether a promised instant, in the shop's zone, is the one that follows a night."""
    return by.time() == MORNING


def is_slow(order: Order, now: datetime) -> bool:
    """Return whether an order has been under way for 10 minutes or more since it was sent."""
    if order.state not in (OrderState.SENDING, OrderState.ACCEPTED):
        return False
    return now - _under_way_since(order) >= SLOW_AFTER


def became_slow(order: Order, now: datetime) -> bool:
    """Return whether an accepted order became slow since its customer was told that it is accepted.

    One that was looked for, or parked, before it was accepted was slow already.
    """
    accepted_at = order.accepted_at or order.created_at
    return is_slow(order, now) and accepted_at - _under_way_since(order) < SLOW_AFTER


def _under_way_since(order: Order) -> datetime:
    return order.sent_at or order.created_at
