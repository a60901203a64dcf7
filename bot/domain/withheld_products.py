"""Products held back from sale: the supplier took more for one than it is sold for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.catalogue import Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderId

WithheldId = NewType("WithheldId", int)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A product that is not sold until the list names its cost or an admin releases it.

    It stays open after a release, so that the cost which the admin accepted is known. It ends
    when the list names at least `cost`, or when a still higher cost takes its place.
    """

    withheld_id: WithheldId
    product_id: ProductId
    order_id: OrderId
    """The order whose reply or row named the cost first."""
    listed_cost: Rupiah
    """What the list said when it was withheld."""
    cost: Rupiah
    """The highest cost that the supplier named."""
    price: Rupiah
    """What it was sold for, by the listed cost."""
    withheld_at: datetime
    released_at: datetime | None = None
    released_by: int | None = None
    """The admin who lets it be sold at this cost."""
    ended_at: datetime | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether the product is not sold now."""
        return self.released_at is None and self.ended_at is None


def is_sold_below(order: Order, cost: int, price: int) -> bool:
    """Return whether a cost named for an order shows that its product is sold below cost.

    `price` is what the product is sold for today. A cost that the list named when the order was
    sent says nothing against a list that is newer.
    """
    return cost > order.cost and cost > price


@dataclass(frozen=True, slots=True)
class WithheldProduct:
    """A product that is held back from sale, as an admin needs it."""

    withheld: Withheld
    product: Product
    open_orders: int = 0
    """How many others of it were open beside the order that told, those in the queue included."""
