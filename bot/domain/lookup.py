"""Lookup: decide an order of unknown outcome by the supplier's status list.

The list has at most 15 rows; a row may appear late and may disappear again
(docs/supplier-api.md, "2.6 No idempotency"). So one absence proves nothing, and sends wait before
a row that is still needed can leave the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.row_matching import (
    CLOCK_MARGIN,
    LookupRules,
    SupplierView,
    is_candidate,
    unattributed_rows,
    unclaimed_matches,
    without_impossible_dates,
)
from bot.domain.supplier_row import MAX_SKEW, SupplierRow

LIST_LENGTH = 15
"""The maximum number of rows in the supplier's status list."""
SEND_WINDOW = 12
"""The maximum number of sends after an order whose row may still be needed, out of 15 rows."""
SETTLED_AFTER = timedelta(seconds=120)
"""The time after a send by which its row appears in the list; rows came up to 90 s late."""
FIRST_MISS_AFTER = timedelta(seconds=60)
ELAPSED_UNKNOWN = timedelta.max
"""The default where no elapsed time is measured: only the wall clock decides."""
FAR_PAST = timedelta(days=365)
"""A `created_at` longer than this before the row was seen is wrong."""
FIRST_LOOKUPS = tuple(timedelta(seconds=s) for s in (3, 10, 20, 40, 60))
"""The times of the first lookups, after the order became ambiguous."""
LOOKUP_INTERVAL = timedelta(seconds=60)


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
    without all newer rows. A list without a row that it should contain (`view.expected`) shows an
    earlier state.
    """
    view = without_impossible_dates(view, sent_at)
    reaches_back = _reaches_back(view, sent_at, rules)
    is_full = len(view.rows) + view.skipped >= LIST_LENGTH
    if is_full and not view.is_sorted_by_creation:
        return Coverage.INCOMPLETE
    if is_full and not reaches_back:
        is_dated = any(row.created_at is not None for row in view.rows)
        is_lost = is_dated and rules.is_skew_known and not view.skipped
        return Coverage.LOST if is_lost else Coverage.INCOMPLETE
    shown = {row.ref_id for row in view.rows}
    if view.skipped or not view.expected <= shown:
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
    view = without_impossible_dates(view, order.sent_at)
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
    view = without_impossible_dates(view, order.sent_at or order.created_at)
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


def is_by_creation(rows: Sequence[SupplierRow], asked_at: datetime) -> bool:
    """Return whether a list is sorted by `created_at`, in either direction, within 5 s.

    A `created_at` more than a year before `asked_at` (the time of the request), or more than
    15 hours after it, is ignored.
    """
    instants = [
        row.created_at
        for row in rows
        if row.created_at is not None
        and asked_at - FAR_PAST <= row.created_at <= asked_at + MAX_SKEW
    ]
    highest, lowest = accumulate(instants, max), accumulate(instants, min)
    rises = all(at >= top - CLOCK_MARGIN for at, top in zip(instants, highest, strict=True))
    falls = all(at <= low + CLOCK_MARGIN for at, low in zip(instants, lowest, strict=True))
    return rises or falls


def next_lookup_delay(lookups: int, since_ambiguous: timedelta) -> timedelta:
    """Return the pause before the next lookup.

    Lookups are made 3, 10, 20, 40 and 60 s after the order became ambiguous, then every 60 s.
    `lookups` is how many were made; `since_ambiguous` is the time that has passed.
    """
    for moment in FIRST_LOOKUPS[lookups:]:
        if moment > since_ambiguous:
            return max(moment - since_ambiguous, timedelta(seconds=1))
    return LOOKUP_INTERVAL


def blocks_sending(order: Order, newest_send: int) -> bool:
    """Return whether an order blocks further sends of its supplier account.

    It does when 12 or more sends were made after it and its row may still be needed, because the
    row could scroll out of the 15 rows of the supplier's list. The row of an ambiguous order is
    no longer needed once a list that covers its send, 120 s or more after it, did not contain it.
    """
    if order.send_number is None or newest_send - order.send_number < SEND_WINDOW:
        return False
    if order.state is OrderState.SENDING:
        return True
    return order.state is OrderState.AMBIGUOUS and not order.has_covering_miss_after(SETTLED_AFTER)
