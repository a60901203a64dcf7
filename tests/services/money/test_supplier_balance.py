"""/balance with orders under way: what the supplier has taken for them is no difference."""

from bot.domain.errors import SupplierOutcomeUnknownError
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.supplier_balance import UnderWay
from tests.services.shop import ADMIN, Shop

COST = 10_200
OTHER = "081299999999"


async def noted(shop: Shop, amount: int) -> None:
    """Note what was paid to the supplier."""
    proposed = await shop.wallets.propose_deposit(ADMIN, amount)
    await shop.wallets.deposit(ADMIN, proposed.token)


async def test_an_accepted_order_is_subtracted_before_a_difference_is_told(shop: Shop) -> None:
    """Paid to the panel already, and in our books only once it is over."""
    await noted(shop, 500_000)
    order = await shop.accepted()
    shop.supplier.deposit = Rupiah(500_000 - COST)
    report = await shop.admin.balance(ADMIN)
    assert (report.tracked_balance, report.under_way) == (500_000, UnderWay(COST, 1))
    assert report.difference == 0
    shop.supplier.deposit = Rupiah(500_000 - COST - 70_000)
    assert (await shop.admin.balance(ADMIN)).difference == 70_000
    shop.supplier.deposit = Rupiah(500_000)
    assert (await shop.admin.balance(ADMIN)).difference == -COST
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    shop.supplier.deposit = Rupiah(500_000 - COST)
    report = await shop.admin.balance(ADMIN)
    assert (report.tracked_balance, report.under_way) == (500_000 - COST, UnderWay())
    assert report.difference == 0


async def test_an_order_that_is_looked_for_may_be_paid_or_not(shop: Shop) -> None:
    """Neither is a difference; a queued order was not sent, so it is no part of this."""
    await noted(shop, 500_000)
    await shop.queue()
    await shop.send_next(SupplierOutcomeUnknownError("timeout"))
    await shop.queue(number=OTHER)
    for deposit in (500_000, 500_000 - COST):
        shop.supplier.deposit = Rupiah(deposit)
        report = await shop.admin.balance(ADMIN)
        assert report.under_way == UnderWay(0, 0, COST, 1)
        assert report.difference == 0
    shop.supplier.deposit = Rupiah(500_001)
    assert (await shop.admin.balance(ADMIN)).difference == -1
    shop.supplier.deposit = Rupiah(500_000 - COST - 1)
    assert (await shop.admin.balance(ADMIN)).difference == 1


async def test_a_refunded_order_whose_row_is_watched_may_still_be_paid(shop: Shop) -> None:
    """The admin gave the money back; the supplier may have taken it, until the row is final."""
    await noted(shop, 500_000)
    order = await shop.accepted()
    shop.clock.advance(24 * 3600)
    shop.supplier.says("r1", "waiting")
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    await shop.insist_on_refund(ADMIN, order.order_id)
    for deposit in (500_000, 500_000 - COST):
        shop.supplier.deposit = Rupiah(deposit)
        report = await shop.admin.balance(ADMIN)
        assert (report.difference, report.under_way.unclear_count) == (0, 1)
    shop.supplier.says("r1", "failed")
    shop.clock.advance(120)
    await shop.reconcile.poll()
    assert (await shop.admin.balance(ADMIN)).under_way == UnderWay()


async def test_a_balance_that_nobody_reports_differs_from_nothing(shop: Shop) -> None:
    """What is under way is told all the same."""
    await shop.accepted()
    shop.supplier.deposit = None
    report = await shop.admin.balance(ADMIN)
    assert (report.difference, report.under_way) == (0, UnderWay(COST, 1))
