"""Told when it is back: once, within 7 days, and of 20 products at most."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

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
from bot.domain.restock import KEPT, OPEN_AT_MOST, Restocked
from bot.ports.supplier import ServiceList
from bot.services.restores import travel
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, PRICE, Shop
from tests.services.torn_store import TornStore

UNTIL_NIGHT = timedelta(hours=11, minutes=31)
"""From noon to 23:31, when one product is closed until 0:30."""


async def told(shop: Shop, customer_id: CustomerId = ANNI) -> list[list[str]]:
    """Look what is back, and return the products of each message that a customer gets now."""
    await shop.restock.step()
    return [
        [one.product.listing.code for one in delivery.restocked]
        for delivery in await shop.deliveries(customer_id)
        if delivery.notice.kind is NoticeKind.RESTOCKED
    ]


async def ask(shop: Shop, code: str = "GONE", customer_id: CustomerId = ANNI) -> None:
    """Ask to be told of a product."""
    await shop.restock.ask(customer_id, shop.product(code))


async def requests(shop: Shop) -> int:
    """Return for how many products Anni waits now."""
    now = shop.clock.now()
    return len(await shop.store.read(lambda tx: tx.restock_requests.open_of(ANNI, now)))


async def test_a_customer_is_told_once_when_a_product_is_back(shop: Shop) -> None:
    """With its price at that time; whatever becomes of it later."""
    await ask(shop)
    assert await told(shop) == []
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == [["GONE"]]
    await shop.relist("GONE", is_ready=False)
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == []


async def test_only_who_asked_is_told(shop: Shop) -> None:
    """Each of them, in a message of their own."""
    await ask(shop)
    await ask(shop, customer_id=BUDI)
    await shop.relist("GONE", is_ready=True)
    await shop.restock.step()
    chats = [one.notice.chat_id for one in await shop.deliveries()]
    assert sorted(chats) == [ANNI, BUDI]


async def test_who_asks_twice_is_told_once(shop: Shop) -> None:
    """And the second time changes nothing, not even the end."""
    first = await shop.restock.ask(ANNI, shop.product("GONE"))
    shop.clock.advance(3_600)
    assert await shop.restock.ask(ANNI, shop.product("GONE")) == first
    assert await shop.restock.awaited(ANNI, shop.product("GONE")) == first
    assert (await shop.restock.awaited(BUDI, shop.product("GONE"))).request is None
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == [["GONE"]]


async def test_who_was_told_may_ask_again(shop: Shop) -> None:
    """The product has run out once more."""
    for _ in range(2):
        await ask(shop)
        await shop.relist("GONE", is_ready=True)
        assert await told(shop) == [["GONE"]]
        await shop.relist("GONE", is_ready=False)


async def test_a_closed_product_is_back_when_its_cutoff_ends(shop: Shop) -> None:
    """To the minute, between two lists."""
    shop.clock.at += UNTIL_NIGHT
    await ask(shop, "NIGHT")
    assert await shop.restock.step() == 59 * 60
    assert await told(shop) == []
    shop.clock.advance(59 * 60 - 1)
    assert await shop.restock.step() == 1
    shop.clock.advance(1)
    assert await told(shop) == [["NIGHT"]]
    assert await shop.restock.step() is None


async def test_a_product_that_comes_in_at_night_is_back_in_the_morning(shop: Shop) -> None:
    """Ready alone is not enough."""
    await shop.relist("NIGHT", is_ready=False)
    shop.clock.at += UNTIL_NIGHT
    await ask(shop, "NIGHT")
    assert await shop.restock.step() is None
    await shop.relist("NIGHT", is_ready=True)
    assert await told(shop) == []
    shop.clock.advance(3_600)
    assert await told(shop) == [["NIGHT"]]


async def test_a_product_that_left_the_list_is_waited_for(shop: Shop) -> None:
    """Ready again, but not sold; until it is listed once more."""
    await ask(shop)
    shop.supplier.listings = ServiceList(tuple(one for one in LISTINGS if one.code != "GONE"), 0)
    await shop.refresh.refresh()
    assert await told(shop) == []
    back = replace(LISTINGS[4], is_ready=True)
    shop.supplier.listings = ServiceList((*LISTINGS[:4], back, *LISTINGS[5:]), 0)
    await shop.refresh.refresh()
    assert await told(shop) == [["GONE"]]


async def test_what_comes_back_together_is_told_together(shop: Shop) -> None:
    """One message a customer."""
    await shop.relist("SM10", is_ready=False)
    await ask(shop, "GONE")
    await ask(shop, "SM10")
    await shop.relist("SM10", is_ready=True)
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == [["SM10", "GONE"]]


async def test_a_request_ends_without_a_word(shop: Shop) -> None:
    """A week later nobody is told, and one may ask anew."""
    await ask(shop)
    shop.clock.at += KEPT
    assert (await shop.restock.awaited(ANNI, shop.product("GONE"))).request is None
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == []
    await shop.relist("GONE", is_ready=False)
    await ask(shop)
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == [["GONE"]]


async def test_one_waits_for_twenty_products_at_most(shop: Shop) -> None:
    """Another place becomes free with each that is back, taken back, or over."""
    many = [replace(LISTINGS[4], code=f"E{number}") for number in range(OPEN_AT_MOST + 2)]
    shop.supplier.listings = ServiceList((*LISTINGS, *many), 0)
    await shop.refresh.refresh()
    for number in range(OPEN_AT_MOST):
        await ask(shop, f"E{number}")
    with pytest.raises(TooManyRestockRequestsError):
        await ask(shop, "E20")
    await ask(shop, "E3")
    await ask(shop, "E20", BUDI)
    await shop.restock.forget(ANNI, shop.product("E7"))
    await ask(shop, "E20")
    await shop.relist("E3", is_ready=True)
    await told(shop)
    await ask(shop, "E21")
    with pytest.raises(TooManyRestockRequestsError):
        await ask(shop, "GONE")
    shop.clock.at += KEPT
    await ask(shop, "GONE")
    assert await requests(shop) == 1


async def test_who_takes_it_back_is_not_told(shop: Shop) -> None:
    """The others are."""
    await ask(shop)
    await ask(shop, customer_id=BUDI)
    awaited = await shop.restock.forget(ANNI, shop.product("GONE"))
    assert awaited.request is None
    await shop.relist("GONE", is_ready=True)
    await shop.restock.step()
    assert [one.notice.chat_id for one in await shop.deliveries()] == [BUDI]


async def test_nobody_waits_for_what_can_be_bought(shop: Shop) -> None:
    """The screen was old: it says so instead."""
    awaited = await shop.restock.ask(ANNI, shop.product("SM10"))
    assert awaited.offer.is_available
    assert awaited.request is None
    assert await requests(shop) == 0


async def test_nobody_waits_for_what_is_no_longer_sold(shop: Shop) -> None:
    """Nor for what never was."""
    for act in (shop.restock.ask, shop.restock.awaited, shop.restock.forget):
        with pytest.raises(ProductUnavailableError):
            await act(ANNI, ProductId(999))


async def test_before_the_first_list_nothing_is_back(shop: Shop) -> None:
    """Nothing is known of any product."""
    await ask(shop)
    shop.shelf.catalogue = None
    assert await shop.restock.step() is None


async def test_a_paused_shop_tells_nobody(shop: Shop) -> None:
    """Nothing could be bought; they are told when it is open again."""
    await ask(shop)
    await shop.admin.pause(ADMIN, "lunch")
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == []
    await shop.admin.resume(ADMIN)
    assert await told(shop) == [["GONE"]]


async def test_the_message_says_how_it_is_when_it_goes_out(shop: Shop) -> None:
    """Whoever had blocked the bot may come back when the product is gone again."""
    await ask(shop)
    await shop.relist("GONE", is_ready=True)
    await shop.restock.step()
    shop.notifier.fails(ANNI, RecipientUnreachableError("blocked"))
    assert await shop.deliveries(ANNI) == []
    await shop.relist("GONE", is_ready=False)
    await shop.wallets.greet(ANNI, "Anni", "", "id", is_start=True)
    (delivery,) = await shop.deliveries(ANNI)
    (one,) = delivery.restocked
    assert one == Restocked(one.product, one.price, is_available=False)
    assert (one.product.listing.code, one.price) == ("GONE", PRICE)


async def test_a_pass_that_could_not_be_written_is_made_again(shop: Shop) -> None:
    """Marked and told in one transaction: neither without the other."""
    torn = TornStore(shop.store)
    shop.store = torn
    shop.build()
    await ask(shop)
    await shop.relist("GONE", is_ready=True)
    torn.refuse_writes(1, StoreUnavailableError())
    with pytest.raises(StoreUnavailableError):
        await shop.restock.step()
    assert await requests(shop) == 1
    assert await told(shop) == [["GONE"]]


async def test_two_passes_at_once_tell_once(shop: Shop) -> None:
    """Whichever of them is first."""
    await ask(shop)
    await shop.relist("GONE", is_ready=True)
    await asyncio.gather(*(shop.restock.step() for _ in range(3)))
    assert await told(shop) == [["GONE"]]
    assert await told(shop) == []


async def test_who_waited_in_a_backup_still_waits(shop: Shop) -> None:
    """A promise outlives a restore, and its end stays; they hear of it once the shop is open."""
    await ask(shop)
    now = shop.clock.now() + timedelta(hours=2)
    await shop.store.write(travel, shop.rules, 1, now)
    shop.clock.at = now
    awaited = await shop.restock.awaited(ANNI, shop.product("GONE"))
    assert awaited.request is not None
    assert awaited.request.expires_at - awaited.request.asked_at == KEPT
    await shop.relist("GONE", is_ready=True)
    assert await told(shop) == []
    await shop.admin.resume(ADMIN)
    assert await told(shop) == [["GONE"]]


async def test_a_message_on_its_way_in_a_backup_is_stale(shop: Shop) -> None:
    """It has been delivered since, as far as anybody knows: whoever still waits asks anew."""
    await ask(shop)
    await shop.relist("GONE", is_ready=True)
    await shop.restock.step()
    await shop.store.write(travel, shop.rules, 1, shop.clock.now())
    await shop.admin.resume(ADMIN)
    assert await told(shop) == []
