"""Order calls without a readable answer: at most one order at the supplier."""

from __future__ import annotations

import pytest

from bot.domain.notice import Alert
from bot.domain.order import OrderState, ParkReason
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.shop_environment import PRICE, ShopEnvironment
from tests.sandbox.waiting import park

NUMBER = "081212345678"
BOUGHT = (Fault.LOST_AFTER, Fault.PROMISED_AFTER, Fault.REFUSED_503_AFTER)
NOT_BOUGHT = (Fault.LOST_BEFORE, Fault.PROMISED_BEFORE, Fault.REFUSED_503_BEFORE)
"""The other faults are among the scenarios."""
MISREAD = (Fault.FOREIGN_ECHO, Fault.DUPLICATE_REF)


@pytest.fixture
async def shop(environment: ShopEnvironment) -> ShopEnvironment:
    """The running bot, with a supplier time-out of one second."""
    environment.env["SUPPLIER_TIMEOUT_SECONDS"] = "1"
    environment.supplier.fault_settings.slow_seconds = 1.3
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    return environment


@pytest.mark.parametrize("fault", BOUGHT)
@pytest.mark.usefixtures("each_database")
async def test_an_order_bought_with_a_lost_answer_is_found(
    shop: ShopEnvironment, fault: Fault
) -> None:
    shop.supplier.fail_next_order(fault)
    screen = await shop.sarah.quote(NUMBER)
    number = await shop.sarah.confirm(screen)
    await shop.reaches(number, OrderState.AMBIGUOUS)
    await shop.sarah.sees_in(screen.message_id, "Being checked")
    assert (await shop.wallet(SARAH.user_id)).held == PRICE
    shop.pass_time(seconds=4)
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert shop.bought(NUMBER)[0].voucher in (await shop.sarah.sees("SN[0-9]+")).text
    await shop.sarah.sees_in(screen.message_id, "Done")
    assert_never_failed(shop)


@pytest.mark.parametrize("fault", NOT_BOUGHT)
@pytest.mark.usefixtures("each_database")
async def test_an_order_that_was_not_bought_waits_for_an_admin(
    shop: ShopEnvironment, fault: Fault
) -> None:
    """A missing row is no proof: nothing is sent again or refunded automatically."""
    shop.supplier.fail_next_order(fault)
    number = await shop.sarah.buy(NUMBER)
    order = await park(shop, number)
    assert order.park_reason is ParkReason.PROBABLY_NOT_PLACED
    await shop.sarah.sees("Being checked by hand. Your money is safe")
    await shop.admin.sees(number)
    assert (await shop.wallet(SARAH.user_id)).held == PRICE
    assert (shop.supplier.order_calls, shop.supplier.orders) == (1, [])
    assert not shop.sarah.was_shown("❌")


@pytest.mark.parametrize("fault", MISREAD)
async def test_an_answer_about_another_order_parks_the_order(
    shop: ShopEnvironment, fault: Fault
) -> None:
    first = await shop.budi.buy("081200010001")
    await shop.reaches(first, OrderState.SUCCEEDED)
    shop.supplier.fail_next_order(fault)
    number = await shop.sarah.buy(NUMBER)
    order = await shop.reaches(number, OrderState.PARKED)
    assert order.park_reason is ParkReason.FOREIGN_REPLY
    assert order.suspect_ref_id in {one.ref_id for one in shop.supplier.orders}
    assert number in (await shop.admin.sees(order.suspect_ref_id or "-")).text
    await shop.sarah.sees("Being checked by hand")
    shop.pass_time(seconds=61)
    found = await shop.reaches(number, OrderState.SUCCEEDED)
    assert found.ref_id == shop.bought(NUMBER)[0].ref_id
    await shop.sarah.sees(shop.bought(NUMBER)[0].voucher)
    assert_never_failed(shop)


async def test_a_slow_answer_before_the_time_out_is_accepted(shop: ShopEnvironment) -> None:
    """The panel asks its own supplier meanwhile, so answers just before the time-out are usual."""
    shop.supplier.fault_settings.slow_seconds = 0.5
    number = await shop.sarah.buy("081200000010")
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert not shop.sarah.was_shown("Being checked")


async def test_three_lost_answers_stop_sending(shop: ShopEnvironment) -> None:
    shop.supplier.fail_next_order(*[Fault.LOST_AFTER] * 3)
    lost = [await shop.budi.buy(f"08120001010{n}") for n in range(3)]
    for number in lost:
        await shop.reaches(number, OrderState.AMBIGUOUS)
    waiting = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    assert "✕ Cancel the order" in shop.sarah.labels()
    alert = await shop.read(lambda tx: tx.conditions.get(f"alert:{Alert.BREAKER_OPEN}"))
    assert alert is not None
    assert shop.supplier.order_calls == 3
    shop.pass_time(seconds=4)
    for number in (*lost, waiting):
        await shop.reaches(number, OrderState.SUCCEEDED)
    assert shop.supplier.order_calls == 4


async def test_a_second_order_for_a_target_in_doubt_waits(shop: ShopEnvironment) -> None:
    """The second customer must not learn of the first order."""
    shop.supplier.fail_next_order(Fault.LOST_AFTER)
    first = await shop.budi.buy(NUMBER)
    await shop.reaches(first, OrderState.AMBIGUOUS)
    second = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("another order for this number is being checked first")
    assert first not in shop.sarah.texts
    shop.pass_time(seconds=4)
    ended = [await shop.reaches(number, OrderState.SUCCEEDED) for number in (first, second)]
    assert {order.ref_id for order in ended} == {one.ref_id for one in shop.bought(NUMBER)}
    assert len(shop.bought(NUMBER)) == 2


def assert_never_failed(shop: ShopEnvironment) -> None:
    """Check that no customer read of a failure, and that each paid order was bought once."""
    assert not shop.budi.was_shown("❌")
    assert not shop.sarah.was_shown("❌")
    assert len(shop.bought(NUMBER)) <= 1
