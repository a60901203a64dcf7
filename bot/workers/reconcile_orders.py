"""When lost orders are looked for, and orphaned calls are swept up."""

from __future__ import annotations

from bot.services.orders.reconcile import Reconcile
from bot.workers.loop import Loop


def reconcile_orders(reconcile: Reconcile) -> Loop:
    """Return the loop that looks for orders whose outcome is unknown."""

    async def step() -> float | None:
        await reconcile.sweep()
        return await reconcile.look()

    return Loop("reconcile_orders", step)
