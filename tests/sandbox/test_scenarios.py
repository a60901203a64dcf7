"""Every scenario that a destination's last digits choose; test_refusals has the refused ones."""

from __future__ import annotations

import pytest

from bot.domain.order import Order, OrderState
from bot.sandbox.supplier.faults import SCENARIOS
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

DONE, FAILED, PARKED = OrderState.SUCCEEDED, OrderState.FAILED, OrderState.PARKED
OUTCOMES = {
    "0001": DONE,
    "0002": FAILED,
    "0003": PARKED,
    "0004": PARKED,
    "0005": PARKED,
    "0006": DONE,
    "0007": DONE,
    "0010": DONE,
    "0011": DONE,
    "0012": PARKED,
    "0013": DONE,
    "0014": PARKED,
    "0015": DONE,
    "0016": DONE,
    "0017": DONE,
    "0018": DONE,
    "0019": DONE,
    "0020": DONE,
    "0021": DONE,
    "0022": DONE,
    "0023": PARKED,
}
"""The outcome of an order one day later, by the last four digits of its destination."""
SOON_SECONDS = (4, 8, 20, 40)
MONEY = {
    DONE: (FUNDS - PRICE, 0),
    FAILED: (FUNDS, 0),
    PARKED: (FUNDS, PRICE),
}


def test_every_scenario_has_an_expected_outcome() -> None:
    assert set(OUTCOMES) == set(SCENARIOS)


@pytest.mark.parametrize("digits", OUTCOMES)
async def test_each_scenario_has_its_outcome(environment: ShopEnvironment, digits: str) -> None:
    """At most one order at the supplier; a customer who read "checked" must not read "failed"."""
    environment.env["SUPPLIER_TIMEOUT_SECONDS"] = "1"
    environment.supplier.fault_settings.slow_seconds = 1.3
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    await environment.reaches(await environment.budi.buy("081200000101"), DONE)
    destination = f"08120000{digits}"
    number = await environment.sarah.buy(destination)
    order = await a_day_later(environment, number)
    assert order.state is OUTCOMES[digits]
    sold = len(environment.bought(destination))
    assert sold <= 1
    assert sold == 1 or order.state is not DONE
    assert (environment.supplier.order_calls, order.send_attempts) == (2, 1)
    wallet = await environment.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == MONEY[order.state]
    if order.state is FAILED:
        await environment.sarah.sees("Your money is back")
    else:
        assert not environment.sarah.was_shown("❌")


async def a_day_later(environment: ShopEnvironment, number: str) -> Order:
    """Move the clock by a day, unless the order is final before."""
    await environment.until_true(lambda: was_called(environment, number))
    for seconds in (*SOON_SECONDS, *[61] * 30, 86_400, 61):
        if (await environment.order(number)).state.is_final:
            break
        environment.pass_time(seconds=seconds)
        # One turn of the bot's loop, in which it starts all due work.
        await environment.sarah.say("/balance", shows="Your balance")
    return await environment.reaches(number, OUTCOMES[digits_of(await environment.order(number))])


async def was_called(environment: ShopEnvironment, number: str) -> bool:
    """Return whether the supplier was called for the order, and the call is over."""
    order = await environment.order(number)
    return order.send_attempts > 0 and order.state is not OrderState.SENDING


def digits_of(order: Order) -> str:
    """Return the digits that choose the scenario."""
    return order.destination[-4:]
