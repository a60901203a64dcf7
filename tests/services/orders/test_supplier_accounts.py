"""Another supplier account: nothing learned or counted on the old account applies to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import SupplierReadError, SupplierRowsUnreadError
from bot.domain.order import OrderState, ParkReason, WaitReason
from bot.services.orders.circuit_breaker import is_breaker_open
from bot.services.orders.supplier_clock import SupplierClock, clock_of
from bot.services.restores import restore_state
from bot.services.supplier_accounts import StrandedOrdersError, require_own_orders
from bot.services.supplier_health import SupplierAlerts, SupplierHealth
from tests.services.shop import ADMIN, BUDI, NUMBER, Shop

OLD, NEW = "U1", "U2"
HOUR = 3_600.0


async def move_to(shop: Shop, account: str) -> None:
    """Restart the shop with another OSIMESA_USER_ID, a minute later."""
    shop.clock.advance(60)
    shop.rules = replace(shop.rules, account=account)
    shop.supplier.rows.clear()
    await shop.restart()


async def sell(shop: Shop, count: int, off: float) -> None:
    """Sell `count` orders with row dates `off` seconds from our clock."""
    for _ in range(count):
        known = await shop.store.read(lambda tx: tx.orders.newest_send(shop.rules.account))
        ref_id, number = f"r{known[0]}", f"08120001{known[0]:04}"
        order = await shop.queue(BUDI, number=number)
        order = await shop.send_next(shop.reply(order, ref_id))
        made_at = (order.sent_at or shop.clock.now()) + timedelta(seconds=off)
        row = shop.row(order, ref_id, created_at=made_at, status_word="success")
        shop.supplier.shows(row)
        await shop.poll_for(6)


async def clock(shop: Shop, account: str) -> SupplierClock:
    """Return the learned clock skew of an account."""
    return await shop.store.read(clock_of, account)


# --- clock skew ---


@pytest.mark.parametrize("hours", [7, -8, 0.5])
async def test_each_account_learns_and_keeps_its_own_clock_skew(shop: Shop, hours: float) -> None:
    await sell(shop, 4, hours * HOUR)
    old = await clock(shop, OLD)
    assert abs(old.skew - timedelta(hours=hours)) <= timedelta(seconds=1)
    await move_to(shop, NEW)
    assert await clock(shop, NEW) == SupplierClock()
    await sell(shop, 1, 90)
    assert (await clock(shop, NEW)).skew == timedelta(seconds=90)
    assert await clock(shop, OLD) == old
    await move_to(shop, OLD)
    await sell(shop, 1, hours * HOUR)
    assert (await clock(shop, OLD)).skew == old.skew


@pytest.mark.parametrize("hours", [7, -7])
async def test_a_lost_order_is_found_by_the_clock_skew_of_its_own_account(
    shop: Shop, hours: int
) -> None:
    await sell(shop, 5, hours * HOUR)
    await move_to(shop, NEW)
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "mine"))
    await shop.look_for(60)
    assert (await shop.get(lost.order_id)).ref_id == "mine"


@pytest.mark.parametrize("hours", [7, -7])
async def test_the_rows_for_a_parked_order_of_a_new_account_are_offered(
    shop: Shop, hours: int
) -> None:
    await sell(shop, 5, hours * HOUR)
    await move_to(shop, NEW)
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, "a"))
    shop.supplier.shows(shop.row(parked, "b"))
    await shop.recon.compare(ADMIN)
    shop.supplier.rows.clear()
    offered = (await shop.admin.order_evidence(ADMIN, parked.order_id)).candidates
    assert {row.ref_id for row in offered} == {"a", "b"}


@pytest.mark.parametrize("off", [1, 180, -700, 7 * HOUR + 400])
@pytest.mark.parametrize("echo", ["0812****7890", "ANNI"])
async def test_a_masked_row_of_a_new_account_keeps_a_refused_order_from_failing(
    shop: Shop, off: float, echo: str
) -> None:
    """The answer "Something went wrong" may come although the goods were bought."""
    await sell(shop, 5, 7 * HOUR)
    await move_to(shop, NEW)
    lost = await shop.refused()
    made_at = (lost.sent_at or shop.clock.now()) + timedelta(seconds=off)
    shop.supplier.shows(shop.row(lost, "m1", destination=echo, created_at=made_at))
    await shop.look_for(700)
    assert await shop.outcome_of(lost) == (OrderState.PARKED, ParkReason.UNKNOWN)


# --- counts ---


async def test_sends_until_the_next_comparison_are_counted_per_account(shop: Shop) -> None:
    """40 sends of the old account must not delay the new one's first comparison."""
    await shop.credit(BUDI, 1_000_000)
    await sell(shop, 40, 1)
    await shop.recon.step()
    await move_to(shop, NEW)
    assert await shop.recon.step() == 600
    assert shop.supplier.reads[-1] == "list reconcile"
    await sell(shop, 9, 1)
    reads = len(shop.supplier.reads)
    await shop.recon.step()
    assert len(shop.supplier.reads) == reads
    await sell(shop, 1, 1)
    await shop.recon.step()
    assert shop.supplier.reads[-1] == "list reconcile"


