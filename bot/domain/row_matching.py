"""Finding an order among the supplier's rows: what proves it, what rules it out, what does not.

The order call has no idempotency key, so after a lost answer the status list is the only
witness. It shows 15 rows, a row may show late, and it may vanish again: one absence proves
nothing, and a row is claimed only when it can be no other order's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import DestinationKind, compared, may_be_same, same_destination
from bot.domain.first_seen import Sight, Sighting, sighting
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState, ParkReason

LIST_LENGTH = 15
"""The most rows that the supplier's status list shows."""
CLOCK_MARGIN = timedelta(seconds=5)
CLOCK_SET = timedelta(minutes=15)
"""So far our clock may be set at once before a row passes for one of another time."""
UNKNOWN_SKEW = timedelta(hours=15)
"""How far off the supplier's clock may be: by any time zone. An instant further off is none."""
ZONE_STEP = timedelta(minutes=30)
"""Time zones differ by multiples of this."""
SETTLED_AFTER = timedelta(seconds=120)
"""A row that exists shows by then (late ones were seen at up to 90 s)."""
FIRST_MISS_AFTER = timedelta(seconds=60)
LONG_KNOWN = timedelta.max
"""Where nobody counts how long an order has been known, the clock of the day alone decides."""
FIRST_LOOKS = tuple(timedelta(seconds=s) for s in (3, 10, 20, 40, 60))
LOOK_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """One row of the supplier's status list; `ref_id` is not empty."""

    ref_id: str
    service_code: str
    destination: str
    """The supplier's echo, as it came."""
    cost: Rupiah | None
    status_word: str
    voucher: str
    note: str
    created_at: datetime | None
    """By the supplier's clock; None when the row does not say."""


@dataclass(frozen=True, slots=True)
class SupplierView:
    """The newest rows, and what our database knows of them."""

    rows: Sequence[SupplierRow]
    skipped: int
    """Rows that could not be read: any of them might be the one that is looked for."""
    claimed: AbstractSet[str]
    """Those ref_ids among the rows that belong to an order of ours."""
    first_seen: Mapping[str, Sight]
    """When each of the rows was first seen by us, this look included."""
    claimed_since: AbstractSet[str]
    """The ref_ids of all orders sent after the one that is looked for."""
    older: AbstractSet[str] = frozenset()
    """Those ref_ids among the rows that were there before the order was sent."""
    has_past: bool = False
    """Whether the account is known to have had rows before the order was sent."""
    contested: AbstractSet[str] = frozenset()
    """Those ref_ids among the rows that may be another unresolved order's as well."""
    placed: AbstractSet[str] = frozenset()
    """Those ref_ids among the rows that name the number of another order of ours."""
    is_by_creation: bool = True
    """Whether the account's lists show the rows that were made last; else those that changed last,
    or others."""


@dataclass(frozen=True, slots=True)
class LookRules:
    """The bounds of a lookup; `skew` is the supplier's clock less ours."""

    timeout: timedelta
    skew: timedelta
    park_after: timedelta
    slack: timedelta = timedelta(seconds=30)
    skew_margin: timedelta = CLOCK_MARGIN
    """How far `skew` may be wrong, either way."""
    kind: DestinationKind | None = None
    """What the order is delivered to; None when that is not known."""

    @property
    def is_skew_known(self) -> bool:
        """Whether any order has taught the supplier's clock."""
        return self.skew_margin < UNKNOWN_SKEW

    def since(self, sent_at: datetime) -> datetime:
        """Return the least instant, by the supplier's clock, of a row made after `sent_at`."""
        return sent_at + self.skew - self.skew_margin


class VerdictKind(StrEnum):
    """What a look at the list means for an order."""

    CLAIM = "claim"
    PARK = "park"
    REFUSED = "refused"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do after one look; `is_covering` marks a miss that counts."""

    kind: VerdictKind
    row: SupplierRow | None = None
    reason: ParkReason | None = None
    is_covering: bool = False


def matches(order: Order, row: SupplierRow, kind: DestinationKind | None = None) -> bool:
    """Return whether a row is for the order's service and normalised destination."""
    return row.service_code == order.service_code and same_destination(
        order.destination, row.destination, kind
    )


def is_misdated(row: SupplierRow, made_after: datetime, made_before: datetime | None) -> bool:
    """Return whether a row's instant is more than 15 hours off the time in which it was made.

    `made_before` is None where that is not known. No time zone is so far away, so the panel wrote
    something that is no instant: 1, milliseconds as seconds, a year to come.
    """
    if row.created_at is None:
        return False
    if row.created_at < made_after - UNKNOWN_SKEW:
        return True
    return made_before is not None and row.created_at > made_before + UNKNOWN_SKEW


def undated_where_absurd(row: SupplierRow, sent_at: datetime, sight: Sight | None) -> SupplierRow:
    """Return a row as one lookup sees it: without an instant where that is no instant.

    A row that may be an order's was made after its send and before it was first seen. One that is
    older is known by when it was seen, or by the order that claimed it.
    """
    is_absurd = is_misdated(row, sent_at, None if sight is None else sight.at)
    return replace(row, created_at=None) if is_absurd else row


