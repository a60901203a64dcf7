"""Restock notices: one per request, within 7 days, for at most 20 products a customer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.catalogue import ProductId
from bot.domain.errors import (
    ProductUnavailableError,
    RecipientUnreachableError,
    StoreUnavailableError,
    TooManyRestockRequestsError,
)
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.restock import MAX_OPEN_REQUESTS, REQUEST_LIFETIME, RestockedProduct
from bot.ports.supplier import ServiceList
from bot.services.restores import restore_state
from tests.services.failing_store import FailingStore
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    CHATS,
    LISTINGS,
    PRICE,
    Shop,
)

UNTIL_NIGHT = timedelta(hours=11, minutes=31)
"""From noon to 23:31. One product is closed from 23:30 to 0:30."""


async def restocked(shop: Shop, customer_id: CustomerId = ANNI) -> list[list[str]]:
    """Run the worker's step; return the product codes of each restock notice to a customer."""
    await shop.restock.step()
    delivered = await shop.deliveries(CHATS[customer_id], NoticeKind.RESTOCKED)
    return [[one.product.listing.code for one in each.restocked] for each in delivered]


async def ask(shop: Shop, code: str = "GONE", customer_id: CustomerId = ANNI) -> None:
    """Request a restock notice."""
    await shop.restock.ask(customer_id, shop.product(code))


async def back(shop: Shop, code: str = "GONE") -> None:
    """List a product as ready."""
    await shop.relist(code, is_ready=True)


async def gone(shop: Shop, code: str = "GONE") -> None:
    """List a product as sold out."""
    await shop.relist(code, is_ready=False)


async def requests(shop: Shop) -> int:
    """Return the number of Anni's open requests."""
    now = shop.clock.now()
    return len(await shop.store.read(lambda tx: tx.restock_requests.open_of(ANNI, now)))


async def test_a_request_is_notified_once_when_the_product_is_back(shop: Shop) -> None:
    for _ in range(2):
        await ask(shop)
        assert await restocked(shop) == []
        await back(shop)
        assert await restocked(shop) == [["GONE"]]
        await gone(shop)
        await back(shop)
        assert await restocked(shop) == []
        await gone(shop)


async def test_a_repeated_request_changes_nothing(shop: Shop) -> None:
    first = await shop.restock.ask(ANNI, shop.product("GONE"))
    shop.clock.advance(3_600)
    assert await shop.restock.ask(ANNI, shop.product("GONE")) == first
    assert await shop.restock.state_of(ANNI, shop.product("GONE")) == first
    assert (await shop.restock.state_of(BUDI, shop.product("GONE"))).request is None
    await back(shop)
    assert await restocked(shop) == [["GONE"]]


async def test_a_closed_product_is_notified_when_its_cutoff_ends(shop: Shop) -> None:
    shop.clock.at += UNTIL_NIGHT
    await ask(shop, "NIGHT")
    assert await shop.restock.step() == 59 * 60
    assert await restocked(shop) == []
    shop.clock.advance(59 * 60 - 1)
    assert await shop.restock.step() == 1
    shop.clock.advance(1)
    assert await restocked(shop) == [["NIGHT"]]
    assert await shop.restock.step() is None


async def test_a_product_ready_during_its_cutoff_is_notified_after_it(shop: Shop) -> None:
    await gone(shop, "NIGHT")
    shop.clock.at += UNTIL_NIGHT
    await ask(shop, "NIGHT")
    assert await shop.restock.step() is None
    await back(shop, "NIGHT")
    assert await restocked(shop) == []
    shop.clock.advance(3_600)
    assert await restocked(shop) == [["NIGHT"]]


async def test_a_request_survives_while_the_product_is_not_listed(shop: Shop) -> None:
    await ask(shop)
    others = [one for one in LISTINGS if one.code != "GONE"]
    shop.supplier.listings = ServiceList(tuple(others), 0)
    await shop.refresh.refresh()
    assert await restocked(shop) == []
    shop.supplier.listings = ServiceList(LISTINGS, 0)
    await back(shop)
    assert await restocked(shop) == [["GONE"]]


async def test_products_back_together_are_one_notice(shop: Shop) -> None:
    await gone(shop, "SM10")
    for code in ("GONE", "SM10"):
        await ask(shop, code)
    for code in ("SM10", "GONE"):
        await back(shop, code)
    assert await restocked(shop) == [["SM10", "GONE"]]


