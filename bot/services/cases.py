"""Cases: an order as an admin looks at it, and the question for its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.customer import CONVERSATION, Customer, Dialog, Step
from bot.domain.errors import AlreadyDecidedError, RefundDoubtError
from bot.domain.lookup import Sighting, SupplierRow, may_match, row_of, sighting
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.ports import StatusList, Transaction
from bot.services.look import Asked
from bot.services.restore import ROWS_SEEN_AT
from bot.services.send import existing

FOUND_LIMIT = 10
"""So many orders, or rows of the supplier, are shown at once."""


@dataclass(frozen=True, slots=True)
class Case:
    """An order with whose it is, and the supplier's rows that may be it."""

    order: Order
    customer: Customer | None
    candidates: Sequence[SupplierRow]
    rows_seen: bool = False
    """Whether the supplier's list was compared since the order was parked."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What stood still before an admin opened the shop again; false when nothing did."""

    was_paused: bool
    was_broken: bool
    """The circuit breaker had stopped the sending after unanswered calls."""

    def __bool__(self) -> bool:
        """Whether anything stood still."""
        return self.was_paused or self.was_broken


def case_of(tx: Transaction, order_id: OrderId) -> Case:
    """Return an order as it is now; raises `NotFoundError`."""
    order = existing(tx, order_id)
    candidates = candidates_of(tx, order_id) if order.state.is_unresolved else ()
    customer, seen_at = tx.customers.get(order.customer_id), tx.facts.get(ROWS_SEEN_AT)
    rows_seen = (
        order.parked_at is not None
        and seen_at is not None
        and datetime.fromisoformat(seen_at) > order.parked_at
    )
    return Case(order, customer, candidates, rows_seen)


def await_reference(
    tx: Transaction, actor_id: int, order_id: OrderId, message_id: int | None, now: datetime
) -> Case:
    """Wait for the reference of a parked order from an admin.

    Raises `NotFoundError`, `AlreadyDecidedError`.
    """
    order = parked(tx, order_id)
    asked = Dialog(
        CustomerId(actor_id),
        CONVERSATION,
        Step.REFERENCE,
        now,
        message_id=message_id,
        data={"order_id": order.order_id},
    )
    tx.dialogs.put(asked)
    return case_of(tx, order_id)


def parked(tx: Transaction, order_id: OrderId) -> Order:
    """Return a parked order; raises `NotFoundError`, `AlreadyDecidedError` when settled."""
    order = existing(tx, order_id)
    if order.state is not OrderState.PARKED:
        raise AlreadyDecidedError(order.state)
    return order


def candidates_of(tx: Transaction, order_id: OrderId) -> Sequence[SupplierRow]:
    """Return the rows seen lately that match an order, no order has claimed, newest first."""
    order = existing(tx, order_id)
    since = (order.sent_at or order.created_at) - timedelta(minutes=10)
    rows = tx.supplier_rows.unclaimed(order.account, since, 100)
    return tuple(row for row in rows if may_match(order, row))[:FOUND_LIMIT]


def may_be_its(
    tx: Transaction, order: Order, listed: Sequence[SupplierRow], asked: Asked
) -> Sequence[SupplierRow]:
    """Return the rows, of a list and of those seen lately, that may be an order's after all.

    No order has claimed them, and none was there before the order was sent.
    """
    rows = {row.ref_id: row for row in (*candidates_of(tx, order.order_id), *listed)}
    first_seen = tx.supplier_rows.see(order.account, tuple(rows.values()), asked.at, asked.send)
    claimed = tx.orders.claimed_among(order.account, rows)
    return tuple(
        row
        for ref_id, row in rows.items()
        if may_match(order, row)
        and ref_id not in claimed
        and sighting(order, first_seen[ref_id]) is not Sighting.BEFORE
    )


def require_no_doubt(order: Order, doubtful: Sequence[SupplierRow], answer: StatusList) -> None:
    """Raise `RefundDoubtError` while the goods of a parked order may have been bought after all.

    A panel that is asked for the order's row and shows others ignores the reference: the row is
    not proven to be gone, as it may have left the newest ones.
    """
    row = row_of(order, answer.rows)
    suspects = {found.ref_id for found in doubtful}
    if row is not None:
        suspects.add(row.ref_id)
    elif order.ref_id is None and order.suspect_ref_id is not None:
        suspects.add(order.suspect_ref_id)
    shows_others = row is None and bool(answer.rows or answer.skipped)
    if suspects or (order.ref_id is not None and shows_others):
        raise RefundDoubtError(len(suspects))
