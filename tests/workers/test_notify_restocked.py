"""The restock worker runs when a new list arrives, and after the writes that may matter."""

import asyncio
from dataclasses import replace

from bot.ports.store import Store
from bot.ports.supplier import ServiceList
from bot.workers.sync_catalogue import SyncCatalogue
from tests.services.shop import ADMIN, ANNI, LISTINGS, Shop
from tests.workers.steps import running, worker


async def backlog(store: Store) -> int:
    """Return the number of notices waiting for delivery."""
    return await store.read(lambda tx: tx.outbox.backlog())


async def until_enqueued(shop: Shop) -> None:
    """Wait until a notice is waiting for delivery."""
    async with asyncio.timeout(30):
        while not await backlog(shop.store):  # noqa: ASYNC110 - the outbox has no event
            await asyncio.sleep(0)


async def test_a_new_list_wakes_the_worker_at_once(shop: Shop) -> None:
    """The worker is woken when the list is stored, and again when it is in use."""
    loop = worker(shop, "notify_restocked", shop.restock.step)
    sync = SyncCatalogue(shop.refresh, 900)
    sync.on_new_list(loop.wake_always)
    async with running(loop):
        await shop.restock.ask(ANNI, shop.product("GONE"))
        ready = tuple(replace(one, is_ready=True) for one in LISTINGS)
        shop.supplier.listings = ServiceList(ready, 0)
        await sync.fetch()
        await until_enqueued(shop)


async def test_resuming_the_shop_wakes_the_worker(shop: Shop) -> None:
    loop = worker(shop, "notify_restocked", shop.restock.step)
    await shop.restock.ask(ANNI, shop.product("GONE"))
    await shop.admin.pause(ADMIN, "lunch")
    await shop.relist("GONE", is_ready=True)
    assert await shop.restock.step() is None
    assert await backlog(shop.store) == 0
    async with running(loop):
        await shop.admin.resume(ADMIN)
        await until_enqueued(shop)
