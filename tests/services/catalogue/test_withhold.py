"""A product that costs more than its price is withheld until the list or an admin ends it."""

from dataclasses import replace

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import (
    NotFoundError,
    NotPermittedError,
    ProductUnavailableError,
    RefusalClass,
    SupplierRefusedError,
    UnavailableReason,
)
from bot.domain.ledger import SUPPLIER_COST, SUSPENSE
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, Order, OrderState
from bot.domain.withheld_products import Withheld, WithheldId
from bot.services.orders.queue import Wait
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    NUMBER,
    PRICE,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
)

FREE = "081299999999"


async def sold_at(shop: Shop, cost: int | None, number: str = NUMBER, ref: str = "r1") -> None:
    """Sell SM10 for which the supplier's reply names this cost."""
    order = await shop.queue(number=number)
    named = None if cost is None else Rupiah(cost)
    shop.supplier.shows(shop.row(order, ref, cost=named))
    await shop.send_next(shop.reply(order, ref, cost=named))


async def answered(shop: Shop, started: Order, cost: int, ref: str = "r1", **changes: str) -> Order:
    """Answer the call of a started order with this cost; return the order afterwards."""
    shop.supplier.will(shop.reply(started, ref, cost=Rupiah(cost), **changes))
    await shop.send.carry_out(started)
    return await shop.get(started.order_id)


async def polled(shop: Shop, status_word: str, cost: int | None) -> None:
    """Poll the row of the sold order after it changed to this status and cost."""
    shop.supplier.says("r1", status_word, cost=None if cost is None else Rupiah(cost))
    shop.clock.advance(61)
    await shop.reconcile.poll()


async def booked_cost(shop: Shop) -> int:
    """Return what the books say that goods cost, in rupiah."""
    return abs((await shop.account(SUPPLIER_COST)).posted)


async def open_records(shop: Shop) -> list[Withheld]:
    """Return the open withheld records: withheld, or released and not ended."""
    return await shop.store.read(lambda tx: tx.withheld_products.open())


async def is_sold(shop: Shop) -> bool:
    """Return whether SM10 can be quoted."""
    try:
        await shop.buy.quote(ANNI, shop.product("SM10"), FREE)
    except ProductUnavailableError as error:
        return error.reason is not UnavailableReason.EMPTY
    return True


async def released(shop: Shop, actor_id: Actor = ADMIN) -> bool:
    """Release the only open record; return whether it was done."""
    (one,) = await open_records(shop)
    return (await shop.withholding.release(actor_id, one.withheld_id, one.cost)).is_done


# --- causes ---


@pytest.mark.parametrize(
    ("cost", "is_withheld"),
    [(None, False), (0, False), (10_275, False), (PRICE, False), (PRICE + 1, True)],
)
async def test_a_reply_with_a_cost_above_the_price_withholds_the_product(
    shop: Shop, cost: int | None, is_withheld: bool
) -> None:
    await sold_at(shop, cost)
    assert len(await open_records(shop)) == is_withheld
    assert await is_sold(shop) is not is_withheld


async def test_a_polled_row_with_a_cost_above_the_price_withholds_the_product(shop: Shop) -> None:
    await sold_at(shop, None)
    await polled(shop, "success", 98_000)
    assert not await is_sold(shop)


async def test_a_row_dearer_than_the_reply_withholds_and_rebooks_nothing(shop: Shop) -> None:
    await sold_at(shop, 10_200)
    await polled(shop, "process", 98_000)
    (one,) = await open_records(shop)
    assert (await shop.get(one.order_id)).supplier_cost == 10_200
    assert not await is_sold(shop)


async def test_a_reconciled_row_withholds_the_product(shop: Shop) -> None:
    order = await shop.ambiguous()
    shop.supplier.shows(shop.row(order, cost=Rupiah(30_000)))
    await shop.look_for(60)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED
    assert not await is_sold(shop)


