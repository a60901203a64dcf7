"""The balance expected at the supplier, against the balance that it reports."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState
from bot.domain.supplier_balance import (
    ExpectedBalance,
    OpenCosts,
    difference,
    hours_left,
    open_costs,
    warning_level,
)
from tests.domain.samples import order


def an_order(state: OrderState, cost: int, supplier_cost: int | None = None) -> Order:
    """Return a sent order in the given state."""
    taken = None if supplier_cost is None else Rupiah(supplier_cost)
    return replace(order(), state=state, cost=Rupiah(cost), supplier_cost=taken)


def test_only_an_accepted_order_is_surely_paid() -> None:
    assert open_costs(()) == OpenCosts()
    orders = [
        an_order(OrderState.ACCEPTED, 10_000),
        an_order(OrderState.ACCEPTED, 10_000, 10_300),
        an_order(OrderState.SENDING, 1_000),
        an_order(OrderState.AMBIGUOUS, 2_000),
        an_order(OrderState.PARKED, 4_000, 4_100),
        an_order(OrderState.FAILED, 8_000),
    ]
    assert open_costs(orders) == OpenCosts(20_300, 2, 15_100, 4)


@pytest.mark.parametrize(
    ("reported", "off"),
    [
        (90_000, 0),
        (85_000, 0),
        (88_123, 0),
        (84_999, 1),
        (0, 85_000),
        (-500, 85_500),
        (90_001, -1),
        (100_000, -10_000),
    ],
)
def test_orders_in_progress_are_no_difference(reported: int, off: int) -> None:
    """An accepted order is paid, an unresolved one may be: any value between is correct."""
    assert difference(reported, [ExpectedBalance(100_000, OpenCosts(10_000, 1, 5_000, 1))]) == off


@pytest.mark.parametrize(
    ("before", "after", "reported"),
    [
        # Accepted, ended, failed or deposited during the call.
        (ExpectedBalance(100, OpenCosts()), ExpectedBalance(100, OpenCosts(10, 1)), 90),
        (ExpectedBalance(100, OpenCosts()), ExpectedBalance(100, OpenCosts(10, 1)), 100),
        (ExpectedBalance(100, OpenCosts(10, 1)), ExpectedBalance(90, OpenCosts()), 90),
        (ExpectedBalance(100, OpenCosts(10, 1)), ExpectedBalance(100, OpenCosts()), 90),
        (ExpectedBalance(100, OpenCosts(10, 1)), ExpectedBalance(100, OpenCosts()), 100),
        (ExpectedBalance(100, OpenCosts()), ExpectedBalance(150, OpenCosts()), 150),
    ],
)
def test_changes_during_the_balance_call_are_no_difference(
    before: ExpectedBalance, after: ExpectedBalance, reported: int
) -> None:
    """The reported balance is of some moment between the two snapshots."""
    assert difference(reported, [before, after]) == 0
    assert difference(89, [before, after]) > 0
    assert difference(200, [before, after]) < 0


@pytest.mark.parametrize(
    ("balance", "spent", "hours", "left"),
    [(812_000, 2_160_000, 24, 9), (812_000, 0, 24, None), (-5, 100, 24, 0), (50, 100, 72, 36)],
)
def test_a_balance_lasts_at_the_pace_of_spending(
    balance: int, spent: int, hours: int, left: int | None
) -> None:
    assert hours_left(balance, spent, timedelta(hours=hours)) == left


@pytest.mark.parametrize(
    ("balance", "limit", "level"),
    [(500, 500, 0), (499, 500, 1), (250, 500, 1), (249, 500, 2), (-1, 500, 2), (-1, 0, 0)],
)
def test_a_balance_is_low_below_the_limit_and_lower_below_half_of_it(
    balance: int, limit: int, level: int
) -> None:
    assert warning_level(balance, limit) == level
