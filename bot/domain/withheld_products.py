"""Withheld products: not sold, because the supplier charged more than the price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.catalogue import Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order, OrderId

WithheldId = NewType("WithheldId", int)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A product that is not sold until the service list has its cost or an admin releases it.

    The record stays open after a release, because it has the cost that the admin accepted. It ends
    when the listed cost is at least `cost`, or when a record with a higher cost replaces it.
    """

    withheld_id: WithheldId
    product_id: ProductId
    order_id: OrderId
    """The order whose reply or row first had the higher cost."""
    listed_cost: Rupiah
    """The cost in the service list when the product was withheld."""
    cost: Rupiah
    """The highest cost that the supplier charged."""
    price: Rupiah
    """The price of the product at the listed cost."""
    withheld_at: datetime
    released_at: datetime | None = None
    released_by: CustomerId | None = None
    """The admin who released it for sale at this cost."""
    ended_at: datetime | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether the product is not sold now."""
        return self.released_at is None and self.ended_at is None


def is_sold_below(order: Order, cost: int, price: int) -> bool:
    """Return whether the `cost` charged for an order shows that its product is sold below cost.

    `price` is today's price of the product. A charge up to the listed cost at the send is no
    evidence, because the list may have changed since.
    """
    return cost > order.cost and cost > price


@dataclass(frozen=True, slots=True)
class WithheldProduct:
    """A withheld product with the facts that an admin needs."""

    withheld: Withheld
    product: Product
    open_orders: int = 0
    """The number of other open orders of the product, including queued ones."""
