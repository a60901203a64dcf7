"""A real sandbox with its page, with one product closed, one empty and one sold once a day."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.supplier.server import PanelCall
from handlers.ui.i18n import JAKARTA
from tests.browser.chromium import open_sandbox

Json = dict[str, Any]
CLOSED_CODE, EMPTY_CODE, ONCE_A_DAY = "S15", "S60", "S10"
"""Telkomsel 15.000, 60.000 and 10.000, from any source."""


class UnlimitedSandbox(SandboxEnvironment):
    """A sandbox without limits for customers, since the script is faster than people."""

    def settings(self) -> dict[str, str]:
        return super().settings() | {
            "CUSTOMER_UPDATES_PER_MINUTE": "1000",
            "CUSTOMER_ORDERS_PER_MINUTE": "1000",
            "CATALOGUE_REFRESH_SECONDS": "1",
        }


class LimitedSandbox(SandboxEnvironment):
    """A sandbox that takes only 20 updates a minute from a customer."""

    def settings(self) -> dict[str, str]:
        return super().settings() | {"CUSTOMER_UPDATES_PER_MINUTE": "20"}


@asynccontextmanager
async def open_arranged(environment: SandboxEnvironment) -> AsyncIterator[str]:
    """Run a sandbox with the three products, and yield the address of its page."""
    _arrange(environment)
    async with open_sandbox(environment) as address:
        yield address


def _arrange(environment: SandboxEnvironment) -> None:
    """Close one amount from the last hour to the next two, empty one, and allow one once a day."""
    hour = datetime.now(JAKARTA).replace(minute=0)
    ends = [f"{hour + timedelta(hours=hours):%H:%M}" for hours in (-1, 2)]
    for row in _rows(environment, CLOSED_CODE):
        row |= {"status": "ready", "cutoff": dict(zip(("start", "end"), ends, strict=True))}
    for row in _rows(environment, EMPTY_CODE):
        row |= {"status": "empty"}
    for row in _rows(environment, ONCE_A_DAY):
        row |= {"multi": "0"}


def _rows(environment: SandboxEnvironment, code: str) -> list[Json]:
    """Return the rows of a product, from all its sources."""
    pattern = re.compile(rf"{code}(_[0-9]+)?")
    return [row for row in environment.supplier.catalogue if pattern.fullmatch(row.get("code", ""))]


def raise_price(environment: SandboxEnvironment, code: str) -> None:
    """Raise the cost of a product by Rp500."""
    for row in _rows(environment, code):
        row["price"] = row["price"] | {"current": int(row["price"]["current"]) + 500}


def date_orders_back(environment: SandboxEnvironment) -> None:
    """Date all orders back by 15 minutes, so that they are no recent purchase."""
    query = "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'orders'"
    database = sqlite3.connect(environment.database, timeout=10, isolation_level=None)
    database.execute("begin immediate")
    triggers = database.execute(query).fetchall()
    for name, _ in triggers:
        database.execute(f"drop trigger {name}")
    database.execute("update orders set created_at = created_at - 900000000")
    for _, sql in triggers:
        database.execute(sql)
    database.execute("commit")
    database.close()


async def until_fetched(environment: SandboxEnvironment) -> None:
    """Wait until the bot sells from the newest list: until it was fetched twice more."""
    last = environment.supplier.calls[-1]
    while _fetches_after(environment, last) < 2:  # noqa: ASYNC110 - the bot is another process
        await asyncio.sleep(0.1)


def _fetches_after(environment: SandboxEnvironment, last: PanelCall) -> int:
    calls = list(environment.supplier.calls)
    return sum(call.kind == "service" for call in calls[calls.index(last) + 1 :])
