"""Sides that are ready for a measurement: warmed up, with known people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.orders import fund_wallets
from tests.bench.panel import SMALL, services
from tests.bench.plan import Bench
from tests.bench.rig import Burst, Rig
from tests.bench.sides import Side, address_in, ptb_echo, shop
from tests.bench.traffic import CHATS, Kind, Screen, Traffic


@dataclass
class RunningShop:
    """The whole bot, ready for a burst."""

    rig: Rig
    side: Side
    screens: list[Screen]
    product_id: int
    traffic: Traffic

    async def burst(self, kind: Kind, count: int) -> Burst:
        """Give `count` updates of a kind at once."""
        return await self.rig.burst(self.side, self.traffic.burst(kind, count))


@asynccontextmanager
async def running_shop(
    bench: Bench,
    size: int = SMALL,
    *,
    hooks: str = "",
    chats: int = CHATS,
    fill: Callable[[Path], Awaitable[None]] | None = None,
    **settings: str,
) -> AsyncIterator[RunningShop]:
    """Run the whole bot with a service list of a size, wallets with money, and known people.

    `fill` writes more into the database before the bot starts.
    """
    async with bench.rig() as rig:
        rig.panel.sell(services(size))
        folder = rig.new_folder()
        url = settings.setdefault("DATABASE_URL", address_in(folder))
        await fund_wallets(url)
        if fill is not None:
            await fill(folder)
        side = shop(rig.api.server.root, rig.panel.server.root, folder, settings, hooks=hooks)
        async with rig.running(side):
            await rig.until_products(side)
            # The same list gets the same ids in every new database.
            if size not in bench.screens:
                bench.screens[size] = await rig.look_up_screens(side)
            screens, product_id = bench.screens[size]
            await rig.warm_up(side, chats)
            yield RunningShop(rig, side, screens, product_id, Traffic(screens, bench.seed))


@asynccontextmanager
async def running_echo(
    bench: Bench, concurrent_updates: int = 0
) -> AsyncIterator[tuple[Rig, Side]]:
    """Run a bare echo of python-telegram-bot, warmed up."""
    async with bench.rig() as rig:
        side = ptb_echo(rig.api.server.root, rig.new_folder(), concurrent_updates)
        async with rig.running(side):
            await rig.warm_up(side)
            yield rig, side
