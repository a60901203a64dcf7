"""What an admin sees, and the pause."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import NotPermittedError, SupplierReadError
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId, OrderState
from bot.services.catalogue.browse import Shelf
from tests.services.shop import ADMIN, ANNI, NOON, NUMBER, PRICE, SECOND_ADMIN, Shop

OTHER = "081299999999"


async def test_the_balance_shows_every_figure(shop: Shop) -> None:
    """The supplier's, the tracked one, the customers', today's sales, and the admin's own."""
    proposed = await shop.wallets.propose_deposit(ADMIN, 300_000)
    await shop.wallets.deposit(ADMIN, proposed.token)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await shop.queue(number=OTHER)
    report = await shop.admin.balance(ADMIN)
    assert (report.supplier_balance, report.is_asked) == (500_000, True)
    assert report.tracked_balance == 300_000 - 10_200
    assert (report.wallets.posted, report.wallets.held) == (200_000 - PRICE, PRICE)
    assert (report.today.count, report.today.revenue, report.today.margin) == (1, PRICE, 1_000)
    assert report.own.account_id == wallet_of(CustomerId(ADMIN))


async def test_what_admins_owe_is_not_what_customers_own(shop: Shop) -> None:
    """A counter sale on credit makes the customers no poorer."""
    before = (await shop.admin.balance(ADMIN)).wallets
    order = await shop.queue(customer_id=CustomerId(ADMIN))
    await shop.send_next(shop.reply(order, status_word="success"))
    report = await shop.admin.balance(ADMIN)
    assert report.own.balance == -PRICE
    assert report.wallets == before


async def test_today_begins_at_the_suppliers_midnight(shop: Shop) -> None:
    """17:00 UTC in Jakarta."""
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    shop.clock.advance(12 * 3600)
    assert (await shop.admin.balance(ADMIN)).today.count == 0


async def test_a_balance_that_is_not_reported_is_no_error(shop: Shop) -> None:
    """Not every panel does."""
    shop.supplier.deposit = None
    report = await shop.admin.balance(ADMIN)
    assert (report.supplier_balance, report.is_asked) == (None, True)


async def test_a_supplier_that_cannot_be_asked_leaves_the_tracked_balance(shop: Shop) -> None:
    """And says so."""
    shop.supplier.read_error = SupplierReadError("502")
    report = await shop.admin.balance(ADMIN)
    assert (report.supplier_balance, report.is_asked) == (None, False)


async def test_the_overview_of_a_quiet_shop(shop: Shop) -> None:
    """Nothing open, nothing the matter."""
    overview = await shop.admin.overview(ADMIN)
    assert overview.counts == {}
    assert overview.oldest_open is None
    assert (overview.catalogue_size, overview.catalogue_fetched_at) == (8, NOON)
    assert (overview.conditions, overview.unclaimed) == ([], [])
    assert not overview.is_paused
    assert overview.breaker_open_since is None


async def test_the_overview_of_a_bad_day(shop: Shop) -> None:
    """Orders by state, the oldest open one, lost ones, rows of nobody, pause and breaker."""
    for number in range(3):
        await shop.ambiguous(f"0812000000{number:02}")
    opened_at = shop.clock.now()
    first = (await shop.admin.overview(ADMIN)).unsettled[0]
    shop.supplier.shows(shop.row(first, "hand1", destination=OTHER))
    shop.clock.advance(60)
    await shop.reconcile.look()
    queued = await shop.queue()
    await shop.admin.pause(ADMIN, "stock-taking")
    overview = await shop.admin.overview(ADMIN)
    assert overview.counts == {OrderState.AMBIGUOUS: 3, OrderState.QUEUED: 1}
    assert overview.oldest_open is not None
    assert overview.oldest_open.order_id == first.order_id
    assert [order.state for order in overview.unsettled] == [OrderState.AMBIGUOUS] * 3
    assert [row.ref_id for row in overview.unclaimed] == ["hand1"]
    assert overview.is_paused
    assert overview.breaker_open_since == opened_at
    assert queued.order_id != first.order_id


async def test_the_overview_without_a_catalogue(shop: Shop) -> None:
    """Before the first fetch."""
    shop.shelf = Shelf()
    shop.build()
    overview = await shop.admin.overview(ADMIN)
    assert (overview.catalogue_size, overview.catalogue_fetched_at) == (0, None)


@pytest.mark.parametrize("term", ["K1", "r1", NUMBER, "+62 812-3456-7890", str(ANNI), " K1 "])
async def test_orders_are_found_by_whatever_is_known_of_them(shop: Shop, term: str) -> None:
    """Number, ref_id, destination however it is written, or the customer's id."""
    order = await shop.accepted()
    assert [found.order_id for found in await shop.admin.find(ADMIN, term)] == [order.order_id]


async def test_what_is_not_there_is_not_found(shop: Shop) -> None:
    """No order like that."""
    await shop.accepted()
    assert list(await shop.admin.find(ADMIN, "K99")) == []


async def test_pausing_and_resuming_are_audited(shop: Shop) -> None:
    """Who, when and why."""
    assert not await shop.admin.resume(SECOND_ADMIN)
    await shop.admin.pause(ADMIN, "moving house")
    await shop.admin.pause(ADMIN, "still moving")
    assert await shop.admin.resume(SECOND_ADMIN)
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(3))
    assert [(act.actor_id, act.action, act.detail) for act in acts] == [
        (SECOND_ADMIN, "resume", ""),
        (ADMIN, "pause", "still moving"),
        (ADMIN, "pause", "moving house"),
    ]


async def test_a_pause_alone_is_no_open_breaker(shop: Shop) -> None:
    """Each stands for itself."""
    await shop.admin.pause(ADMIN)
    overview = await shop.admin.overview(ADMIN)
    assert (overview.is_paused, overview.breaker_open_since) == (True, None)


async def test_a_pause_stops_neither_polling_nor_looking(shop: Shop) -> None:
    """What was sent before goes on."""
    accepted = await shop.accepted()
    lost = await shop.ambiguous(OTHER)
    await shop.admin.pause(ADMIN)
    shop.supplier.says("r1", "success")
    shop.supplier.shows(shop.row(lost, "r2"))
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.reconcile.look()
    assert (await shop.get(accepted.order_id)).state is OrderState.SUCCEEDED
    assert (await shop.get(lost.order_id)).state is OrderState.ACCEPTED


VIEWS: list[Callable[[Shop], Awaitable[object]]] = [
    lambda shop: shop.admin.balance(ANNI),
    lambda shop: shop.admin.overview(ANNI),
    lambda shop: shop.admin.find(ANNI, "K1"),
    lambda shop: shop.admin.pause(ANNI),
    lambda shop: shop.admin.resume(ANNI),
]


@pytest.mark.parametrize("view", VIEWS)
async def test_only_an_admin_sees_and_pauses(
    shop: Shop, view: Callable[[Shop], Awaitable[object]]
) -> None:
    """By the list of admins at the time of the act; the supplier is not even asked."""
    reads = len(shop.supplier.reads)
    with pytest.raises(NotPermittedError):
        await view(shop)
    assert len(shop.supplier.reads) == reads
