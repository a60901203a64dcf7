"""The worker fetches the catalogue on schedule, and sooner after a failure."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import (
    RefusalClass,
    StoreUnavailableError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
)
from bot.ports.supplier import ServiceList
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.workers.sync_catalogue import DOUBT_SECONDS, SyncCatalogue
from tests.services.shop import LISTINGS, Shop
from tests.services.torn_store import TornStore
from tests.workers.steps import Steps

EVERY = 900.0


class TimedRefresh(RefreshCatalogue):
    """Fetches nothing: records when it was called, and returns scripted results."""

    def __init__(self, *ends: float | Exception | None) -> None:
        self.steps = Steps(*ends)

    async def refresh(self) -> bool:
        return await self.steps() is None


@pytest.mark.parametrize(
    ("ends", "fetched_at"),
    [
        ((), [0, 900, 1800]),
        ((0,), [0, DOUBT_SECONDS, 960, 1860]),
        ((SupplierReadError("away"),) * 3, [0, 1, 3, 8, 908, 1808]),
        ((SupplierReplyTooLargeError("20,001 rows"),) * 2, [0, 900, 1800]),
        ((ValueError("a bug"), None, ValueError("a bug")), [0, 1, 901, 902, 1802]),
    ],
)
def test_the_list_is_fetched_on_schedule(
    runner: asyncio.Runner, ends: tuple[float | Exception | None, ...], fetched_at: list[float]
) -> None:
    refresh = TimedRefresh(*ends)

    async def scene() -> None:
        sync = SyncCatalogue(refresh, EVERY)
        running = asyncio.create_task(sync.run())
        await asyncio.sleep(1_870)
        sync.stop()
        await running

    runner.run(scene())
    assert refresh.steps.ran_at == fetched_at


async def test_a_failure_is_followed_by_growing_pauses(shop: Shop) -> None:
    sync = SyncCatalogue(shop.refresh, EVERY)
    shop.supplier.read_error = SupplierReadError("away")
    assert [await sync.fetch() for _ in range(6)] == [1, 2, 5, 10, 30, 30]
    shop.supplier.read_error = SupplierRefusedError(RefusalClass.MAINTENANCE, "closed")
    assert await sync.fetch() == 30
    assert await SyncCatalogue(shop.refresh, 0.5).fetch() == 0.5
    shop.supplier.read_error = None
    assert await sync.fetch() == EVERY


async def test_a_list_that_cannot_be_stored_is_fetched_again_soon(shop: Shop) -> None:
    torn = TornStore(shop.store)
    shop.store = torn
    shop.build()
    sync = SyncCatalogue(shop.refresh, EVERY)
    torn.refuse_writes(1, StoreUnavailableError())
    assert await sync.fetch() == 1
    assert shop.catalogue_cache.catalogue is not None
    assert len(shop.catalogue_cache.catalogue) == len(LISTINGS)
    assert await sync.fetch() == EVERY


async def test_the_callback_runs_when_a_new_list_is_in_use(shop: Shop) -> None:
    seen: list[bool] = []
    sync = SyncCatalogue(shop.refresh, EVERY)
    sync.on_new_list(lambda: seen.append(shop.browse.offer(product_id).is_available))
    product_id = shop.product("SM10")
    await sync.fetch()
    listings = [replace(one, is_ready=False) for one in LISTINGS]
    shop.supplier.listings = ServiceList(tuple(listings), 0)
    await sync.fetch()
    shop.supplier.read_error = SupplierReadError("away")
    await sync.fetch()
    assert seen == [True, False]


async def test_a_list_that_shrank_suddenly_is_fetched_again_in_a_minute(shop: Shop) -> None:
    sync = SyncCatalogue(shop.refresh, EVERY)
    shop.supplier.listings = ServiceList((), 0)
    assert await sync.fetch() == DOUBT_SECONDS
    assert await SyncCatalogue(shop.refresh, 20).fetch() == 20
