"""Times of open orders that customers read: until when an answer is promised, when one is slow."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from bot.domain.order import Order, OrderState

ANSWER_WITHIN = timedelta(hours=3)
"""The customer of a parked order is promised an answer within this time.

Only an admin settles a parked order, and admins are reminded hourly. If the promised time passes,
the customer gets a new notice.
"""
MORNING = time(9)
"""An answer that would be due at night is promised for this time: an admin is awake by then."""
EVENING = time(22)
"""The latest time of day that is promised; later, shops are closed and admins asleep."""
SLOW_AFTER = timedelta(minutes=10)
"""After this time the customer reads that the order takes longer than usual.

Most orders are final within 5 minutes, so 10 minutes is clearly not usual.
"""


def answer_due_at(parked_at: datetime, timezone: tzinfo) -> datetime:
    """Return the time until which the customer of a parked order is promised an answer.

    It is 3 hours after `parked_at`; if that is between 22:00 and 09:00 in `timezone` (the
    shop's), it is the next 09:00. The result is aware and in `timezone`.
    """
    due_at = (parked_at + ANSWER_WITHIN).astimezone(timezone)
    if MORNING <= due_at.time() <= EVENING:
        return due_at
    day = due_at.date() if due_at.time() < MORNING else due_at.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, timezone)


def is_morning(by: datetime) -> bool:
    """Return whether a promised time, in the shop's time zone, was moved to the morning."""
    return by.time() == MORNING


def is_slow(order: Order, now: datetime) -> bool:
    """Return whether an order was sent 10 minutes ago or more and is still sending or accepted."""
    if order.state not in (OrderState.SENDING, OrderState.ACCEPTED):
        return False
    return now - _sent_or_created_at(order) >= SLOW_AFTER


def became_slow(order: Order, now: datetime) -> bool:
    """Return whether an order is slow now, and was not slow yet when it was accepted.

    An order that was ambiguous or parked for 10 minutes before was slow when it was accepted.
    """
    accepted_at = order.accepted_at or order.created_at
    return is_slow(order, now) and accepted_at - _sent_or_created_at(order) < SLOW_AFTER


def _sent_or_created_at(order: Order) -> datetime:
    return order.sent_at or order.created_at
