"""When old records are deleted: every hour, and on until there are none."""

from __future__ import annotations

from bot.services.retention import Retention
from bot.workers.loop import Loop


def delete_old(retention: Retention) -> Loop:
    """Return the loop that deletes what is no longer needed."""
    return Loop("delete_old", retention.step)
