"""Row matching: which rows of the supplier's status list may be an order's.

The order call has no idempotency key, so after a lost reply the status list is the only evidence
(docs/supplier-api.md, "2.6 No idempotency"). A row is an order's only if it cannot be another's:
it names the order's product and destination, was not there before the send, and was created while
the call may have run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import DestinationKind, comparison_key, may_be_same, same_destination
from bot.domain.order import Order
from bot.domain.supplier_row import MAX_SKEW, FirstSeen, SupplierRow, without_impossible_date

CLOCK_MARGIN = timedelta(seconds=5)
MAX_CLOCK_STEP = timedelta(minutes=15)
"""How far our clock may have been set since the send; a row is still matched within it."""
ZONE_STEP = timedelta(minutes=30)
"""Time zones differ by multiples of this."""


@dataclass(frozen=True, slots=True)
class SupplierView:
    """The rows of one status list, and the facts about them from our database.

    The sets contain `ref_id`s.
    """

    rows: Sequence[SupplierRow]
    skipped: int
    """The number of unreadable rows; each of them may be the order's row."""
    claimed: AbstractSet[str]
    """Rows that an order of ours has claimed."""
    first_seen: Mapping[str, FirstSeen]
    """When each row was first seen, by `ref_id`; this list included."""
    expected: AbstractSet[str]
    """Rows that a list which covers the send contains: those claimed by orders that were sent
    after this order, and the last one claimed by an order sent before it."""
    older: AbstractSet[str] = frozenset()
    """Rows that existed before the order was sent."""
    has_older_rows: bool = False
    """Whether the account is known to have had rows before the order was sent."""
    contested: AbstractSet[str] = frozenset()
    """Rows that may also belong to another unresolved order."""
    attributed: AbstractSet[str] = frozenset()
    """Rows that have the destination of another order of ours."""
    is_sorted_by_creation: bool = True
    """Whether the account's lists show the rows created last; otherwise they may show the rows
    that changed last, or others."""


@dataclass(frozen=True, slots=True)
class LookupRules:
    """The limits of a lookup."""

    timeout: timedelta
    """The total timeout of the order call."""
    skew: timedelta
    """The supplier's clock minus ours."""
    park_after: timedelta
    """How long an order is looked up before it is parked."""
    slack: timedelta = timedelta(seconds=30)
    """How long after the timeout a row may still be created."""
    skew_margin: timedelta = CLOCK_MARGIN
    """The maximum error of `skew` in either direction; `MAX_SKEW` or more: not measured."""
    kind: DestinationKind | None = None
    """The kind of the order's destination; None when it is not known."""

    @property
    def is_skew_known(self) -> bool:
        """Whether the skew of the supplier's clock has been measured from a claimed row."""
        return self.skew_margin < MAX_SKEW

    def since(self, sent_at: datetime) -> datetime:
        """Return the earliest `created_at`, by the supplier's clock, of a row made at `sent_at`."""
        return sent_at + self.skew - self.skew_margin


class SeenRelativeToSend(StrEnum):
    """When a row was first seen, relative to the send of an order."""

    BEFORE = "before"
    """The row existed before the send, so it belongs to another order."""
    DURING = "during"
    """The row was in a reply that was in flight during the send: it may be older or newer."""
    AFTER = "after"


def seen_relative_to_send(order: Order, first_seen: FirstSeen) -> SeenRelativeToSend:
    """Return when a row was first seen, relative to the send of an order.

    Send numbers decide; instants decide only where the order or the row has no send number.
    """
    if order.send_number is None or first_seen.send is None or first_seen.requested_at_send is None:
        since = order.sent_at or order.created_at
        return SeenRelativeToSend.BEFORE if first_seen.at < since else SeenRelativeToSend.AFTER
    if first_seen.send < order.send_number:
        return SeenRelativeToSend.BEFORE
    return (
        SeenRelativeToSend.AFTER
        if first_seen.requested_at_send >= order.send_number
        else SeenRelativeToSend.DURING
    )


def matches(order: Order, row: SupplierRow, kind: DestinationKind | None = None) -> bool:
    """Return whether a row has the order's service code and normalised destination."""
    return row.service_code == order.service_code and same_destination(
        order.destination, row.destination, kind
    )


