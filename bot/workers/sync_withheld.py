"""When the shelf learns what is held back from sale: after every write."""

from __future__ import annotations

from bot.services.catalogue.withhold import Withholding
from bot.workers.loop import Loop


def sync_withheld(withholding: Withholding) -> Loop:
    """Return the loop that takes withheld products off the shelf, and puts them back."""
    return Loop("sync_withheld", withholding.step)