async def test_a_customer_has_at_most_twenty_open_requests(shop: Shop) -> None:
    many = [replace(LISTINGS[4], code=f"E{number}") for number in range(MAX_OPEN_REQUESTS + 2)]
    shop.supplier.listings = ServiceList((*LISTINGS, *many), 0)
    await shop.refresh.refresh()
    for number in range(MAX_OPEN_REQUESTS):
        await ask(shop, f"E{number}")
    with pytest.raises(TooManyRestockRequestsError):
        await ask(shop, "E20")
    await ask(shop, "E3")
    await ask(shop, "E20", BUDI)
    await shop.restock.cancel(ANNI, shop.product("E7"))
    await ask(shop, "E20")
    await back(shop, "E3")
    await restocked(shop)
    await ask(shop, "E21")
    with pytest.raises(TooManyRestockRequestsError):
        await ask(shop, "GONE")
    shop.clock.at += REQUEST_LIFETIME
    await ask(shop, "GONE")
    assert await requests(shop) == 1


async def test_each_customer_with_a_request_is_notified(shop: Shop) -> None:
    """A withdrawn request is not."""
    customers = [ANNI, BUDI, ADMIN.customer_id]
    for customer_id in customers:
        await ask(shop, customer_id=customer_id)
    awaited = await shop.restock.cancel(ANNI, shop.product("GONE"))
    assert awaited.request is None
    await back(shop)
    await shop.restock.step()
    assert sorted(one.notice.chat_id for one in await shop.deliveries()) == [
        BUDI_CHAT,
        ADMIN_CHAT,
    ]


async def test_an_available_product_takes_no_request(shop: Shop) -> None:
    awaited = await shop.restock.ask(ANNI, shop.product("SM10"))
    assert (awaited.offer.is_available, awaited.request) == (True, None)
    assert await requests(shop) == 0


async def test_an_unknown_product_takes_no_request(shop: Shop) -> None:
    for act in (shop.restock.ask, shop.restock.state_of, shop.restock.cancel):
        with pytest.raises(ProductUnavailableError):
            await act(ANNI, ProductId(999))


async def test_without_a_catalogue_nothing_is_notified(shop: Shop) -> None:
    await ask(shop)
    shop.catalogue_cache.catalogue = None
    assert await shop.restock.step() is None


async def test_the_notice_shows_the_availability_at_delivery(shop: Shop) -> None:
    await ask(shop)
    await back(shop)
    await shop.restock.step()
    shop.notifier.fails(ANNI_CHAT, RecipientUnreachableError("blocked"))
    assert await shop.deliveries(ANNI_CHAT) == []
    await gone(shop)
    await shop.customers.register(ANNI_CHAT, "Anni", "", "id", is_start=True)
    (delivery,) = await shop.deliveries(ANNI_CHAT)
    (one,) = delivery.restocked
    assert one == RestockedProduct(one.product, one.price, is_available=False)
    assert (one.product.listing.code, one.price) == ("GONE", PRICE)


async def test_a_product_taken_off_the_list_is_shown_as_gone_at_delivery(shop: Shop) -> None:
    await ask(shop)
    await back(shop)
    await shop.restock.step()
    left = tuple(one for one in shop.supplier.listings.listings if one.code != "GONE")
    shop.supplier.listings = ServiceList(left, 0)
    await shop.refresh.refresh()
    (delivery,) = await shop.deliveries(ANNI_CHAT, NoticeKind.RESTOCKED)
    assert [one.is_available for one in delivery.restocked] == [False]


async def test_a_step_whose_write_failed_is_repeated(shop: Shop) -> None:
    torn = shop.store = FailingStore(shop.store)
    shop.build()
    await ask(shop)
    await back(shop)
    torn.refuse_writes(1)
    with pytest.raises(StoreUnavailableError):
        await shop.restock.step()
    assert await requests(shop) == 1
    assert await restocked(shop) == [["GONE"]]


async def test_what_is_gone_before_the_notice_is_stored_goes_on_being_awaited(shop: Shop) -> None:
    torn = shop.store = FailingStore(shop.store)
    shop.build()
    await ask(shop)
    await back(shop)
    torn.after_read = partial(gone, shop)
    assert await restocked(shop) == []
    assert await requests(shop) == 1
    await back(shop)
    assert await restocked(shop) == [["GONE"]]


async def test_concurrent_steps_notify_once(shop: Shop) -> None:
    await ask(shop)
    await back(shop)
    await asyncio.gather(*(shop.restock.step() for _ in range(3)))
    assert await restocked(shop) == [["GONE"]]


async def test_a_request_survives_a_restore_with_its_expiry(shop: Shop) -> None:
    await ask(shop)
    now = shop.clock.now() + timedelta(hours=2)
    await shop.store.write(restore_state, shop.rules, 1, now)
    shop.clock.at = now
    awaited = await shop.restock.state_of(ANNI, shop.product("GONE"))
    assert awaited.request is not None
    assert awaited.request.expires_at - awaited.request.asked_at == REQUEST_LIFETIME
    await back(shop)
    assert await restocked(shop) == []
    await shop.admin.resume(ADMIN)
    assert await restocked(shop) == [["GONE"]]