async def test_after_a_restore_each_account_must_be_compared_before_resuming(shop: Shop) -> None:
    await shop.store.write(restore_state, shop.rules, 1, shop.clock.now())
    shop.clock.advance(60)
    await shop.recon.compare(ADMIN)
    await move_to(shop, NEW)
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(SupplierRowsUnreadError):
        await shop.admin.resume(ADMIN)
    await move_to(shop, OLD)
    assert await shop.admin.resume(ADMIN)


# --- the breaker ---


async def lose_three(shop: Shop, first: int = 0) -> None:
    """Lose three answers, which opens the breaker; then list the orders as successful."""
    for number in range(first, first + 3):
        lost = await shop.ambiguous(f"0812000000{number:02}")
        shop.supplier.shows(shop.row(lost, f"l{number}", status_word="success"))


async def test_an_open_breaker_stops_only_its_own_account(shop: Shop) -> None:
    await lose_three(shop)
    assert await shop.store.read(is_breaker_open, OLD)
    await move_to(shop, NEW)
    assert (await shop.admin.overview(ADMIN)).breaker_open_since is None
    waiting = await shop.queue(number=NUMBER)
    sent = await shop.send_next(shop.reply(waiting, "n1", status_word="success"))
    assert sent.state is OrderState.SUCCEEDED
    await shop.look_for(60)
    assert not await shop.admin.resume(ADMIN)
    assert await shop.store.read(is_breaker_open, OLD)
    await move_to(shop, OLD)
    assert (await shop.admin.overview(ADMIN)).breaker_open_since is not None
    held = await shop.queue(BUDI)
    shop.clock.advance(6)
    await shop.wait()
    assert (await shop.get(held.order_id)).wait_reason is WaitReason.SUPPLIER_AWAY
    assert await shop.admin.resume(ADMIN)


async def test_closing_the_breaker_of_one_account_does_not_affect_another(shop: Shop) -> None:
    await lose_three(shop)
    assert await shop.admin.resume(ADMIN)
    await move_to(shop, NEW)
    await shop.delivered_kinds()
    await SupplierAlerts(shop.store, SupplierHealth(), shop.rules, shop.clock).step()
    assert await shop.alerts() == []
    await lose_three(shop, first=10)
    assert await shop.store.read(is_breaker_open, NEW)
    assert not await shop.store.read(is_breaker_open, OLD)


async def test_a_shop_does_not_start_while_another_account_has_open_orders(shop: Shop) -> None:
    order = await shop.queue()
    await shop.store.read(require_own_orders, OLD)
    with pytest.raises(StrandedOrdersError, match=r"^1 open orders .* \(U1: 1\)"):
        await shop.store.read(require_own_orders, NEW)
    await shop.buy.cancel(order.customer_id, order.order_id)
    await shop.store.read(require_own_orders, NEW)
