"""Supplier clock: what the rows of a supplier account teach of its clock.

It is known for each account by itself: another account may be on another panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.order import Order
from bot.domain.row_matching import CLOCK_MARGIN, UNKNOWN_SKEW, SupplierRow, is_misdated
from bot.ports.store import Transaction

SKEW = "supplier_skew_seconds"
SKEW_MARGIN = "supplier_skew_margin_seconds"
SKEW_TEACHER = "supplier_skew_taught_by_send"


@dataclass(frozen=True, slots=True)
class SupplierClock:
    """An account's clock less ours; unknown until an order has taught it."""

    skew: timedelta = timedelta(0)
    margin: timedelta = UNKNOWN_SKEW
    """How far `skew` may be wrong, either way."""
    taught_by_send: int = 0
    """The number of the account's send that taught it last."""


def clock_of(tx: Transaction, account: str) -> SupplierClock:
    """Return the clock of an account as last learned.

    One that is more than 15 hours off is in no time zone: it is not known.
    """
    skew = timedelta(seconds=int(tx.supplier_facts.get(account, SKEW) or 0))
    if abs(skew) > UNKNOWN_SKEW:
        return SupplierClock()
    margin = tx.supplier_facts.get(account, SKEW_MARGIN)
    return SupplierClock(
        skew,
        UNKNOWN_SKEW if margin is None else timedelta(seconds=int(margin)),
        int(tx.supplier_facts.get(account, SKEW_TEACHER) or 0),
    )


def learn_clock(tx: Transaction, order: Order, row: SupplierRow) -> None:
    """Learn the clock of an order's account from its row, and how well it is known.

    The row was made during the call, so its instant, in whole seconds, bounds the skew: what was
    learned before is moved only as far as it contradicts that. What is learned is wrong by no
    more than the call's length; a long call teaches less than a short one before it did. An order
    that was sent earlier than the last teacher says how the clocks stood before ours was set.
    """
    if order.ambiguous_at is not None or order.park_reason is not None:
        return  # Nobody saw its call end.
    if row.created_at is None or order.sent_at is None or order.accepted_at is None:
        return
    number, current = order.send_number or 0, clock_of(tx, order.account)
    began_at, ended_at = order.sent_at, max(order.accepted_at, order.sent_at)
    if number < current.taught_by_send or is_misdated(row, began_at, ended_at):
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
    """Store a clock, unless it is the one that is known: rows are polled every few seconds."""
    if clock == current:
        return
    for name, value in (
        (SKEW, int(clock.skew.total_seconds())),
        (SKEW_MARGIN, int(clock.margin.total_seconds())),
        (SKEW_TEACHER, clock.taught_by_send),
    ):
        tx.supplier_facts.put(account, name, str(value))
