"""When it is looked at whether the supplier answers: every minute, and after every write."""

from __future__ import annotations

from bot.services.supplier_health import Watch
from bot.workers.loop import Loop


def watch_supplier(watch: Watch) -> Loop:
    """Return the loop that tells the admins of a supplier that is away, or back."""
    return Loop("watch_supplier", watch.step)