async def test_late_goods_after_a_refund_withhold_the_product(shop: Shop) -> None:
    await sold_at(shop, None)
    await polled(shop, "partial", None)
    (parked,) = await shop.store.read(lambda tx: tx.orders.in_states("U1", (OrderState.PARKED,)))
    await shop.insist_on_refund(ADMIN, parked.order_id)
    await polled(shop, "success", 50_000)
    assert not await is_sold(shop)
    assert abs((await shop.account(SUSPENSE)).posted) == 50_000


async def test_a_compared_row_of_an_ended_order_withholds_the_product(shop: Shop) -> None:
    order = await shop.queue()
    shop.supplier.shows(shop.row(order, status_word="success", cost=Rupiah(98_000)))
    await shop.send_next(shop.reply(order, status_word="success"))
    shop.clock.advance(1)
    await shop.recon.compare(ADMIN)
    assert not await is_sold(shop)


@pytest.mark.parametrize(
    ("listed", "cost"), [(5_000, 10_200), (98_000, 98_000)], ids=["at the send", "meanwhile"]
)
async def test_a_cost_that_was_listed_does_not_withhold(shop: Shop, listed: int, cost: int) -> None:
    await shop.queue()
    started = await shop.start()
    await shop.relist("SM10", cost=Rupiah(listed))
    await answered(shop, started, cost)
    assert await open_records(shop) == []
    assert await is_sold(shop)


async def test_a_cost_above_todays_price_withholds_even_if_the_order_paid_more(shop: Shop) -> None:
    order = await shop.queue()
    await shop.relist("SM10", cost=Rupiah(5_000))
    await shop.send_next(shop.reply(order, cost=Rupiah(10_000)))
    assert not await is_sold(shop)


async def test_an_absurd_cost_is_ignored(shop: Shop) -> None:
    await shop.queue()
    ended = await answered(shop, await shop.start(), 20_000_001, status_word="success")
    assert (ended.state, ended.supplier_cost) == (OrderState.SUCCEEDED, None)
    assert await booked_cost(shop) == 10_200
    assert await open_records(shop) == []


async def test_an_absurd_cost_of_an_attached_row_is_not_booked(shop: Shop) -> None:
    order = await shop.parked()
    shop.supplier.shows(shop.row(order, cost=Rupiah(900_000_000), status_word="success"))
    await shop.admin.attach(ADMIN, order.order_id, "r1")
    assert await booked_cost(shop) == 10_200


# --- effects ---


async def test_a_withheld_product_cannot_be_confirmed_quoted_or_chosen(shop: Shop) -> None:
    token = await shop.token(BUDI, number=FREE)
    await sold_at(shop, 98_000)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.confirm(BUDI, token, 55)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.requote(BUDI, token, None)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.choose(BUDI, shop.product("SM10"), None)
    assert (await shop.wallet(BUDI)).held == 0


async def test_queued_orders_of_a_withheld_product_are_cancelled(shop: Shop) -> None:
    await shop.credit(BUDI, 200_000)
    await shop.ambiguous("081388888888")
    shop.clock.advance(6)
    await shop.queue()
    started = await shop.start()
    waiting = [await shop.queue(BUDI, number=number) for number in ("081388888888", FREE)]
    other = await shop.queue(BUDI, "SM20", "081377777777")
    await answered(shop, started, 98_000)
    await shop.delivered_kinds()
    shop.clock.advance(1)
    await shop.wait()
    for one in waiting:
        ended = await shop.get(one.order_id)
        assert (ended.state, ended.cancel_reason) == (OrderState.CANCELLED, CancelReason.NOT_READY)
    assert (await shop.wallet(BUDI)).held == other.price
    assert NoticeKind.OUTCOME in await shop.delivered_kinds(BUDI_CHAT)