def _read_well(view: SupplierView, sent_at: datetime) -> SupplierView:
    """Return a list without the instants that are none: nothing is proven by them."""
    rows = [
        undated_where_absurd(row, sent_at, view.first_seen.get(row.ref_id)) for row in view.rows
    ]
    return replace(view, rows=rows)


def target_of(order: Order) -> tuple[str, str]:
    """Return what an order's row shows of it: orders with one target have rows that look alike."""
    return order.service_code, compared(order.destination)


def may_match(order: Order, row: SupplierRow) -> bool:
    """Return whether a row cannot be ruled out: panels rewrite what looks like a phone number."""
    return row.service_code == order.service_code and may_be_same(
        order.destination, row.destination
    )


def row_of(order: Order, rows: Sequence[SupplierRow]) -> SupplierRow | None:
    """Return the claimed order's own row: ref_id, service and destination must all match.

    A panel that ignores `ref_id` answers with somebody else's order.
    """
    for row in rows:
        if row.ref_id == order.ref_id and may_match(order, row):
            return row
    return None


def unclaimed_matches(order: Order, view: SupplierView) -> list[SupplierRow]:
    """Return the rows that may be this order's: matching, unclaimed, not there before the send."""
    return [
        row
        for row in view.rows
        if may_match(order, row)
        and row.ref_id not in view.claimed
        and _sighting_of(order, view, row) is not Sighting.BEFORE
    ]


def unplaced(order: Order, view: SupplierView, rules: LookRules) -> list[SupplierRow]:
    """Return the rows of the order's product and time whose echo fits no order of ours."""
    return [
        row
        for row in view.rows
        if row.service_code.casefold() in ("", order.service_code.casefold())
        and row.ref_id not in view.claimed
        and row.ref_id not in view.placed
        and not may_match(order, row)
        and _sighting_of(order, view, row) is not Sighting.BEFORE
        and is_of_its_time(order, row, rules)
    ]


def is_of_its_time(order: Order, row: SupplierRow, rules: LookRules) -> bool:
    """Return whether a row may be of the order's call, also if our clock was set since.

    One that is undated may, and while the supplier's clock is not known any within 15 hours.
    """
    if order.sent_at is None:
        return False
    if row.created_at is None:
        return True
    if not rules.is_skew_known:
        return abs(row.created_at - order.sent_at) <= UNKNOWN_SKEW
    wide = replace(rules, skew_margin=max(rules.skew_margin, CLOCK_SET))
    return in_window(row, order.sent_at, wide)


def _sighting_of(order: Order, view: SupplierView, row: SupplierRow) -> Sighting:
    sight = view.first_seen.get(row.ref_id)
    return Sighting.AFTER if sight is None else sighting(order, sight)


def is_candidate(order: Order, row: SupplierRow, view: SupplierView, rules: LookRules) -> bool:
    """Return whether a row that may be the order's is good enough to be claimed.

    One of an answer that was under way at the send needs an instant by a clock that is known.
    """
    if order.sent_at is None or not in_window(row, order.sent_at, rules):
        return False
    is_new = _sighting_of(order, view, row) is Sighting.AFTER
    return (is_new or rules.is_skew_known) and matches(order, row, rules.kind)


def in_window(row: SupplierRow, sent_at: datetime, rules: LookRules) -> bool:
    """Return whether a row was created when the order's call was under way.

    While the supplier's clock is not known it may be right, or in any time zone.
    """
    if row.created_at is None:
        return False
    length = rules.timeout + rules.slack
    if rules.is_skew_known:
        latest = sent_at + rules.skew + rules.skew_margin - CLOCK_MARGIN + length
        return rules.since(sent_at) <= row.created_at <= latest
    after = row.created_at - sent_at
    return (
        abs(after) <= UNKNOWN_SKEW and (after + CLOCK_MARGIN) % ZONE_STEP <= CLOCK_MARGIN + length
    )


class Coverage(StrEnum):
    """Whether an order's absence from the list means anything."""

    COVERS = "covers"
    INCOMPLETE = "incomplete"
    """The list lacks an order that it should hold, or holds rows that cannot be read."""
    LOST = "lost"
    """The list is full and begins after the send: the order may have scrolled out."""


def coverage(view: SupplierView, sent_at: datetime, rules: LookRules) -> Coverage:
    """Return whether the list reaches back to before the send and is whole since then.

    A short list does as well without an older row, unless the account has had some: then the
    panel shows less than there is. A full list in another order than that of creation never does:
    an older row that changed lately stands in it beside less than all newer ones.
    """
    view = _read_well(view, sent_at)
    reaches_back = _reaches_back(view, sent_at, rules)
    is_full = len(view.rows) + view.skipped >= LIST_LENGTH
    if is_full and not view.is_by_creation:
        return Coverage.INCOMPLETE
    if is_full and not reaches_back:
        is_dated = any(row.created_at is not None for row in view.rows)
        is_lost = is_dated and rules.is_skew_known and not view.skipped
        return Coverage.LOST if is_lost else Coverage.INCOMPLETE
    shown = {row.ref_id for row in view.rows}
    if view.skipped or not view.claimed_since <= shown:
        return Coverage.INCOMPLETE
    return Coverage.COVERS if reaches_back or not view.has_past else Coverage.INCOMPLETE


