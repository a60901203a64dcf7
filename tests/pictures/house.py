"""A real sandbox with its page, in which one product is closed just now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.sandbox.house import HOST, House, free_port
from bot.sandbox.run import Signals, serve
from bot.sandbox.seed import give_money
from bot.sandbox.supplier import PanelCall
from handlers.i18n import JAKARTA

CLOSED_CODE = "S15"
"""Telkomsel 15.000: on the first page of its brand."""


class PatientHouse(House):
    """A house whose visitors are quicker than people."""

    def settings(self) -> dict[str, str]:
        return super().settings() | {
            "CUSTOMER_UPDATES_PER_MINUTE": "1000",
            "CUSTOMER_ORDERS_PER_MINUTE": "1000",
            "CATALOGUE_REFRESH_SECONDS": "1",
        }


@asynccontextmanager
async def an_open_house(folder: Path) -> AsyncIterator[tuple[House, str]]:
    """Run a sandbox, and hand it out with the address of its page."""
    house, signals, port = PatientHouse(folder), Signals(), free_port()
    await give_money(house.database)
    _close(house, CLOSED_CODE)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(house, port, signals))
        await house.bot.greeting.wait()
        try:
            yield house, f"http://{HOST}:{port}"
        finally:
            signals.first.set()


def _close(house: House, code: str) -> None:
    """Let a product be ready, and in its nightly closing for another hour or so."""
    row = next(row for row in house.supplier.catalogue if row.get("code") == code)
    hour = datetime.now(JAKARTA).replace(minute=0)
    ends = [f"{hour + timedelta(hours=hours):%H:%M}" for hours in (-1, 2)]
    row |= {"status": "ready", "cutoff": dict(zip(("start", "end"), ends, strict=True))}


async def until_fetched(house: House) -> None:
    """Wait until the bot sells from the list as it is now: until it was asked for twice more."""
    last = house.supplier.calls[-1]
    while _fetches_after(house, last) < 2:  # noqa: ASYNC110 - the bot is another process
        await asyncio.sleep(0.1)


def _fetches_after(house: House, last: PanelCall) -> int:
    calls = list(house.supplier.calls)
    return sum(call.kind == "service" for call in calls[calls.index(last) + 1 :])