async def test_an_order_of_it_that_returns_to_the_queue_is_cancelled(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.queue()
    await shop.queue(BUDI, number=FREE)
    one, two = await shop.start(), await shop.start()
    await answered(shop, one, 98_000)
    shop.supplier.will(SupplierRefusedError(RefusalClass.THROTTLE, "6 detik"))
    await shop.send.carry_out(two)
    assert await shop.wait() == Wait(None)
    assert (await shop.get(two.order_id)).cancel_reason is CancelReason.NOT_READY


async def test_queued_orders_are_cancelled_while_the_shop_is_paused(shop: Shop) -> None:
    await shop.queue()
    started = await shop.start()
    queued = await shop.queue(BUDI, number=FREE)
    await shop.admin.pause(ADMIN)
    await shop.wait()
    await answered(shop, started, 98_000)
    assert await shop.wait() == Wait(None)
    assert (await shop.get(queued.order_id)).state is OrderState.CANCELLED


async def test_a_withheld_product_is_shown_as_empty_after_a_restart_too(shop: Shop) -> None:
    await sold_at(shop, 98_000)
    await shop.withholding.step()
    product_id = shop.product("SM10")
    for _ in range(2):
        offer = shop.browse.offer(product_id)
        assert offer.unavailable is UnavailableReason.EMPTY
        for offers in (
            shop.browse.level(offer.product.sub_id).offers,
            shop.search.search("sm10").offers,
        ):
            (found,) = [one for one in offers if one.product.product_id == product_id]
            assert not found.is_available
        with pytest.raises(ProductUnavailableError):
            await shop.buy.choose(ANNI, product_id, None)
        await shop.restart()


async def test_a_withheld_product_is_not_notified_as_restocked(shop: Shop) -> None:
    await sold_at(shop, 98_000)
    product_id = shop.product("SM10")
    assert (await shop.restock.ask(BUDI, product_id)).request is not None
    await shop.delivered_kinds()
    await shop.restock.step()
    await shop.refresh.refresh()
    await shop.restock.step()
    assert await shop.delivered_kinds(BUDI_CHAT) == []
    assert await released(shop)
    await shop.restock.step()
    assert await shop.delivered_kinds(BUDI_CHAT) == [NoticeKind.RESTOCKED]


async def test_a_restock_notice_of_a_product_withheld_since_shows_it_empty(shop: Shop) -> None:
    await shop.queue()
    started = await shop.start()
    await shop.relist("SM10", is_ready=False)
    await shop.restock.ask(BUDI, shop.product("SM10"))
    await shop.relist("SM10", is_ready=True)
    await shop.restock.step()
    await answered(shop, started, 98_000)
    (delivery,) = await shop.deliveries(BUDI_CHAT, NoticeKind.RESTOCKED)
    assert [one.is_available for one in delivery.restocked] == [False]


# --- notices to admins ---


async def test_one_notice_is_sent_for_several_open_orders(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.credit(ANNI, 200_000)
    for index in range(5):
        await shop.queue(number=f"0812000000{index:02}")
    started = [await shop.start() for _ in range(5)]
    for index, cost in enumerate((98_000, 98_000, 97_000, 99_000, 0)):
        await answered(shop, started[index], cost, f"r{index}")
    delivered = await shop.deliveries()
    assert NoticeKind.ALERT not in [one.notice.kind for one in delivered]
    withheld = [one for one in delivered if one.notice.kind is NoticeKind.WITHHELD]
    assert sorted(one.notice.chat_id for one in withheld) == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    shown, seen_on = withheld[0].withheld, withheld[0].order
    assert shown is not None
    assert seen_on is not None
    assert seen_on.order_id == started[0].order_id
    assert (shown.open_orders, shown.product.product_id) == (4, shop.product("SM10"))
    facts = (shown.withheld.listed_cost, shown.withheld.cost, shown.withheld.price)
    assert facts == (10_200, 99_000, PRICE)


async def test_the_overview_shows_a_withheld_product_until_its_release(shop: Shop) -> None:
    await sold_at(shop, 98_000)
    (shown,) = (await shop.admin.overview(ADMIN)).withheld
    assert (shown.product.listing.code, shown.withheld.cost) == ("SM10", 98_000)
    assert await released(shop)
    assert (await shop.admin.overview(ADMIN)).withheld == []


# --- end ---


@pytest.mark.parametrize(
    ("cost", "is_over"), [(10_200, False), (97_999, False), (98_000, True), (120_000, True)]
)
async def test_withholding_ends_when_the_list_names_the_cost(
    shop: Shop, cost: int, is_over: bool
) -> None:
    await sold_at(shop, 98_000)
    await shop.relist("SM10", cost=Rupiah(cost))
    assert shop.browse.offer(shop.product("SM10")).is_available is is_over
    await shop.relist("SM10", cost=Rupiah(10_200))
    assert await is_sold(shop) is is_over


async def test_a_product_that_leaves_the_list_stays_withheld(shop: Shop) -> None:
    await sold_at(shop, 98_000)
    listed = shop.supplier.listings
    for listings in (replace(listed, listings=listed.listings[1:]), listed):
        shop.supplier.listings = listings
        await shop.refresh.refresh()
    assert not await is_sold(shop)


async def test_an_admin_releases_a_product_once_and_it_is_recorded(shop: Shop) -> None:
    await sold_at(shop, 98_000)
    (one,) = await open_records(shop)
    with pytest.raises(NotPermittedError):
        await shop.withholding.release(Actor(ANNI, ANNI_CHAT), one.withheld_id, 98_000)
    with pytest.raises(NotFoundError):
        await shop.withholding.release(ADMIN, WithheldId(77), 98_000)
    assert not await is_sold(shop)
    await shop.restart()
    assert await released(shop)
    assert not await released(shop, SECOND_ADMIN)
    assert await is_sold(shop)
    assert shop.browse.offer(shop.product("SM10")).is_available
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(5))
    assert (act.actor_id, act.action, act.subject) == (ADMIN.customer_id, "sell_again", "SM10")
    assert act.detail == "cost 98000"


async def test_only_a_higher_cost_withholds_a_released_product_again(shop: Shop) -> None:
    await sold_at(shop, 50_000)
    assert await released(shop)
    await shop.delivered_kinds()
    for number, cost in enumerate((50_000, 20_000, 50_000)):
        await sold_at(shop, cost, f"08120000000{number}", f"s{number}")
        assert await is_sold(shop)
    assert NoticeKind.WITHHELD not in await shop.delivered_kinds(ADMIN_CHAT)
    await sold_at(shop, 50_001, "081200000009", "s9")
    assert not await is_sold(shop)
    assert NoticeKind.WITHHELD in await shop.delivered_kinds(ADMIN_CHAT)
    assert await released(shop)
    assert await is_sold(shop)


async def test_a_release_ends_with_the_list_that_names_the_cost(shop: Shop) -> None:
    await sold_at(shop, 50_000)
    assert await released(shop)
    await shop.relist("SM10", cost=Rupiah(50_000))
    await shop.relist("SM10", cost=Rupiah(10_200))
    await sold_at(shop, 50_000, FREE, "r2")
    assert not await is_sold(shop)


async def test_a_release_is_refused_when_a_higher_cost_was_named_since(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    await shop.queue()
    await shop.queue(BUDI, number=FREE)
    one, two = await shop.start(), await shop.start()
    await answered(shop, one, 50_000)
    (old,) = await open_records(shop)
    await answered(shop, two, 80_000, "r2")
    late = await shop.withholding.release(ADMIN, old.withheld_id, old.cost)
    assert (late.is_done, late.shown.withheld.cost) == (False, 80_000)
    assert not await is_sold(shop)
    assert await released(shop)
    again = await shop.withholding.release(ADMIN, old.withheld_id, 80_000)
    assert not again.is_done
