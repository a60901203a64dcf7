"""/balance with open orders: money that the supplier took for them is no difference."""

from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.supplier_balance import OpenCosts
from tests.services.shop import ADMIN, Shop

COST = 10_200


async def noted(shop: Shop) -> None:
    """Record a deposit of 500,000 at the supplier."""
    proposed = await shop.supplier_deposit.propose(ADMIN, 500_000)
    await shop.supplier_deposit.record(ADMIN, proposed.token)


async def difference(shop: Shop, reported: int) -> int:
    """Return the difference shown when the panel reports this balance."""
    shop.supplier.deposit = Rupiah(reported)
    return (await shop.admin.balance(ADMIN)).difference


async def test_the_cost_of_accepted_orders_is_subtracted_from_the_difference(shop: Shop) -> None:
    """The panel has taken their cost; our books record it when they end."""
    await noted(shop)
    order = await shop.accepted()
    report = await shop.admin.balance(ADMIN)
    assert (report.tracked_balance, report.open_costs) == (500_000, OpenCosts(COST, 1))
    assert await difference(shop, 500_000 - COST - 70_000) == 70_000
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    report = await shop.admin.balance(ADMIN)
    assert (report.tracked_balance, report.open_costs) == (500_000 - COST, OpenCosts())
    assert await difference(shop, 500_000 - COST) == 0


async def test_the_cost_of_ambiguous_orders_is_tolerated_either_way(shop: Shop) -> None:
    """A queued order was not sent and does not count."""
    await noted(shop)
    await shop.ambiguous()
    await shop.queue(number="081299999999")
    assert (await shop.admin.balance(ADMIN)).open_costs == OpenCosts(0, 0, COST, 1)
    assert await difference(shop, 500_001) == -1
    assert await difference(shop, 500_000 - COST) == 0


async def test_the_cost_of_refunded_orders_is_tolerated_until_the_row_is_final(shop: Shop) -> None:
    await noted(shop)
    order = await shop.accepted()
    shop.clock.advance(24 * 3600)
    shop.supplier.says("r1", "waiting")
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    await shop.insist_on_refund(ADMIN, order.order_id)
    assert (await shop.admin.balance(ADMIN)).open_costs.unclear_count == 1
    for reported in (500_000, 500_000 - COST):
        assert await difference(shop, reported) == 0
    shop.supplier.says("r1", "failed")
    shop.clock.advance(120)
    await shop.reconcile.poll()
    assert (await shop.admin.balance(ADMIN)).open_costs == OpenCosts()


async def test_without_a_reported_balance_there_is_no_difference(shop: Shop) -> None:
    await shop.accepted()
    shop.supplier.deposit = None
    report = await shop.admin.balance(ADMIN)
    assert (report.difference, report.open_costs) == (0, OpenCosts(COST, 1))
