"""The circuit breaker: three calls without an answer within five minutes stop sending."""

from bot.domain.errors import SupplierReadError
from bot.domain.order import Order, OrderState, WaitReason
from bot.services.orders.circuit_breaker import is_breaker_open
from tests.services.shop import ADMIN, BUDI, Shop

OTHER = "081299999999"


async def lose(shop: Shop, count: int, first: int = 0) -> list[Order]:
    """Send `count` orders whose answers are lost."""
    return [await shop.ambiguous(f"0812000000{n:02}") for n in range(first, first + count)]


async def is_open(shop: Shop) -> bool:
    """Return whether the breaker is open."""
    return await shop.store.read(is_breaker_open, shop.rules.account)


async def test_three_lost_answers_within_five_minutes_open_it_also_after_a_restart(
    shop: Shop,
) -> None:
    await shop.delivered_kinds()
    await lose(shop, 2)
    assert not await is_open(shop)
    await lose(shop, 1, first=2)
    assert await is_open(shop)
    assert await shop.alerts() == ["breaker_open"]
    waiting = await shop.queue(BUDI, number=OTHER)
    shop.clock.advance(6)
    await shop.wait()
    await shop.restart()
    await shop.wait()
    assert (await shop.get(waiting.order_id)).wait_reason is WaitReason.SUPPLIER_AWAY
    assert len(shop.supplier.calls) == 3


async def test_refusals_in_unknown_words_do_not_count(shop: Shop) -> None:
    """They are answers: one customer with a blocked number must not stop the shop for all."""
    await lose(shop, 1)
    for n in range(5):
        await shop.refused(f"0812111100{n:02}")
    assert (await shop.alerts()).count("unknown_refusal") == 1
    await lose(shop, 1, first=1)
    await shop.restart()
    assert not await is_open(shop)
    await lose(shop, 1, first=2)
    assert await is_open(shop)


async def test_calls_interrupted_by_a_crash_count_as_lost_answers(shop: Shop) -> None:
    """A bot that crashes in every call must not go on making calls."""
    for number in range(3):
        await shop.queue(number=f"0812000000{number:02}")
        await shop.start()
        await shop.restart()
    assert await is_open(shop)


async def test_it_closes_when_the_supplier_answers_and_no_order_is_ambiguous(shop: Shop) -> None:
    for order in await lose(shop, 3):
        shop.supplier.shows(shop.row(order, f"r{order.order_id}"))
    await shop.look_for(2)
    assert await is_open(shop)
    await shop.look_for(15)
    assert not await is_open(shop)
    waiting = await shop.queue(BUDI, number=OTHER)
    assert (await shop.start()).order_id == waiting.order_id


async def test_it_stays_open_until_a_status_call_succeeds(shop: Shop) -> None:
    await lose(shop, 3)
    shop.supplier.read_error = SupplierReadError("502")
    await shop.look_for(700)
    assert await is_open(shop)
    orders = (await shop.admin.overview(ADMIN)).unsettled
    assert {order.state for order in orders} == {OrderState.PARKED}
    shop.supplier.read_error = None
    await shop.look_for(60)
    assert not await is_open(shop)


async def test_an_admin_can_close_it_and_the_count_starts_again(shop: Shop) -> None:
    await lose(shop, 3)
    assert await shop.admin.resume(ADMIN)
    assert not await is_open(shop)
    await lose(shop, 2, first=10)
    assert not await is_open(shop)
    await lose(shop, 1, first=12)
    assert await is_open(shop)


async def test_an_open_breaker_reads_the_list_at_most_every_15_seconds(shop: Shop) -> None:
    """Every write wakes the worker, and its own writes wake the other workers."""
    orders = await lose(shop, 3)
    await shop.look_for(65)
    for order in orders:
        assert (await shop.get(order.order_id)).next_check_at is not None
    reads = len(shop.supplier.reads)
    began = shop.clock.now()
    for _ in range(45):
        shop.clock.advance(1)
        pause = await shop.reconcile.look_up()
        assert pause is not None
        assert 0 <= pause <= 15
    assert (shop.clock.now() - began).total_seconds() == 45
    assert len(shop.supplier.reads) - reads <= 4


async def test_an_open_breaker_is_checked_when_no_order_is_lost(shop: Shop) -> None:
    """Late replies settled the lost orders, so reconciliation has no other reason to read."""
    orders = await lose(shop, 3)
    for order in orders:
        shop.supplier.shows(shop.row(order, f"r{order.order_id}"))
        shop.supplier.will(shop.reply(order, f"r{order.order_id}"))
        shop.clock.at = order.sent_at or shop.clock.at
        await shop.send.carry_out(order)
    assert await is_open(shop)
    shop.supplier.read_error = SupplierReadError("502")
    assert await shop.reconcile.look_up() == 15
    assert await is_open(shop)
    shop.supplier.read_error = None
    assert await shop.reconcile.look_up() == 15
    assert await is_open(shop)
    shop.clock.advance(15)
    await shop.reconcile.look_up()
    assert not await is_open(shop)


async def test_lost_answers_count_after_the_clock_is_set_back(shop: Shop) -> None:
    """The breaker was closed at an instant that is now in the future."""
    await lose(shop, 3)
    await shop.admin.resume(ADMIN)
    shop.clock.advance(-60)
    await lose(shop, 1, first=3)
    assert await is_open(shop)
