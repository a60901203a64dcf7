"""Order history: a customer's orders by page, by search, the open ones, and a single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError, NotPermittedError
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.typed_input.order_search import Term, destination_term, terms_of
from bot.ports.store import Store, Transaction
from bot.services.catalogue.current import is_sold_to
from bot.services.orders.transitions import require_order
from bot.services.permissions import require, view_of, viewer_of

RECENT_READ = 30
"""How many delivered orders are read to find the distinct recent purchases."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a customer's orders, newest first; `page` counts from 0."""

    orders: Sequence[Order]
    page: int
    pages: int
    again: Sequence[Order] = ()
    """The delivered orders of this page that can be bought again, one per product and destination.

    A product that is not sold to the customer any more is left out, and so is a product and
    destination with an open order.
    """


class History:
    """Reads orders; a single order is shown only to its owner or an admin."""

    def __init__(self, store: Store, rules: ShopRules) -> None:
        self._store = store
        self._rules = rules

    async def page(self, customer_id: CustomerId, page: int, size: int) -> HistoryPage:
        """Return a page of `size` orders; a page number out of range gives the nearest page."""

        def read(tx: Transaction) -> HistoryPage:
            shown, pages = _nearest_page(page, tx.orders.count_of(customer_id), size)
            orders = tx.orders.history_of(customer_id, size, shown * size)
            return self._page_of(tx, customer_id, orders, shown, pages)

        return await self._store.read(read)

    async def search(
        self, customer_id: CustomerId, terms: Sequence[Term], page: int, size: int
    ) -> HistoryPage:
        """Return a page of the orders that match every term."""

        def read(tx: Transaction) -> HistoryPage:
            found = tx.orders.found_of(customer_id, terms)
            shown, pages = _nearest_page(page, len(found), size)
            orders = [require_order(tx, one) for one in found[shown * size :][:size]]
            return self._page_of(tx, customer_id, orders, shown, pages)

        return await self._store.read(read)

    def _page_of(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        orders: Sequence[Order],
        shown: int,
        pages: int,
    ) -> HistoryPage:
        again = _distinct_purchases(orders, tx.orders.open_of(customer_id))
        sold = _still_sold(tx, self._rules, customer_id, again)
        return HistoryPage(orders, shown, pages, sold)

    async def terms_for(self, customer_id: CustomerId, text: str) -> Sequence[Term]:
        """Return the search terms in a text; a saved number's name stands for the number.

        Empty when the text has nothing to search for.
        """
        name = " ".join(text.split()).casefold()
        saved = await self._store.read(lambda tx: tx.saved_numbers.of(customer_id))
        named = [one.destination for one in saved if one.name and one.name.casefold() == name]
        return (destination_term(named),) if named else terms_of(text)

    async def latest_for_destinations(
        self, customer_id: CustomerId, destinations: Sequence[str]
    ) -> Sequence[Order]:
        """Return the customer's open orders for these destinations.

        If there are none, the newest order for them, whatever its state; empty when there is none.
        """
        if not destinations:
            return ()

        def read(tx: Transaction) -> Sequence[Order]:
            still_open = [
                one for one in tx.orders.open_of(customer_id) if one.destination in destinations
            ]
            if still_open:
                return still_open
            found = tx.orders.found_of(customer_id, (destination_term(destinations),))
            return [require_order(tx, one) for one in found[:1]]

        return await self._store.read(read)

    async def own(self, customer_id: CustomerId, order_ids: Sequence[OrderId]) -> Sequence[Order]:
        """Return those of the given orders that are the customer's own, in the given order."""

        def read(tx: Transaction) -> Sequence[Order]:
            found = (tx.orders.get(order_id) for order_id in dict.fromkeys(order_ids))
            return [one for one in found if one is not None and one.customer_id == customer_id]

        return await self._store.read(read)

    async def recent(self, customer_id: CustomerId, count: int) -> Sequence[Order]:
        """Return the last delivered purchases, one per product and destination, newest first.

        Failed and cancelled orders are left out, and products that are not sold to the customer
        any more. So is a product and destination of which an order is open: offering it again would
        invite a double purchase.
        """

        def read(tx: Transaction) -> Sequence[Order]:
            last = tx.orders.succeeded_of(customer_id, RECENT_READ)
            again = _distinct_purchases(last, tx.orders.open_of(customer_id))
            return _still_sold(tx, self._rules, customer_id, again)[:count]

        return await self._store.read(read)

    async def open_orders(self, customer_id: CustomerId) -> Sequence[Order]:
        """Return the customer's orders that are not final, newest first."""
        return await self._store.read(lambda tx: tx.orders.open_of(customer_id))

    async def order(self, reader: Actor, order_id: OrderId) -> Order:
        """Return an order for whoever placed it, or may settle cases; these read it masked.

        Raises `NotFoundError` for everyone else.
        """

        def read(tx: Transaction) -> Order:
            order = tx.orders.get(order_id)
            if order is None:
                raise NotFoundError
            if order.customer_id != reader.customer_id:
                try:
                    require(tx, self._rules, reader, Right.CASES)
                except NotPermittedError:
                    raise NotFoundError from None
                return view_of(tx, self._rules, reader.customer_id).order(order)
            return order

        return await self._store.read(read)


def _nearest_page(page: int, count: int, size: int) -> tuple[int, int]:
    """Return the page number nearest to `page`, and the number of pages; 1 for no orders."""
    pages = max(1, -(-count // size))
    return min(max(page, 0), pages - 1), pages


def _still_sold(
    tx: Transaction, rules: ShopRules, customer_id: CustomerId, orders: Sequence[Order]
) -> list[Order]:
    """Return the orders whose products the owner still sells to the customer."""
    if tx.policy.current().selection.sells_everything:
        return list(orders)
    viewer = viewer_of(tx, rules, customer_id)
    products = {one.product_id: tx.catalogue.product(one.product_id) for one in orders}
    sold = {
        product_id
        for product_id, product in products.items()
        if product is not None and is_sold_to(tx, None, product, viewer)
    }
    return [order for order in orders if order.product_id in sold]


def _distinct_purchases(orders: Sequence[Order], still_open: Sequence[Order]) -> list[Order]:
    """Return the first delivered order per product and destination, except those still open."""
    open_keys = {_purchase_key(order) for order in still_open}
    found: dict[tuple[str, str, str, str], Order] = {}
    for order in orders:
        if order.state is OrderState.SUCCEEDED and _purchase_key(order) not in open_keys:
            found.setdefault(_purchase_key(order), order)
    return list(found.values())


def _purchase_key(order: Order) -> tuple[str, str, str, str]:
    """Return the key by which two orders count as the same purchase.

    Products are compared by name, not by id: one product listed under two codes is the same to the
    customer.
    """
    name = " ".join(order.product_name.split()).casefold()
    return order.category_type, order.main, name, order.destination
