"""The send window: limits sends, so that a row still needed does not scroll out of the list."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from bot.domain.row_matching import SETTLED_AFTER

SEND_WINDOW = 12
"""The maximum number of sends after an order whose row may still be needed, out of 15 rows."""


def blocks_sending(order: Order, newest_send: int) -> bool:
    """Return whether an order blocks further sends of its supplier account.

    It does when 12 or more sends were made after it and its row may still be needed, because the
    row could scroll out of the 15 rows of the supplier's list. The row of an ambiguous order is
    no longer needed once a list that covers its send, 120 s or more after it, did not contain it.
    """
    if order.send_number is None or newest_send - order.send_number < SEND_WINDOW:
        return False
    if order.state is OrderState.SENDING:
        return True
    return order.state is OrderState.AMBIGUOUS and not order.has_covering_miss_after(SETTLED_AFTER)
