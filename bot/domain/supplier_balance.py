"""The shop's balance at the supplier: compares the expected balance with the reported one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.order import Order, OrderState


@dataclass(frozen=True, slots=True)
class OpenCosts:
    """The costs, in whole rupiah, of orders that were sent and are not final at the supplier."""

    taken: int = 0
    """The cost of accepted orders: the supplier charges an order when it accepts it."""
    taken_count: int = 0
    unclear: int = 0
    """The cost of the other orders: charged, not charged, or already refunded."""
    unclear_count: int = 0


def open_costs(orders: Iterable[Order]) -> OpenCosts:
    """Return the costs of orders that were sent and are not final at the supplier.

    Only an accepted order is certainly charged. It is unknown whether a sending or ambiguous order
    is charged; a parked order may have been refunded, or its row may belong to another order.
    """
    taken: list[int] = []
    unclear: list[int] = []
    for order in orders:
        cost = order.charged
        (taken if order.state is OrderState.ACCEPTED else unclear).append(cost)
    return OpenCosts(sum(taken), len(taken), sum(unclear), len(unclear))


@dataclass(frozen=True, slots=True)
class ExpectedBalance:
    """The balance at the supplier that our ledger expects at one moment, in whole rupiah."""

    tracked: int
    """Deposits recorded with /deposit, minus the costs of final orders."""
    open_costs: OpenCosts

    @property
    def most(self) -> int:
        """The expected balance if none of the unclear orders was charged."""
        return self.tracked - self.open_costs.taken

    @property
    def least(self) -> int:
        """The expected balance if all of the unclear orders were charged."""
        return self.most - self.open_costs.unclear


def difference(reported: int, moments: Iterable[ExpectedBalance]) -> int:
    """Return the expected balance minus the reported one, in rupiah; 0 within the expected range.

    Orders may change during the call to the supplier, so `moments` has the expectations before and
    after it, and a reported balance within their common range is no difference. An order that the
    supplier has refunded makes the result negative until its row is read.
    """
    least = min(moment.least for moment in moments)
    most = max(moment.most for moment in moments)
    if reported < least:
        return least - reported
    return min(0, most - reported)


def hours_left(balance: int, spent: int, over: timedelta) -> int | None:
    """Return for how many whole hours a balance lasts if it is spent at the given pace.

    `spent` is in rupiah. None if nothing was spent.
    """
    if spent <= 0:
        return None
    return int(max(0, balance) * over / timedelta(hours=1) / spent)


def warning_level(balance: int, limit: int) -> int:
    """Return how low a balance is: 1 below the limit, 2 below half of it, else 0.

    Both are in rupiah; a limit of 0 is none.
    """
    if not limit or balance >= limit:
        return 0
    return 2 if 2 * balance < limit else 1
