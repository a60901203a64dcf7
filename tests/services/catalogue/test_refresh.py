"""A list is stored by its differences, in parts; a part that is left changes nothing for good."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from bot.domain.catalogue import Catalogue, Listing
from bot.domain.catalogue_changes import ListedRow
from bot.domain.errors import PriceChangedError, StoreUnavailableError
from bot.domain.money import Rupiah
from bot.ports.store import Listener, Store, Transaction
from bot.ports.supplier import ServiceList
from bot.services.catalogue import refresh
from bot.services.catalogue.refresh import RefreshCatalogue
from tests.catalogue_lists import put_list
from tests.services.shop import ANNI, LISTINGS, NUMBER, Shop

P = ParamSpec("P")
T = TypeVar("T")
MANY = tuple(replace(LISTINGS[0], code=f"M{number}") for number in range(5))


class WatchedStore:
    """A store that counts its writes, and runs something before one of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes = 0
        self.before: dict[int, Callable[[], Awaitable[None]]] = {}

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self.writes += 1
        if self.writes in self.before:
            await self.before.pop(self.writes)()
        return await self._store.write(use_case, *args, **kwargs)

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self._store.write_soon(use_case, *args, **kwargs)

    def on_commit(self, listener: Listener) -> None:
        self._store.on_commit(listener)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(query, *args, **kwargs)


@pytest.fixture
def store(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> WatchedStore:
    """The shop's store, for a refresh that stores two rows in one transaction."""
    monkeypatch.setattr(refresh, "ROWS_AT_ONCE", 2)
    watched = WatchedStore(shop.store)
    shop.refresh = RefreshCatalogue(
        watched, shop.panel, shop.catalogue_cache, shop.rules, shop.clock, shop.search
    )
    return watched


async def fetch(shop: Shop, *listings: Listing) -> None:
    shop.clock.advance(60)
    shop.supplier.listings = ServiceList(listings, 0)
    await shop.refresh.refresh()


def listed(catalogue: Catalogue | None) -> list[Listing]:
    return [] if catalogue is None else [one.listing for one in catalogue.products.values()]


async def require_stored(shop: Shop, *listings: Listing) -> None:
    """Check that the database and the memory have exactly these listings, fetched now."""
    stored = await shop.store.read(lambda tx: tx.catalogue.load())
    known = shop.catalogue_cache.catalogue
    assert listed(stored) == listed(known) == list(listings)
    assert stored is not None
    assert known is not None
    assert stored.products == known.products
    assert stored.fetched_at == known.fetched_at == shop.clock.now()


async def test_a_list_is_stored_in_parts(shop: Shop, store: WatchedStore) -> None:
    await fetch(shop, *LISTINGS, *MANY)
    assert store.writes == 3 + 1
    await require_stored(shop, *LISTINGS, *MANY)


async def test_the_same_list_again_only_moves_its_time(shop: Shop, store: WatchedStore) -> None:
    await fetch(shop, *LISTINGS)
    before, writes = shop.catalogue_cache.catalogue, store.writes
    shop.clock.advance(60)
    await shop.refresh.refresh()
    assert shop.catalogue_cache.catalogue is before
    assert store.writes == writes + 1
    await require_stored(shop, *LISTINGS)
    assert shop.browse.fetched_at == shop.clock.now()


async def test_the_same_list_is_stored_again_over_another(shop: Shop, store: WatchedStore) -> None:
    await fetch(shop, *LISTINGS)
    at = shop.clock.now() + timedelta(seconds=1)
    await shop.store.write(put_list, MANY, at)
    shop.clock.advance(60)
    await shop.refresh.refresh()
    await require_stored(shop, *LISTINGS)


@pytest.mark.parametrize("write", [1, 2, 3])
async def test_a_list_that_another_process_stores_meanwhile_is_compared_with(
    shop: Shop, store: WatchedStore, write: int
) -> None:
    async def store_another() -> None:
        at = shop.clock.now() - timedelta(seconds=1)
        await shop.store.write(put_list, [replace(LISTINGS[0], name="Other"), *MANY[:2]], at)

    store.before[write] = store_another
    await fetch(shop, *LISTINGS, *MANY[:3])
    await require_stored(shop, *LISTINGS, *MANY[:3])


@pytest.mark.parametrize("write", [1, 2, 3])
async def test_rows_that_another_process_stores_meanwhile_are_compared_with(
    shop: Shop, store: WatchedStore, write: int
) -> None:
    """Its list is not complete yet, so the stored list still has the time of the old one."""

    async def store_rows() -> None:
        dearer = ListedRow(0, replace(LISTINGS[0], cost=Rupiah(50_000)))
        await shop.store.write(lambda tx: tx.catalogue.put([dearer]))

    store.before[write] = store_rows
    await fetch(shop, *LISTINGS, *MANY[:3])
    await require_stored(shop, *LISTINGS, *MANY[:3])


async def test_a_row_counts_for_purchases_as_soon_as_it_is_stored(
    shop: Shop, store: WatchedStore
) -> None:
    """The rest of its list may take longer, or fail."""
    token = await shop.token()

    async def confirm() -> None:
        with pytest.raises(PriceChangedError):
            await shop.buy.confirm(ANNI, token, 55)
        raise StoreUnavailableError("disk full")

    store.before[2] = confirm
    with pytest.raises(StoreUnavailableError):
        await fetch(shop, replace(LISTINGS[0], cost=Rupiah(50_000)), *LISTINGS[1:], *MANY)
    assert store.writes == 2
    with pytest.raises(PriceChangedError):
        await shop.buy.confirm(ANNI, token, 55)
    assert (await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)).offer.price == 51_000


