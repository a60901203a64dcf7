"""Looks up an order in the supplier's status list, and decides whether a row belongs to it.

The order call has no idempotency key, so after a lost reply the status list is the only evidence
(docs/supplier-api.md, "2.6 No idempotency"). The list has at most 15 rows; a row may appear late
and may disappear again. So one absence proves nothing, and a row is claimed only when it cannot
belong to another order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import DestinationKind, comparison_key, may_be_same, same_destination
from bot.domain.first_seen import FirstSeen, SeenRelativeToSend, seen_relative_to_send
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.supplier_row import MAX_SKEW, SupplierRow, without_impossible_date

LIST_LENGTH = 15
"""The maximum number of rows in the supplier's status list."""
CLOCK_MARGIN = timedelta(seconds=5)
MAX_CLOCK_STEP = timedelta(minutes=15)
"""How far our clock may have been set since the send; a row is still matched within it."""
ZONE_STEP = timedelta(minutes=30)
"""Time zones differ by multiples of this."""
SETTLED_AFTER = timedelta(seconds=120)
"""The time after a send by which its row appears in the list; rows came up to 90 s late."""
FIRST_MISS_AFTER = timedelta(seconds=60)
ELAPSED_UNKNOWN = timedelta.max
"""The default where no elapsed time is measured: only the wall clock decides."""


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
    claimed_since: AbstractSet[str]
    """The ref_ids claimed by orders that were sent after this order, in the list or not."""
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


class LookupDecisionKind(StrEnum):
    """The result of a lookup."""

    CLAIM = "claim"
    """`row` belongs to the order."""
    PARK = "park"
    """An admin has to decide, for `reason`."""
    REFUSED = "refused"
    """A refusal of unknown class is confirmed."""
    MISS = "miss"
    """Nothing is decided: look again later."""


@dataclass(frozen=True, slots=True)
class LookupDecision:
    """The decision after one lookup.

    `is_covering` is whether the list covers the send and does not contain the order, so that the
    miss counts.
    """

    kind: LookupDecisionKind
    row: SupplierRow | None = None
    reason: ParkReason | None = None
    is_covering: bool = False


def matches(order: Order, row: SupplierRow, kind: DestinationKind | None = None) -> bool:
    """Return whether a row has the order's service code and normalised destination."""
    return row.service_code == order.service_code and same_destination(
        order.destination, row.destination, kind
    )


def _without_impossible_dates(view: SupplierView, sent_at: datetime) -> SupplierView:
    """Return the view without impossible `created_at` values, since they are no evidence."""
    rows = [
        without_impossible_date(row, sent_at, view.first_seen.get(row.ref_id)) for row in view.rows
    ]
    return replace(view, rows=rows)


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


class Coverage(StrEnum):
    """Whether an order's absence from the list is evidence."""

    COVERS = "covers"
    """The list contains all rows since the send: an absence counts."""
    INCOMPLETE = "incomplete"
    """The list lacks a row that it should contain, or has unreadable rows."""
    LOST = "lost"
    """The list is full and its oldest row is after the send: the order may have scrolled out."""


def coverage(view: SupplierView, sent_at: datetime, rules: LookupRules) -> Coverage:
    """Return whether the list contains all rows since the send.

    It has to contain a row from before the send. A list of fewer than 15 rows needs none, unless
    the account is known to have older rows: then the panel does not show all rows. A full list
    that is not sorted by creation never covers: it may contain an old row that changed lately
    without all newer rows.
    """
    view = _without_impossible_dates(view, sent_at)
    reaches_back = _reaches_back(view, sent_at, rules)
    is_full = len(view.rows) + view.skipped >= LIST_LENGTH
    if is_full and not view.is_sorted_by_creation:
        return Coverage.INCOMPLETE
    if is_full and not reaches_back:
        is_dated = any(row.created_at is not None for row in view.rows)
        is_lost = is_dated and rules.is_skew_known and not view.skipped
        return Coverage.LOST if is_lost else Coverage.INCOMPLETE
    shown = {row.ref_id for row in view.rows}
    if view.skipped or not view.claimed_since <= shown:
        return Coverage.INCOMPLETE
    return Coverage.COVERS if reaches_back or not view.has_older_rows else Coverage.INCOMPLETE


def _reaches_back(view: SupplierView, sent_at: datetime, rules: LookupRules) -> bool:
    """Return whether the list has a row that is older than the send."""
    since = rules.since(sent_at)
    return any(
        row.ref_id in view.older or (row.created_at is not None and row.created_at < since)
        for row in view.rows
    )


