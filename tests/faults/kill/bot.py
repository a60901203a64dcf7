"""The ordinary bot, in a process that kills itself at a point: -m tests.faults.kill.bot POINT.

Only its access to the database and the supplier is wrapped. It looks for lost orders sooner than in
a shop, because the clock of a process cannot be moved.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import bot.domain.lookup
import bot.services.orders.transitions
import bot.serving
from bot.config import load_settings
from tests.faults.kill.points import Moment, Point, kill_at

NEVER = Point("never", Moment.BEFORE)
LOOK_AFTER = timedelta(seconds=0.3)


def main(name: str) -> int:
    """Run the bot with the settings of the environment until the point or a signal."""
    kill_at(Point.named(name))
    bot.services.orders.transitions.FIRST_LOOKUP_AFTER = LOOK_AFTER
    bot.domain.lookup.FIRST_LOOKUPS = (LOOK_AFTER,)
    bot.domain.lookup.LOOKUP_INTERVAL = LOOK_AFTER
    return asyncio.run(bot.serving.serve_until_signalled(load_settings(env_file=None)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
