"""The repository of orders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId, Order, OrderId, OrderState, WaitReason
from bot.domain.sales import BrandOutcomes, Sales
from bot.domain.typed_input.order_search import Term


class Orders(Protocol):
    """The orders; `account` is the supplier account, identified by its User ID.

    "Oldest first" and "newest first" are by order id, except where noted. An unresolved order is
    `sending`, `ambiguous` or `parked`; an open order is unresolved, `queued` or `accepted`.
    """

    def add(self, order: Order) -> Order:
        """Store a new order and return it with its id; the `order_id` that it has is ignored."""
        ...

    def get(self, order_id: OrderId) -> Order | None:
        """Return an order; None if the id is unknown."""
        ...

    def save(self, order: Order) -> Order:
        """Store a changed order and return it with its next version.

        Raises `StaleOrderError` if the stored version is another one, or if what was bought, by
        whom and for how much is not what is stored: that never changes. Raises `DuplicateError`
        if another order of the account has claimed its ref_id, or if another unresolved order
        has the same service and destination.
        """
        ...

    def claimed_among(self, account: str, ref_ids: Collection[str]) -> frozenset[str]:
        """Return those of the ref_ids that an order of the account has claimed."""
        ...

    def by_ref(self, account: str, ref_id: str) -> Order | None:
        """Return the order that has claimed a ref_id; None if there is none."""
        ...

    def claimed_since(self, account: str, send_number: int) -> frozenset[str]:
        """Return the ref_ids claimed by orders with a send number above `send_number`."""
        ...

    def last_claimed_before(self, account: str, send_number: int) -> frozenset[str]:
        """Return the ref_id claimed by the last order sent before `send_number`, if there is any.

        Orders that have claimed none are passed over.
        """
        ...

    def oldest_queued(self, account: str) -> datetime | None:
        """Return when the oldest queued order was created; None if the queue is empty."""
        ...

    def queued_until(self, account: str, until: datetime, limit: int) -> list[Order]:
        """Return the queued orders created at `until` or earlier, by creation, oldest first."""
        ...

    def queued_of_withheld(self, account: str, limit: int) -> list[Order]:
        """Return the queued orders of products that are withheld from sale, oldest first."""
        ...

    def sendable(
        self, account: str, since: datetime, after: Order | None, limit: int
    ) -> list[Order]:
        """Return the queued orders created after `since` that no unresolved order blocks.

        An unresolved order blocks others with the same service and destination, however the
        destination is written. Orders with fewer send attempts come first, and among those the
        older ones. The page begins after the order `after` (None: at the first).
        """
        ...

    def not_notified_of(
        self, account: str, reason: WaitReason, limit: int, until: datetime | None = None
    ) -> list[Order]:
        """Return the queued orders whose `wait_reason` is not `reason`, oldest first.

        Only those queued at `until` or before; None: all.
        Their customers have not been notified of it yet. For SAME_TARGET, only orders that an
        unresolved order with the same service and destination blocks are returned.
        """
        ...

    def in_states(self, account: str, states: Collection[OrderState]) -> list[Order]:
        """Return the open orders in these states, oldest first; final states have no effect."""
        ...

    def passed_by_sends(self, account: str, send_number: int) -> list[Order]:
        """Return the sending and ambiguous orders sent as `send_number` or before."""
        ...

    def unresolved_targets(self, account: str) -> frozenset[tuple[str, str]]:
        """Return the targets (`target_of`) of the unresolved orders."""
        ...

    def unfinished(self) -> list[Order]:
        """Return the open orders of all accounts, oldest first."""
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
        """Return the orders in these states with a `next_check_at` of `until` or earlier.

        The earliest `next_check_at` comes first. `has_ref` selects the orders that have claimed a
        ref_id, or those that have not.
        """
        ...

    def next_due(
        self, account: str, states: Collection[OrderState], *, has_ref: bool
    ) -> datetime | None:
        """Return the earliest `next_check_at` that `due` would find at any time; None: none."""
        ...

    def newest_send(self, account: str) -> tuple[int, datetime | None]:
        """Return the greatest send number (0: none yet) and the time of that send."""
        ...

    def ambiguous_since(self, account: str, since: datetime) -> list[datetime]:
        """Return when orders became ambiguous without an answer, later than `since`, oldest first.

        Orders with a refusal of unknown wording are left out, because that is an answer.
        """
        ...

    def open_of(self, customer_id: CustomerId) -> list[Order]:
        """Return a customer's open orders, newest first."""
        ...

    def history_of(self, customer_id: CustomerId, limit: int, offset: int) -> list[Order]:
        """Return one page of a customer's orders, newest first."""
        ...

    def found_of(self, customer_id: CustomerId, terms: Sequence[Term]) -> list[OrderId]:
        """Return the ids of all of a customer's orders that match every term, newest first.

        A term matches by a name in the product's name, brand or type, or by a number in the
        destination. Terms beyond `MAX_TERMS` are ignored.
        """
        ...

    def count_of(self, customer_id: CustomerId) -> int:
        """Return the number of a customer's orders."""
        ...

    def succeeded_of(self, customer_id: CustomerId, limit: int) -> list[Order]:
        """Return a customer's newest succeeded orders, newest first."""
        ...

    def latest_same(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        destination: str,
        since: datetime,
    ) -> Order | None:
        """Return the newest order for this product and destination created at `since` or later.

        Cancelled and failed orders are ignored. None if there is none.
        """
        ...

    def count_open_beside(self, order: Order) -> int:
        """Return the number of other open orders for the same product."""
        ...

    def counts_by_state(self) -> dict[OrderState, int]:
        """Return the number of orders in each state; states without orders may be missing."""
        ...

    def oldest_by_state(self) -> dict[OrderState, datetime]:
        """Return since when an order is in each open state; states without orders are missing."""
        ...

    def sales_since(self, since: datetime) -> Sales:
        """Return the totals of the orders that succeeded at `since` or later.

        They are kept by quarters of an hour, in which the day of every time zone begins: those that
        succeeded earlier in the quarter of `since` count too.
        """
        ...

    def sold_since(self, since: datetime) -> dict[tuple[str, str], int]:
        """Return the number of orders that succeeded at `since` or later, by (type, brand).

        They are kept by weeks in UTC, beginning on Thursdays: the whole week of `since` counts.
        """
        ...

    def outcomes_by_brand(self, since: datetime, until: datetime) -> list[BrandOutcomes]:
        """Return how many orders of each brand succeeded and failed from `since` to before `until`.

        It reads the orders that ended in this time by an index.
        """
        ...

    def find(self, term: str, customer_id: CustomerId | None, limit: int) -> list[Order]:
        """Return the orders whose number, ref_id or destination is `term`, or of this customer.

        The newest `limit` orders are returned, newest first.
        """
        ...
