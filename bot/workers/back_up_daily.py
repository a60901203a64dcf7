"""When the database is copied: once a day, and later that day if the bot was off at the hour."""

from __future__ import annotations

from bot.services.backups import BackUp
from bot.workers.loop import Loop


def back_up_daily(back_up: BackUp) -> Loop:
    """Return the loop that makes the daily backup."""
    return Loop("back_up_daily", back_up.step)
