"""When it is looked at what is back: as soon as a list has it, and after every write."""

import asyncio
from dataclasses import replace

from bot.ports.store import Store
from bot.ports.supplier import ServiceList
from bot.workers.loop import Loop, WakingStore
from bot.workers.sync_catalogue import SyncCatalogue
from tests.services.shop import ADMIN, ANNI, LISTINGS, Shop


def employ(shop: Shop) -> Loop:
    """Return a worker that every write wakes."""
    shop.store = store = WakingStore(shop.store)
    shop.build()
    loop = Loop("tell_restocked", shop.restock.step)
    store.wakes([loop])
    return loop


async def backlog(store: Store) -> int:
    """Return how many messages are on their way."""
    return await store.read(lambda tx: tx.outbox.backlog())


async def until_told(shop: Shop) -> None:
    """Wait for a message to be on its way."""
    async with asyncio.timeout(10):
        while not await backlog(shop.store):  # noqa: ASYNC110 - the outbox tells nobody
            await asyncio.sleep(0)


async def test_a_new_list_is_looked_at_at_once(shop: Shop) -> None:
    """The worker is woken when the list is stored, and once more when it is sold from."""
    loop = employ(shop)
    sync = SyncCatalogue(shop.refresh, 900)
    sync.tell_of_lists(loop.look_again)
    running = asyncio.create_task(loop.run())
    await shop.restock.ask(ANNI, shop.product("GONE"))
    ready = tuple(replace(one, is_ready=True) for one in LISTINGS)
    shop.supplier.listings = ServiceList(ready, 0)
    await sync.fetch()
    await until_told(shop)
    loop.stop()
    await running


async def test_a_shop_that_opens_again_tells_at_once(shop: Shop) -> None:
    """The end of a pause is a write like any other."""
    loop = employ(shop)
    await shop.restock.ask(ANNI, shop.product("GONE"))
    await shop.admin.pause(ADMIN, "lunch")
    await shop.relist("GONE", is_ready=True)
    assert await shop.restock.step() is None
    assert await backlog(shop.store) == 0
    running = asyncio.create_task(loop.run())
    await shop.admin.resume(ADMIN)
    await until_told(shop)
    loop.stop()
    await running