def target_of(order: Order) -> tuple[str, str]:
    """Return the service code and the comparable destination of an order.

    Rows of orders with the same target cannot be told apart.
    """
    return order.service_code, comparison_key(order.destination)


def may_match(order: Order, row: SupplierRow) -> bool:
    """Return whether a row may belong to the order.

    This is wider than `matches`, because panels may rewrite any destination that looks like a
    phone number.
    """
    return row.service_code == order.service_code and may_be_same(
        order.destination, row.destination
    )


def row_of(order: Order, rows: Sequence[SupplierRow]) -> SupplierRow | None:
    """Return the row of an order that has claimed a ref_id; None if it is not among `rows`.

    ref_id, service and destination must all match, because a panel that ignores `ref_id` returns
    the row of another order.
    """
    for row in rows:
        if row.ref_id == order.ref_id and may_match(order, row):
            return row
    return None


def unclaimed_matches(order: Order, view: SupplierView) -> list[SupplierRow]:
    """Return the unclaimed rows that may be the order's and did not exist before its send."""
    return [
        row
        for row in view.rows
        if may_match(order, row)
        and row.ref_id not in view.claimed
        and _seen_relative_to(order, view, row) is not SeenRelativeToSend.BEFORE
    ]


def unattributed_rows(order: Order, view: SupplierView, rules: LookupRules) -> list[SupplierRow]:
    """Return the unclaimed rows of the order's service and time that match no order of ours.

    Such a row may be the order's with an unreadable destination.
    """
    return [
        row
        for row in view.rows
        if row.service_code.casefold() in ("", order.service_code.casefold())
        and row.ref_id not in view.claimed
        and row.ref_id not in view.attributed
        and not may_match(order, row)
        and _seen_relative_to(order, view, row) is not SeenRelativeToSend.BEFORE
        and may_be_of_send_time(order, row, rules)
    ]


def may_be_of_send_time(order: Order, row: SupplierRow, rules: LookupRules) -> bool:
    """Return whether a row may have been created by the order's call.

    Our clock may have been set by up to 15 minutes since. A row without `created_at` counts, and
    while the skew is not known, any row within 15 hours of the send.
    """
    if order.sent_at is None:
        return False
    if row.created_at is None:
        return True
    if not rules.is_skew_known:
        return abs(row.created_at - order.sent_at) <= MAX_SKEW
    wide = replace(rules, skew_margin=max(rules.skew_margin, MAX_CLOCK_STEP))
    return in_window(row, order.sent_at, wide)


def _seen_relative_to(order: Order, view: SupplierView, row: SupplierRow) -> SeenRelativeToSend:
    first_seen = view.first_seen.get(row.ref_id)
    return (
        SeenRelativeToSend.AFTER if first_seen is None else seen_relative_to_send(order, first_seen)
    )


def is_candidate(order: Order, row: SupplierRow, view: SupplierView, rules: LookupRules) -> bool:
    """Return whether a row that may be the order's can be claimed.

    A row from a reply that was in flight during the send can be claimed only while the skew of
    the supplier's clock is known.
    """
    if order.sent_at is None or not in_window(row, order.sent_at, rules):
        return False
    is_new = _seen_relative_to(order, view, row) is SeenRelativeToSend.AFTER
    return (is_new or rules.is_skew_known) and matches(order, row, rules.kind)


def in_window(row: SupplierRow, sent_at: datetime, rules: LookupRules) -> bool:
    """Return whether a row was created between the send and the end of the timeout and slack.

    While the skew is not known, any multiple of 30 minutes up to 15 hours is accepted as skew.
    """
    if row.created_at is None:
        return False
    length = rules.timeout + rules.slack
    if rules.is_skew_known:
        latest = sent_at + rules.skew + rules.skew_margin - CLOCK_MARGIN + length
        return rules.since(sent_at) <= row.created_at <= latest
    after = row.created_at - sent_at
    return abs(after) <= MAX_SKEW and (after + CLOCK_MARGIN) % ZONE_STEP <= CLOCK_MARGIN + length


def without_impossible_dates(view: SupplierView, sent_at: datetime) -> SupplierView:
    """Return the view without impossible `created_at` values, since they are no evidence."""
    rows = [
        without_impossible_date(row, sent_at, view.first_seen.get(row.ref_id)) for row in view.rows
    ]
    return replace(view, rows=rows)