def decide_lookup(
    order: Order,
    view: SupplierView,
    rules: LookupRules,
    now: datetime,
    elapsed: timedelta = ELAPSED_UNKNOWN,
) -> LookupDecision:
    """Decide an ambiguous or parked order by one status list.

    `elapsed` is the time since this process first saw the order, by the monotonic clock. Raises
    `ValueError` for an order that was not sent.
    """
    if order.sent_at is None:
        raise ValueError("order was not sent")
    view = _without_impossible_dates(view, order.sent_at)
    possible = unclaimed_matches(order, view)
    candidates = [row for row in possible if is_candidate(order, row, view, rules)]
    undated = [row for row in possible if row.created_at is None]
    if len(candidates) > 1 or (candidates and undated):
        return _park(order, ParkReason.SEVERAL)
    if candidates and candidates[0].ref_id not in view.contested:
        return _claim_or_leave(order, candidates[0])
    if possible:
        return decide_by_age(order, rules, now, is_covering=False)
    if coverage(view, order.sent_at, rules) is Coverage.LOST:
        return _park(order, ParkReason.WINDOW_LOST)
    is_covering = is_absent(order, view, rules)
    if is_covering and _refusal_is_confirmed(order, now, elapsed):
        return LookupDecision(LookupDecisionKind.REFUSED, is_covering=True)
    return decide_by_age(order, rules, now, is_covering=is_covering)


def is_absent(order: Order, view: SupplierView, rules: LookupRules) -> bool:
    """Return whether a list covers the send and has no row that may be the order's."""
    is_covered = (
        order.sent_at is not None and coverage(view, order.sent_at, rules) is Coverage.COVERS
    )
    return is_covered and has_no_possible_row(order, view, rules)


def has_no_possible_row(order: Order, view: SupplierView, rules: LookupRules) -> bool:
    """Return whether no row of the list may be the order's; an unreadable row may be."""
    view = _without_impossible_dates(view, order.sent_at or order.created_at)
    possible = unclaimed_matches(order, view) or unattributed_rows(order, view, rules)
    return not possible and not view.skipped


def decide_by_age(
    order: Order, rules: LookupRules, now: datetime, *, is_covering: bool
) -> LookupDecision:
    """Park an ambiguous order after `rules.park_after`; before that it is a miss.

    Also used when the list could not be read.
    """
    began_at = order.ambiguous_at or order.sent_at or order.created_at
    if order.state is not OrderState.AMBIGUOUS or now - began_at < rules.park_after:
        return LookupDecision(LookupDecisionKind.MISS, is_covering=is_covering)
    proven = is_covering and order.has_covering_miss_after(SETTLED_AFTER)
    reason = ParkReason.PROBABLY_NOT_PLACED if proven else ParkReason.UNKNOWN
    return LookupDecision(LookupDecisionKind.PARK, reason=reason, is_covering=is_covering)


def _claim_or_leave(order: Order, row: SupplierRow) -> LookupDecision:
    """Claim the only candidate; an order parked with several candidates is left to an admin."""
    if order.park_reason is ParkReason.SEVERAL:
        return LookupDecision(LookupDecisionKind.MISS)
    return LookupDecision(LookupDecisionKind.CLAIM, row=row)


def _park(order: Order, reason: ParkReason) -> LookupDecision:
    if order.state is OrderState.PARKED:
        return LookupDecision(LookupDecisionKind.MISS)
    return LookupDecision(LookupDecisionKind.PARK, reason=reason)


def _refusal_is_confirmed(order: Order, now: datetime, elapsed: timedelta) -> bool:
    """Return whether a refusal of unknown class is confirmed by a covering miss at 60 s and now.

    120 s must have passed since the reply: a call that was delayed creates its row late. They must
    have passed by the wall clock and by the monotonic clock, since the wall clock may be set
    forward.
    """
    refused_at = order.ambiguous_at or order.sent_at
    return (
        order.state is OrderState.AMBIGUOUS
        and order.refusal is not None
        and refused_at is not None
        and now - refused_at >= SETTLED_AFTER
        and has_elapsed(SETTLED_AFTER, elapsed)
        and order.has_covering_miss_after(FIRST_MISS_AFTER)
    )


def has_elapsed(delay: timedelta, elapsed: timedelta) -> bool:
    """Return whether `delay` has passed by the monotonic clock, with a margin of 5 s.

    The margin is needed because an order is first seen a moment after its reply.
    """
    return elapsed >= delay - CLOCK_MARGIN