def _reaches_back(view: SupplierView, sent_at: datetime, rules: LookRules) -> bool:
    """Return whether a row of the list is known to be older than the send."""
    since = rules.since(sent_at)
    return any(
        row.ref_id in view.older or (row.created_at is not None and row.created_at < since)
        for row in view.rows
    )


def judge(
    order: Order,
    view: SupplierView,
    rules: LookRules,
    now: datetime,
    known_for: timedelta = LONG_KNOWN,
) -> Verdict:
    """Decide what one look at the list means for an ambiguous or parked order.

    `known_for` is how long this process has known the order, by a clock that nobody sets.
    """
    if order.sent_at is None:
        raise ValueError("only an order that was sent can be looked for")
    view = _read_well(view, order.sent_at)
    found = unclaimed_matches(order, view)
    candidates = [row for row in found if is_candidate(order, row, view, rules)]
    undated = [row for row in found if row.created_at is None]
    if len(candidates) > 1 or (candidates and undated):
        return _park(order, ParkReason.SEVERAL)
    if candidates and candidates[0].ref_id not in view.contested:
        return _claim_or_leave(order, candidates[0])
    if found:
        return judge_by_age(order, rules, now, is_covering=False)
    if coverage(view, order.sent_at, rules) is Coverage.LOST:
        return _park(order, ParkReason.WINDOW_LOST)
    is_covering = is_absent(order, view, rules)
    if is_covering and _refusal_is_confirmed(order, now, known_for):
        return Verdict(VerdictKind.REFUSED, is_covering=True)
    return judge_by_age(order, rules, now, is_covering=is_covering)


def is_absent(order: Order, view: SupplierView, rules: LookRules) -> bool:
    """Return whether a list shows that the supplier does not have an order, as of now."""
    is_covered = (
        order.sent_at is not None and coverage(view, order.sent_at, rules) is Coverage.COVERS
    )
    return is_covered and shows_nothing(order, view, rules)


def shows_nothing(order: Order, view: SupplierView, rules: LookRules) -> bool:
    """Return whether no row may be the order's, not even one that cannot be read."""
    view = _read_well(view, order.sent_at or order.created_at)
    may_be_its = unclaimed_matches(order, view) or unplaced(order, view, rules)
    return not may_be_its and not view.skipped


def judge_by_age(order: Order, rules: LookRules, now: datetime, *, is_covering: bool) -> Verdict:
    """Park an order that has been looked for long enough; also used when no look succeeds."""
    began_at = order.ambiguous_at or order.sent_at or order.created_at
    if order.state is not OrderState.AMBIGUOUS or now - began_at < rules.park_after:
        return Verdict(VerdictKind.MISS, is_covering=is_covering)
    proven = is_covering and order.was_covered_after(SETTLED_AFTER)
    reason = ParkReason.PROBABLY_NOT_PLACED if proven else ParkReason.UNKNOWN
    return Verdict(VerdictKind.PARK, reason=reason, is_covering=is_covering)


def _claim_or_leave(order: Order, row: SupplierRow) -> Verdict:
    """Claim the only candidate, unless there once were two: then only an admin may say which."""
    if order.park_reason is ParkReason.SEVERAL:
        return Verdict(VerdictKind.MISS)
    return Verdict(VerdictKind.CLAIM, row=row)


def _park(order: Order, reason: ParkReason) -> Verdict:
    if order.state is OrderState.PARKED:
        return Verdict(VerdictKind.MISS)
    return Verdict(VerdictKind.PARK, reason=reason)


def _refusal_is_confirmed(order: Order, now: datetime, known_for: timedelta) -> bool:
    """An unknown refusal is believed after covering misses at 60 s and again at 120 s.

    The 120 s begin with the answer: a call that was slow on its way makes its row as late. They
    must have passed by both clocks, since the clock of the day may be set forward.
    """
    refused_at = order.ambiguous_at or order.sent_at
    return (
        order.state is OrderState.AMBIGUOUS
        and order.refusal is not None
        and refused_at is not None
        and now - refused_at >= SETTLED_AFTER
        and has_passed(SETTLED_AFTER, known_for)
        and order.was_covered_after(FIRST_MISS_AFTER)
    )


def has_passed(delay: timedelta, known_for: timedelta) -> bool:
    """Return whether an order has been known so long; it is met a moment after its answer."""
    return known_for >= delay - CLOCK_MARGIN


def next_look_after(looks: int, since_ambiguous: timedelta) -> timedelta:
    """Return the pause before the next look, given how many were made and the time since."""
    for moment in FIRST_LOOKS[looks:]:
        if moment > since_ambiguous:
            return max(moment - since_ambiguous, timedelta(seconds=1))
    return LOOK_EVERY
