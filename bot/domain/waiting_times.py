"""Times of open orders that customers read: until when an answer is promised, when one is slow."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.domain.order import Order, OrderState
from bot.domain.staff_hours import DEFAULT_HOURS, StaffHours

ANSWER_WITHIN = timedelta(hours=3)
"""The customer of a parked order is promised an answer within this time.

Only an admin settles a parked order, and admins are reminded hourly. If the promised time passes,
the customer gets a new notice.
"""
AFTER_OPENING = timedelta(hours=1)
"""An answer that would be due outside the staff's hours is promised this long after they begin."""
SLOW_AFTER = timedelta(minutes=10)
"""After this time the customer reads that the order takes longer than usual.

Most orders are final within 5 minutes, so 10 minutes is clearly not usual.
"""


def answer_due_at(
    parked_at: datetime, timezone: tzinfo, hours: StaffHours = DEFAULT_HOURS
) -> datetime:
    """Return the time until which the customer of a parked order is promised an answer.

    It is 3 hours after `parked_at`; if that is outside the staff's `hours` or in their first hour,
    it is an hour after they begin. The result is aware and in `timezone`, the shop's.
    """
    due_at = (parked_at + ANSWER_WITHIN).astimezone(timezone)
    if hours.includes(due_at) and hours.includes(due_at - AFTER_OPENING):
        return due_at
    earlier = due_at - AFTER_OPENING
    opening = hours.next_opening(earlier - timedelta(microseconds=1))
    return opening + AFTER_OPENING


def is_after_opening(by: datetime, hours: StaffHours = DEFAULT_HOURS) -> bool:
    """Return whether a promised time, in the shop's time zone, was moved past an opening."""
    return (by - AFTER_OPENING).time() == hours.opens


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
