"""The window gate: no row that may still be needed scrolls out of the supplier's list."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from bot.domain.row_matching import SETTLED_AFTER

SEND_WINDOW = 12
"""No more sends than this may pass an order whose row may still be needed."""


def blocks_sending(order: Order, newest_send: int) -> bool:
    """Return whether 12 sends have passed an order whose row may still be needed.

    It may scroll out of the supplier's 15 rows; one that was looked for in a list that covers
    its send, 120 s after it, needs its place no longer.
    """
    if order.send_number is None or newest_send - order.send_number < SEND_WINDOW:
        return False
    if order.state is OrderState.SENDING:
        return True
    return order.state is OrderState.AMBIGUOUS and not order.was_covered_after(SETTLED_AFTER)
