"""When it is looked at what is back: after every write, every list, and at the end of a cutoff."""

from __future__ import annotations

from bot.services.catalogue.restock import Restock
from bot.workers.loop import Loop


def tell_restocked(restock: Restock) -> Loop:
    """Return the loop that tells customers of products that they wait for."""
    return Loop("tell_restocked", restock.step)
