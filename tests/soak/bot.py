"""The ordinary bot on the clock of the soak, which also logs how many tasks it has."""

from __future__ import annotations

import asyncio
import sys

import structlog

from bot.app import Konter
from bot.sandbox.exit_with_parent import run

log = structlog.get_logger(__name__)

EVENT = "soak_tasks"
EVERY_SECONDS = 1.0
_reporting: set[asyncio.Task[None]] = set()


def report_tasks(_konter: Konter) -> None:
    """Begin to log the number of tasks."""
    _reporting.add(asyncio.create_task(_report()))


async def _report() -> None:
    while True:
        log.info(EVENT, tasks=len(asyncio.all_tasks()))
        await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    sys.exit(run(report_tasks))
