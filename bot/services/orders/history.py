"""A customer's own orders: the list, one of them, and the open ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.order_search import Term, term_for, terms_of
from bot.ports.store import Store, Transaction

RECENT_READ = 30
"""How many of the last purchases are looked at, of which the same ones count once."""


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
        return await self.found(customer_id, (), page, size)

    async def found(
        self, customer_id: CustomerId, terms: Sequence[Term], page: int, size: int
    ) -> HistoryPage:
        """Return one page of the orders that fit every term, likewise."""

        def read(tx: Transaction) -> HistoryPage:
            orders = tx.orders
            count = (
                orders.count_fitting_of(customer_id, terms)
                if terms
                else orders.count_of(customer_id)
            )
            pages = max(1, -(-count // size))
            shown = min(max(page, 0), pages - 1)
            start = shown * size
            found = (
                orders.fitting_of(customer_id, terms, size, start)
                if terms
                else orders.history_of(customer_id, size, start)
            )
            again = _distinct_purchases(found, orders.open_of(customer_id))
            return HistoryPage(found, shown, pages, again)

        return await self._store.read(read)

    async def terms_for(self, customer_id: CustomerId, text: str) -> Sequence[Term]:
        """Return what a text looks for among one's orders; one's name for a number is the number.

        Empty where it says nothing to look for.
        """
        name = " ".join(text.split()).casefold()
        saved = await self._store.read(lambda tx: tx.saved_numbers.of(customer_id))
        named = [one.destination for one in saved if one.name and one.name.casefold() == name]
        return (term_for(named),) if named else terms_of(text)

    async def bound_for(
        self, customer_id: CustomerId, destinations: Sequence[str]
    ) -> Sequence[Order]:
        """Return one's orders under way for some destinations, else the last one for them."""
        if not destinations:
            return ()

        def read(tx: Transaction) -> Sequence[Order]:
            under_way = [
                one for one in tx.orders.open_of(customer_id) if one.destination in destinations
            ]
            return under_way or tx.orders.fitting_of(customer_id, (term_for(destinations),), 1, 0)

        return await self._store.read(read)

    async def own(self, customer_id: CustomerId, order_ids: Sequence[OrderId]) -> Sequence[Order]:
        """Return those of some orders that are the customer's own, in their order."""

        def read(tx: Transaction) -> Sequence[Order]:
            found = (tx.orders.get(order_id) for order_id in dict.fromkeys(order_ids))
            return [one for one in found if one is not None and one.customer_id == customer_id]

        return await self._store.read(read)

    async def recent(self, customer_id: CustomerId, count: int) -> Sequence[Order]:
        """Return the last purchases, each product and destination once, newest first.

        Only what was delivered: an order that failed or was cancelled is none, nor is one under
        way, which would be bought twice.
        """

        def read(tx: Transaction) -> Sequence[Order]:
            last = tx.orders.succeeded_of(customer_id, RECENT_READ)
            return _distinct_purchases(last, tx.orders.open_of(customer_id))[:count]

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


def _distinct_purchases(orders: Sequence[Order], under_way: Sequence[Order]) -> list[Order]:
    """Return the first delivered order of each product and destination, none of it under way."""
    open_keys = {_purchase_key(order) for order in under_way}
    found: dict[tuple[str, str, str, str], Order] = {}
    for order in orders:
        if order.state is OrderState.SUCCEEDED and _purchase_key(order) not in open_keys:
            found.setdefault(_purchase_key(order), order)
    return list(found.values())


def _purchase_key(order: Order) -> tuple[str, str, str, str]:
    """Return what was bought for whom: the same name of two sources is the same thing."""
    name = " ".join(order.product_name.split()).casefold()
    return order.category_type, order.main, name, order.destination
