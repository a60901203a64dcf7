"""The shop's money at the supplier: what our books expect there, against what it reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.order import Order, OrderState


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Orders that were sent and have no final status at the supplier, in whole rupiah."""

    taken: int = 0
    """What those cost that it has accepted: it takes the money when it accepts an order."""
    taken_count: int = 0
    unclear: int = 0
    """What the others cost: it may have taken the money, not taken it, or given it back."""
    unclear_count: int = 0


def under_way(orders: Iterable[Order]) -> UnderWay:
    """Return what these orders cost, which were sent and are not final at the supplier.

    Only an accepted one is surely paid: of one that is being sent or looked for nobody knows, and
    a parked one may have been given back, or be another's.
    """
    taken: list[int] = []
    unclear: list[int] = []
    for order in orders:
        cost = order.cost if order.supplier_cost is None else order.supplier_cost
        (taken if order.state is OrderState.ACCEPTED else unclear).append(cost)
    return UnderWay(sum(taken), len(taken), sum(unclear), len(unclear))


@dataclass(frozen=True, slots=True)
class Expected:
    """What our books say of the balance at the supplier at one moment, in whole rupiah."""

    tracked: int
    """Deposits noted with /deposit, less what orders cost that came to their end."""
    under_way: UnderWay

    @property
    def most(self) -> int:
        """What is there if none of the unclear orders was paid."""
        return self.tracked - self.under_way.taken

    @property
    def least(self) -> int:
        """What is there if all of the unclear orders were paid."""
        return self.most - self.under_way.unclear


def difference(reported: int, moments: Iterable[Expected]) -> int:
    """Return by how much our books are off, in rupiah: above 0 they say more than is there.

    The supplier is asked for a while, in which orders move: what fits our books before, after or
    between the `moments` is no difference. An order that it takes back before we have seen it
    shows as money too much there, until its row is read.
    """
    least = min(one.least for one in moments)
    most = max(one.most for one in moments)
    if reported < least:
        return least - reported
    return min(0, most - reported)