async def test_the_first_list_stored_in_part_is_completed(empty_shop: Shop) -> None:
    """Its rows have a version already, and no list is on sale."""
    rows = [ListedRow(0, replace(LISTINGS[0], name="Other"))]
    await empty_shop.store.write(lambda tx: tx.catalogue.put(rows))
    assert await empty_shop.refresh.load() == 0
    await empty_shop.refresh.refresh()
    await require_stored(empty_shop, *LISTINGS)


@pytest.mark.parametrize("write", [2, 3, 4])
async def test_a_list_stored_in_part_is_compared_with_the_database(
    shop: Shop, store: WatchedStore, write: int
) -> None:
    """Its rows may be newer than those in memory, so memory is no measure any more."""

    async def fail() -> None:
        raise StoreUnavailableError("disk full")

    store.before[write] = fail
    dearer = [replace(one, cost=Rupiah(50_000)) for one in LISTINGS[:2]]
    with pytest.raises(StoreUnavailableError):
        await fetch(shop, *dearer, *LISTINGS[2:], *MANY[:3])
    assert listed(shop.catalogue_cache.catalogue) == list(LISTINGS)
    await fetch(shop, *LISTINGS)
    await require_stored(shop, *LISTINGS)


async def test_after_a_restart_a_list_stored_in_part_is_on_sale_as_it_is(
    shop: Shop, store: WatchedStore
) -> None:
    """Each row is one that the supplier sent; the list counts as old as it was."""

    async def fail() -> None:
        raise StoreUnavailableError("killed")

    fetched_at = shop.browse.fetched_at
    store.before[2] = fail
    with pytest.raises(StoreUnavailableError):
        await fetch(shop, *LISTINGS, *MANY)
    await shop.restart()
    assert listed(shop.catalogue_cache.catalogue) == [*LISTINGS, *MANY[:2]]
    assert shop.browse.fetched_at == fetched_at
    await fetch(shop, *LISTINGS, *MANY)
    await require_stored(shop, *LISTINGS, *MANY)


async def test_a_list_with_new_states_has_the_index_of_the_one_before(
    shop: Shop, store: WatchedStore
) -> None:
    await fetch(shop, *LISTINGS)
    before = shop.search._index()
    await fetch(shop, replace(LISTINGS[0], is_ready=False), *LISTINGS[1:])
    assert shop.search._index() is before
    await fetch(shop, replace(LISTINGS[0], name="Kartu Hadiah"), *LISTINGS[1:])
    assert shop.search._index() is not before
    renamed = shop.search._index()
    await fetch(shop, *LISTINGS, *MANY)
    assert shop.search._index() is not renamed
