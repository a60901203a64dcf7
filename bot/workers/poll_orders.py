"""When accepted orders are polled: earliest due first."""

from __future__ import annotations

from bot.services.orders.reconcile import Reconcile
from bot.workers.loop import Loop


def poll_orders(reconcile: Reconcile) -> Loop:
    """Return the loop that polls orders whose ref_id is known."""
    return Loop("poll_orders", reconcile.poll)
