"""When the supplier's rows are compared: every 10 minutes, and after every 10 sends."""

from __future__ import annotations

from bot.services.orders.supplier_comparison import Recon
from bot.workers.loop import Loop


def compare_rows(recon: Recon) -> Loop:
    """Return the loop that compares the supplier's newest rows with our orders."""
    return Loop("compare_rows", recon.step)
