"""Supplier clock: the skew of a supplier account's clock, learned from the rows of its orders.

Panels may stamp rows in another time zone (docs/supplier-api.md, "2.5 Status rows"). The skew is
kept per account, since another account may be on another panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.order import Order
from bot.domain.row_matching import CLOCK_MARGIN
from bot.domain.supplier_row import MAX_SKEW, SupplierRow, has_impossible_date
from bot.ports.store import Transaction

SKEW = "supplier_skew_seconds"
SKEW_MARGIN = "supplier_skew_margin_seconds"
LEARNED_FROM_SEND = "supplier_skew_taught_by_send"
"""The facts of an account that store its `SupplierClock`."""


@dataclass(frozen=True, slots=True)
class SupplierClock:
    """The account's clock minus ours; unknown until the row of an accepted order was read."""

    skew: timedelta = timedelta(0)
    margin: timedelta = MAX_SKEW
    """The error bound of `skew`, in either direction."""
    learned_from_send: int = 0
    """The number of the send from which it was learned last."""


def clock_of(tx: Transaction, account: str) -> SupplierClock:
    """Return the clock of an account as last learned.

    A skew of more than 15 hours is no time zone: it counts as unknown.
    """
    skew = timedelta(seconds=int(tx.supplier_facts.get(account, SKEW) or 0))
    if abs(skew) > MAX_SKEW:
        return SupplierClock()
    margin = tx.supplier_facts.get(account, SKEW_MARGIN)
    return SupplierClock(
        skew,
        MAX_SKEW if margin is None else timedelta(seconds=int(margin)),
        int(tx.supplier_facts.get(account, LEARNED_FROM_SEND) or 0),
    )


def learn_clock(tx: Transaction, order: Order, row: SupplierRow) -> None:
    """Learn the clock of an order's account, and its margin, from the order's own row.

    The row was created during the call, in whole seconds, so its instant bounds the skew. The
    current skew is moved only as far as it contradicts the bounds. The error is at most the length
    of the call: the margin is that length and `CLOCK_MARGIN`, and while the skew stays the same, a
    longer call does not widen it.

    Nothing is learned from an order that was ambiguous or parked (the end of its call is unknown),
    from one sent before the send from which the clock was learned last (our own clock may have been
    set since), or from a row more than 15 hours off.
    """
    if order.ambiguous_at is not None or order.park_reason is not None:
        return  # The end of its call is unknown.
    if row.created_at is None or order.sent_at is None or order.accepted_at is None:
        return
    number, current = order.send_number or 0, clock_of(tx, order.account)
    began_at, ended_at = order.sent_at, max(order.accepted_at, order.sent_at)
    if number < current.learned_from_send or has_impossible_date(row, began_at, ended_at):
        return
    lower_bound_seconds = (row.created_at - order.accepted_at).total_seconds()
    upper_bound_seconds = (row.created_at - order.sent_at).total_seconds() + 1
    skew = timedelta(
        seconds=round(
            min(max(current.skew.total_seconds(), lower_bound_seconds), upper_bound_seconds)
        )
    )
    margin = timedelta(seconds=int((CLOCK_MARGIN + (ended_at - began_at)).total_seconds()) + 1)
    if skew == current.skew and margin >= current.margin:
        margin = current.margin
    _store_clock(tx, order.account, current, SupplierClock(skew, margin, number))


def _store_clock(
    tx: Transaction, account: str, current: SupplierClock, clock: SupplierClock
) -> None:
    """Store a clock if it has changed; rows are polled every few seconds."""
    if clock == current:
        return
    for name, value in (
        (SKEW, int(clock.skew.total_seconds())),
        (SKEW_MARGIN, int(clock.margin.total_seconds())),
        (LEARNED_FROM_SEND, clock.learned_from_send),
    ):
        tx.supplier_facts.put(account, name, str(value))
