"""The repository of orders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId, Order, OrderId, OrderState, WaitReason
from bot.domain.sales import Sales
from bot.domain.typed_input.order_search import Term


class Orders(Protocol):
    """The orders, and the counts that guard the sending; `account` is the supplier account."""

    def add(self, order: Order) -> Order:
        """Store a new order (its `order_id` is ignored) and return it with its id."""
        ...

    def get(self, order_id: OrderId) -> Order | None:
        """Return an order."""
        ...

    def save(self, order: Order) -> Order:
        """Store a changed order and return it with its next version.

        Raises `StaleOrderError` when its version is no longer the stored one, `DuplicateError`
        when its ref_id is claimed, or another unresolved order has its service and destination.
        """
        ...

    def claimed_among(self, account: str, ref_ids: Collection[str]) -> frozenset[str]:
        """Return those ref_ids that an order has claimed."""
        ...

    def by_ref(self, account: str, ref_id: str) -> Order | None:
        """Return the order that claimed a ref_id."""
        ...

    def claimed_since(self, account: str, send_number: int) -> frozenset[str]:
        """Return the ref_ids claimed by orders whose send number is greater."""
        ...

    def oldest_queued(self, account: str) -> datetime | None:
        """Return when the oldest queued order was made; None when the queue is empty."""
        ...

    def queued_until(self, account: str, until: datetime, limit: int) -> list[Order]:
        """Return the queued orders made by then, oldest first."""
        ...

    def queued_of_withheld(self, account: str, limit: int) -> list[Order]:
        """Return the queued orders of products that are withheld from sale, oldest first."""
        ...

    def sendable(
        self, account: str, since: datetime, after: Order | None, limit: int
    ) -> list[Order]:
        """Return the queued orders made after `since` that need not wait for their target.

        A target is the product and destination of an unresolved order. Those with the fewest
        attempts come first, and of them the oldest; the page begins after the order `after`.
        """
        ...

    def untold(self, account: str, reason: WaitReason, limit: int) -> list[Order]:
        """Return queued orders that are not said to wait for this reason yet, oldest first.

        For SAME_TARGET only those that an unresolved order keeps waiting.
        """
        ...

    def in_states(self, account: str, states: Collection[OrderState]) -> list[Order]:
        """Return the orders in these states, oldest first."""
        ...

    def unfinished(self) -> list[Order]:
        """Return the orders of every account that are not over, oldest first."""
        ...

    def due(
        self,
        account: str,
        states: Collection[OrderState],
        until: datetime,
        limit: int,
        *,
        has_ref: bool,
    ) -> list[Order]:
        """Return orders of these states whose `next_look_at` is `until` or before, due first.

        Either those that have claimed a ref_id, or those that have not.
        """
        ...

    def next_due(self, account: str, states: Collection[OrderState]) -> datetime | None:
        """Return the earliest `next_look_at` among orders of these states."""
        ...

    def newest_send(self, account: str) -> tuple[int, datetime | None]:
        """Return the greatest send number (0: none yet) and when it was sent."""
        ...

    def ambiguous_since(self, account: str, since: datetime) -> list[datetime]:
        """Return the instants after `since` at which orders became ambiguous without an answer.

        A refusal in unknown words is an answer: those orders are left out.
        """
        ...

    def open_of(self, customer_id: CustomerId) -> list[Order]:
        """Return a customer's orders that are not over, newest first."""
        ...

    def history_of(self, customer_id: CustomerId, limit: int, offset: int) -> list[Order]:
        """Return a customer's orders, newest first."""
        ...

    def count_of(self, customer_id: CustomerId) -> int:
        """Return how many orders a customer has."""
        ...

    def succeeded_of(self, customer_id: CustomerId, limit: int) -> list[Order]:
        """Return a customer's orders that succeeded, newest first."""
        ...

    def fitting_of(
        self, customer_id: CustomerId, terms: Sequence[Term], limit: int, offset: int
    ) -> list[Order]:
        """Return a customer's orders that fit every term, newest first."""
        ...

    def count_fitting_of(self, customer_id: CustomerId, terms: Sequence[Term]) -> int:
        """Return how many of a customer's orders fit every term."""
        ...

    def latest_same(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        destination: str,
        since: datetime,
    ) -> Order | None:
        """Return the newest such order since then that was neither cancelled nor failed."""
        ...

    def count_open_beside(self, order: Order) -> int:
        """Return how many other orders of an order's product are not over."""
        ...

    def counts_by_state(self) -> dict[OrderState, int]:
        """Return how many orders are in each state."""
        ...

    def sales_since(self, since: datetime) -> Sales:
        """Return what succeeded since then."""
        ...

    def sold_since(self, since: datetime) -> dict[tuple[str, str], int]:
        """Return how many orders succeeded since then, by the type and brand of their products."""
        ...

    def find(self, term: str, limit: int) -> list[Order]:
        """Return orders by number, ref_id, destination or customer id, newest first."""
        ...
