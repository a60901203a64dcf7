"""When messages are delivered: as soon as they are due."""

from __future__ import annotations

from bot.services.deliver import Deliver
from bot.workers.loop import Loop


def deliver_outbox(deliver: Deliver) -> Loop:
    """Return the loop that takes messages out of the outbox."""
    return Loop("deliver_outbox", deliver.deliver)
