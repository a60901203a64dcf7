"""Two processes of one shop: neither quotes or sells what the other has changed meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.cutoff import parse_cutoff
from bot.domain.errors import PriceChangedError, ProductUnavailableError, UnavailableReason
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, OrderState
from bot.ports.store import Transaction
from bot.ports.supplier import ServiceList
from bot.ports.versions import Subject
from storage.catalogue import SqlCatalogue
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, LISTINGS, NUMBER, PRICE, Shop

DEARER = Rupiah(10_700)
NOW_CLOSED = parse_cutoff("11:00", "13:00")


@pytest.fixture
async def other(shop: Shop) -> Shop:
    """A second process of the shop; tests change the list through the first one."""
    return await shop.other_process()


async def take_off(shop: Shop, code: str) -> None:
    left = tuple(one for one in LISTINGS if one.code != code)
    shop.supplier.listings = ServiceList(left, 0)
    await shop.refresh.refresh()


Change = Callable[[Shop], Awaitable[None]]


def changed(**changes: Any) -> Change:
    return lambda shop: shop.relist("SM10", **changes)


UNAVAILABLE = pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(changed(is_ready=False), UnavailableReason.EMPTY, id="empty"),
        pytest.param(changed(cutoff=NOW_CLOSED), UnavailableReason.CLOSED, id="closed"),
        pytest.param(lambda shop: take_off(shop, "SM10"), UnavailableReason.GONE, id="gone"),
    ],
)


@UNAVAILABLE
async def test_what_became_unavailable_is_neither_chosen_nor_quoted_nor_sold(
    shop: Shop, other: Shop, change: Change, reason: UnavailableReason
) -> None:
    product_id, token = shop.product("SM10"), await other.token()
    order = await other.queue(BUDI)
    await change(shop)
    for attempt in (
        other.buy.choose(ANNI, product_id, None),
        other.buy.quote(ANNI, product_id, NUMBER),
        other.buy.requote(ANNI, token, None),
        other.buy.quote_again(BUDI, order.order_id, None),
        other.buy.confirm(ANNI, token, 55),
    ):
        with pytest.raises(ProductUnavailableError) as caught:
            await attempt
        assert caught.value.reason is reason
    assert (await shop.wallet()).held == 0
    await other.wait()
    cancelled = await shop.get(order.order_id)
    is_closed = reason is UnavailableReason.CLOSED
    assert cancelled.state is OrderState.CANCELLED
    assert cancelled.cancel_reason is (CancelReason.CUTOFF if is_closed else CancelReason.NOT_READY)


async def test_a_quote_has_the_newest_price(shop: Shop, other: Shop) -> None:
    await shop.relist("SM10", cost=DEARER)
    offer = await other.buy.choose(ANNI, shop.product("SM10"), None)
    quote = await other.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert (offer.price, quote.offer.price) == (11_700, 11_700)
    order = await other.buy.confirm(ANNI, quote.token, 55)
    assert (order.price, order.cost) == (11_700, DEARER)


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("cost", [DEARER, Rupiah(9_000)])
async def test_a_price_that_changed_since_the_quote_is_not_charged(
    shop: Shop, other: Shop, cost: Rupiah
) -> None:
    token = await other.token()
    await shop.relist("SM10", cost=cost)
    with pytest.raises(PriceChangedError) as caught:
        await other.buy.confirm(ANNI, token, 55)
    assert (caught.value.shown, caught.value.current) == (PRICE, cost + 1_000)
    assert (await shop.wallet()).held == 0
    # Unless it changes back.
    await shop.relist("SM10", cost=LISTINGS[0].cost)
    assert (await other.buy.confirm(ANNI, token, 55)).price == PRICE


async def test_an_order_is_sent_at_the_newest_cost(shop: Shop, other: Shop) -> None:
    dear, other_order = await other.queue(), await other.queue(BUDI, "SM20")
    await shop.relist("SM10", cost=Rupiah(PRICE + 1))
    await shop.relist("SM20", cost=Rupiah(20_500))
    started = await other.start()
    assert (started.order_id, started.cost) == (other_order.order_id, 20_500)
    assert (await shop.get(dear.order_id)).cancel_reason is CancelReason.COST_ABOVE_PRICE


async def test_what_became_available_is_sold_before_it_is_shown(shop: Shop, other: Shop) -> None:
    await shop.relist("GONE", is_ready=True)
    product_id = shop.product("GONE")
    assert not other.browse.offer(product_id).is_available
    assert (await other.buy.quote(ANNI, product_id, NUMBER)).offer.is_available
    await other.refresh.load()
    assert other.browse.offer(product_id).is_available


async def test_a_withheld_product_is_withheld_in_every_process(shop: Shop, other: Shop) -> None:
    token, order = await other.token(), await shop.queue(BUDI)
    await shop.send_next(shop.reply(order, cost=Rupiah(PRICE + 1)))
    assert shop.product("SM10") not in other.catalogue_cache.withheld
    for attempt in (
        other.buy.quote(ANNI, shop.product("SM10"), NUMBER),
        other.buy.confirm(ANNI, token, 55),
    ):
        with pytest.raises(ProductUnavailableError) as caught:
            await attempt
        assert caught.value.reason is UnavailableReason.EMPTY
    withheld = await shop.store.read(lambda tx: tx.withheld_products.of(order.product_id))
    assert withheld is not None
    await other.withholding.step()
    assert shop.product("SM10") in other.catalogue_cache.withheld
    await shop.withholding.release(ADMIN, withheld.withheld_id, withheld.cost)
    await other.buy.confirm(ANNI, token, 55)


async def test_nobody_is_told_of_a_product_that_is_gone_again(shop: Shop, other: Shop) -> None:
    await shop.restock.ask(ANNI, shop.product("GONE"))
    await shop.relist("GONE", is_ready=True)
    await other.refresh.load()
    await shop.relist("GONE", is_ready=False)
    await other.restock.step()
    assert await other.delivered_kinds(ANNI_CHAT) == []
    state = await other.restock.state_of(ANNI, shop.product("GONE"))
    assert (state.offer.is_available, state.request is None) == (False, False)
    await shop.relist("GONE", is_ready=True)
    assert (await other.restock.ask(BUDI, shop.product("GONE"))).request is None
    await other.restock.step()
    assert await other.delivered_kinds(ANNI_CHAT) == [NoticeKind.RESTOCKED]


async def test_each_process_stores_what_its_list_changes_in_that_of_the_other(
    shop: Shop, other: Shop
) -> None:
    await shop.relist("SM10", cost=DEARER)
    shop.clock.advance(60)
    await other.refresh.refresh()
    await shop.refresh.refresh()
    await other.refresh.refresh()
    stored = await shop.store.read(lambda tx: tx.catalogue.load())
    assert stored is not None
    assert other.catalogue_cache.catalogue is not None
    assert stored.products == other.catalogue_cache.catalogue.products
    assert stored.version == other.catalogue_cache.catalogue.version
    assert other.browse.offer(shop.product("SM10")).price == PRICE


@pytest.mark.parametrize(("is_raised", "price"), [(False, PRICE), (True, 10_000)])
async def test_products_are_read_only_if_the_version_differs(
    shop: Shop, other: Shop, *, is_raised: bool, price: int
) -> None:
    """Otherwise the comparison would be of no use: it is one read of a row."""

    def change(tx: Transaction) -> None:
        assert isinstance(tx.catalogue, SqlCatalogue)
        tx.catalogue._connection.execute("update products set cost = 9000 where code = 'SM10'")
        if is_raised:
            tx.versions.raise_(Subject.CATALOGUE)

    await shop.store.write(change)
    assert (await other.buy.choose(ANNI, shop.product("SM10"), None)).price == price
