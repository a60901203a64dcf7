"""When messages are delivered: as soon as they are due, and have a place."""

from __future__ import annotations

from bot.services.notices.deliver import Deliver
from bot.workers.loop import Loop


def deliver_outbox(deliver: Deliver) -> Loop:
    """Return the loop that takes messages out of the outbox."""
    loop = Loop("deliver_outbox", deliver.step)
    deliver.tell_of_ends(loop.look_again)
    return loop
