"""The admin's balance report, overview and search, and the pause."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotPermittedError, SupplierReadError
from bot.domain.ledger import wallet_of
from bot.domain.order import OrderState
from bot.services.catalogue.browse import CatalogueCache
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, NOON, NUMBER, PRICE, SECOND_ADMIN, Shop

OTHER = "081299999999"


async def test_the_balance_shows_every_figure(shop: Shop) -> None:
    proposed = await shop.supplier_deposit.propose(ADMIN, 300_000)
    await shop.supplier_deposit.record(ADMIN, proposed.token)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await shop.queue(number=OTHER)
    report = await shop.admin.balance(ADMIN)
    assert (report.supplier_balance, report.is_answered) == (500_000, True)
    assert report.tracked_balance == 300_000 - 10_200
    assert (report.wallets.posted, report.wallets.held) == (200_000 - PRICE, PRICE)
    assert (report.today.count, report.today.revenue, report.today.margin) == (1, PRICE, 1_000)
    assert report.own.account_id == wallet_of(ADMIN.customer_id)


async def test_admins_debts_do_not_reduce_the_customers_total(shop: Shop) -> None:
    before = (await shop.admin.balance(ADMIN)).wallets
    order = await shop.queue(customer_id=ADMIN.customer_id)
    await shop.send_next(shop.reply(order, status_word="success"))
    report = await shop.admin.balance(ADMIN)
    assert report.own.balance == -PRICE
    assert report.wallets == before


async def test_today_begins_at_midnight_in_jakarta(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    shop.clock.advance(12 * 3600)
    assert (await shop.admin.balance(ADMIN)).today.count == 0


@pytest.mark.parametrize("error", [None, SupplierReadError("502")])
async def test_a_balance_that_the_panel_does_not_report_is_told_from_no_answer(
    shop: Shop, error: SupplierReadError | None
) -> None:
    shop.supplier.deposit, shop.supplier.read_error = None, error
    report = await shop.admin.balance(ADMIN)
    assert (report.supplier_balance, report.is_answered) == (None, error is None)


async def test_the_overview_without_open_orders_or_conditions(shop: Shop) -> None:
    overview = await shop.admin.overview(ADMIN)
    assert (overview.counts, overview.oldest_open) == ({}, None)
    assert (overview.catalogue_size, overview.catalogue_fetched_at) == (8, NOON)
    assert (overview.conditions, overview.unclaimed) == ([], [])
    assert (overview.is_paused, overview.breaker_open_since) == (False, None)
    await shop.admin.pause(ADMIN)
    overview = await shop.admin.overview(ADMIN)
    assert (overview.is_paused, overview.breaker_open_since) == (True, None)


async def test_the_overview_with_lost_orders_unclaimed_row_pause_and_breaker(shop: Shop) -> None:
    for number in range(3):
        await shop.ambiguous(f"0812000000{number:02}")
    opened_at = shop.clock.now()
    first = (await shop.admin.overview(ADMIN)).unsettled[0]
    shop.supplier.shows(shop.row(first, "hand1", destination=OTHER))
    shop.clock.advance(60)
    await shop.reconcile.look_up()
    await shop.queue()
    await shop.admin.pause(ADMIN, "stock-taking")
    overview = await shop.admin.overview(ADMIN)
    assert overview.counts == {OrderState.AMBIGUOUS: 3, OrderState.QUEUED: 1}
    assert overview.oldest_open is not None
    assert overview.oldest_open.order_id == first.order_id
    assert [order.state for order in overview.unsettled] == [OrderState.AMBIGUOUS] * 3
    assert [row.ref_id for row in overview.unclaimed] == ["hand1"]
    assert overview.is_paused
    assert overview.breaker_open_since == opened_at


async def test_the_overview_before_the_first_catalogue(shop: Shop) -> None:
    shop.catalogue_cache = CatalogueCache()
    shop.build()
    overview = await shop.admin.overview(ADMIN)
    assert (overview.catalogue_size, overview.catalogue_fetched_at) == (0, None)


async def test_orders_are_found_by_number_ref_id_destination_or_customer_id(shop: Shop) -> None:
    order = await shop.accepted()
    for term in ("K1", "r1", NUMBER, "+62 812-3456-7890", str(ANNI), " K1 "):
        assert await shop.admin.find(ADMIN, term) == [order]
    assert await shop.admin.find(ADMIN, "K99") == []


async def test_pausing_and_resuming_are_recorded_with_actor_and_reason(shop: Shop) -> None:
    assert not await shop.admin.resume(SECOND_ADMIN)
    await shop.admin.pause(ADMIN, "moving house")
    await shop.admin.pause(ADMIN, "still moving")
    assert await shop.admin.resume(SECOND_ADMIN)
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(3))
    assert [(act.actor_id, act.action, act.detail) for act in acts] == [
        (SECOND_ADMIN.customer_id, "resume", ""),
        (ADMIN.customer_id, "pause", "still moving"),
        (ADMIN.customer_id, "pause", "moving house"),
    ]


async def test_a_pause_stops_neither_polling_nor_reconciling(shop: Shop) -> None:
    accepted = await shop.accepted()
    lost = await shop.ambiguous(OTHER)
    await shop.admin.pause(ADMIN)
    shop.supplier.says("r1", "success")
    shop.supplier.shows(shop.row(lost, "r2"))
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.reconcile.look_up()
    assert (await shop.get(accepted.order_id)).state is OrderState.SUCCEEDED
    assert (await shop.get(lost.order_id)).state is OrderState.ACCEPTED


async def test_only_an_admin_sees_views_and_pauses(shop: Shop) -> None:
    """Permission is checked before the supplier is asked."""
    reads = len(shop.supplier.reads)
    for view in (
        shop.admin.balance(Actor(ANNI, ANNI_CHAT)),
        shop.admin.overview(Actor(ANNI, ANNI_CHAT)),
        shop.admin.waiting(Actor(ANNI, ANNI_CHAT)),
        shop.admin.find(Actor(ANNI, ANNI_CHAT), "K1"),
        shop.admin.pause(Actor(ANNI, ANNI_CHAT)),
        shop.admin.resume(Actor(ANNI, ANNI_CHAT)),
    ):
        with pytest.raises(NotPermittedError):
            await view
    assert len(shop.supplier.reads) == reads
