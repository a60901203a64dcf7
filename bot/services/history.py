"""A customer's own orders: the list, one of them, and the open ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.catalogue import ProductId
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.rules import ShopRules
from bot.ports import Store, Transaction

RECENT_READ = 30
"""How far back the last purchases are looked for."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a customer's orders, newest first; pages count from 0."""

    orders: Sequence[Order]
    page: int
    pages: int
    again: Sequence[Order] = ()
    """Those of the page that can be bought once more, each product and destination once."""


class History:
    """Reads orders, and shows each only to its owner or an admin."""

    def __init__(self, store: Store, rules: ShopRules) -> None:
        """Read from the store at every call."""
        self._store = store
        self._rules = rules

    async def page(self, customer_id: CustomerId, page: int, size: int) -> HistoryPage:
        """Return one page; a page beyond the last is the last."""

        def read(tx: Transaction) -> HistoryPage:
            pages = max(1, -(-tx.orders.count_of(customer_id) // size))
            shown = min(max(page, 0), pages - 1)
            orders = tx.orders.history_of(customer_id, size, shown * size)
            again = _each_once(orders, tx.orders.open_of(customer_id))
            return HistoryPage(orders, shown, pages, again)

        return await self._store.read(read)

    async def recent(self, customer_id: CustomerId, count: int) -> Sequence[Order]:
        """Return the last purchases, each product and destination once, newest first.

        What is under way is none yet: it would be bought twice.
        """

        def read(tx: Transaction) -> Sequence[Order]:
            last = tx.orders.history_of(customer_id, RECENT_READ, 0)
            made = [order for order in last if order.state is not OrderState.CANCELLED]
            return _each_once(made, tx.orders.open_of(customer_id))[:count]

        return await self._store.read(read)

    async def open_orders(self, customer_id: CustomerId) -> Sequence[Order]:
        """Return the orders that are not over, newest first."""
        return await self._store.read(lambda tx: tx.orders.open_of(customer_id))

    async def order(self, reader_id: int, order_id: OrderId) -> Order:
        """Return an order to its owner or an admin; raises `NotFoundError` for anyone else."""
        order = await self._store.read(lambda tx: tx.orders.get(order_id))
        if order is None or (
            order.customer_id != reader_id and not self._rules.is_admin(reader_id)
        ):
            raise NotFoundError
        return order


def _each_once(orders: Sequence[Order], under_way: Sequence[Order]) -> list[Order]:
    """Return the first order of each product and destination of which none is under way."""
    taken = {_what_for(order) for order in under_way}
    found: dict[tuple[ProductId, str], Order] = {}
    for order in orders:
        if order.state.is_final and _what_for(order) not in taken:
            found.setdefault(_what_for(order), order)
    return list(found.values())


def _what_for(order: Order) -> tuple[ProductId, str]:
    return order.product_id, order.destination
