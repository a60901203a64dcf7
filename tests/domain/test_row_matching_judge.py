"""Properties of `decide_lookup`: what one look at the supplier's list proves, over random lists."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import RefusalClass
from bot.domain.lookup import LIST_LENGTH, LookupDecisionKind, decide_lookup
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.row_matching import (
    LookupRules,
    SeenRelativeToSend,
    SupplierView,
    seen_relative_to_send,
)
from bot.domain.supplier_row import FirstSeen, SupplierRow
from tests.domain.samples import RULES, SENT_AT, at, order, row

ECHOES = ["081234567890", "2.081234567890", "6281234567890"]
ROWS = st.builds(
    row,
    service_code=st.sampled_from(["SM10", "SM10", "SM20"]),
    destination=st.sampled_from([*ECHOES, "081299999999"]),
    created_at=st.sampled_from(
        [None, *map(at, (-999, -600, -46, -6, -5, 0, 7, 60, 90, 91, 131, 600))]
    ),
)
"""Rows, many of them for the order's product and number, created near the window's edges."""
FILLERS = st.sampled_from([None, at(-4_000), at(-5), at(300)])
"""When the other rows of a full list were created; None: the list is not full."""
SIGHTS = [
    *[FirstSeen(at(2), 100, 100), FirstSeen(at(-9), 100, 103), FirstSeen(at(9), 98, 99)],
    *[FirstSeen(at(2), 99, 100), FirstSeen(at(0)), FirstSeen(at(-1))],
]
"""After, before and during the send, by various clocks; the last two have no send numbers."""
REFS = st.sets(st.sampled_from(["r0", "r1", "r2"]))


@st.composite
def views(draw: st.DrawFn) -> SupplierView:
    """Generate lists together with knowledge that the database might have of them."""
    listed = draw(st.lists(ROWS, max_size=4))
    filler, skipped = draw(FILLERS), draw(st.sampled_from([0, 0, 0, 1, 2]))
    if filler is not None:
        others = LIST_LENGTH - skipped - len(listed)
        listed += [row(service_code="SM30", created_at=filler)] * others
    listed = [replace(row, ref_id=f"r{index}") for index, row in enumerate(listed)]
    refs = {row.ref_id for row in listed}
    expected = draw(REFS) & refs
    seen_at = [draw(st.sampled_from(SIGHTS)) for _ in range(2)]
    return SupplierView(
        rows=listed,
        skipped=skipped,
        claimed=(draw(REFS) & refs) | expected,
        first_seen={row.ref_id: seen_at[index % 2] for index, row in enumerate(listed)},
        expected=expected | draw(st.sampled_from([set(), set(), {"elsewhere"}])),
        older=draw(st.sampled_from([set(), set(), {"r0"}])) & refs,
        has_older_rows=draw(st.booleans()),
        contested=draw(st.sampled_from([set(), set(), {"r0"}])) & refs,
        attributed=draw(st.sampled_from([{"r3"}, {"r0", "r1", "r2", "r3"}])) & refs,
    )


orders = st.builds(
    lambda state, reason, refusal, covered: order(
        state=state,
        park_reason=reason if state is OrderState.PARKED else None,
        refusal=refusal,
        last_covering_miss_at=covered,
    ),
    st.sampled_from([OrderState.AMBIGUOUS, OrderState.AMBIGUOUS, OrderState.PARKED]),
    st.sampled_from([ParkReason.SEVERAL, ParkReason.UNKNOWN, ParkReason.FOREIGN_REPLY]),
    st.sampled_from([None, RefusalClass.OTHER]),
    st.sampled_from([None, at(30), at(70), at(130)]),
)
looks = st.sampled_from([3, 70, 119, 120, 180, 599, 600, 4_000]).map(at)
rules = st.sampled_from([0, 3, 40, -40]).map(
    lambda skew: LookupRules(RULES.timeout, timedelta(seconds=skew), RULES.park_after)
)


def could_be(order: Order, view: SupplierView) -> list[SupplierRow]:
    """Return unclaimed rows for the same product and number, not first seen before the send."""
    return [
        row
        for row in view.rows
        if (row.service_code, row.destination) in {(order.service_code, echo) for echo in ECHOES}
        and row.ref_id not in view.claimed
        and seen_relative_to_send(order, view.first_seen[row.ref_id])
        is not SeenRelativeToSend.BEFORE
    ]


def unreadable(order: Order, view: SupplierView, rules: LookupRules) -> list[SupplierRow]:
    """Return unclaimed rows of the product and time whose destination matches no order."""
    return [
        row
        for row in view.rows
        if row.service_code == order.service_code
        and row.destination not in ECHOES
        and row.ref_id not in view.claimed | view.attributed
        and seen_relative_to_send(order, view.first_seen[row.ref_id])
        is not SeenRelativeToSend.BEFORE
        and (row.created_at is None or is_near(row, rules))
    ]


def is_near(row: SupplierRow, rules: LookupRules) -> bool:
    """Return whether a row is of the order's time if our clock may be off by 15 minutes."""
    assert row.created_at is not None
    seconds = (row.created_at - SENT_AT - rules.skew).total_seconds()
    return -900 <= seconds <= 900 - 5 + 60 + 30


def is_inside(row: SupplierRow, rules: LookupRules) -> bool:
    """Return whether a row was created during the call, within the tolerance of the clocks."""
    if row.created_at is None:
        return False
    seconds, skew = (row.created_at - SENT_AT).total_seconds(), rules.skew.total_seconds()
    return skew - 5 <= seconds <= 60 + skew + 30


@given(orders, views(), rules, looks)
def test_a_row_is_claimed_only_when_no_other_could_be_the_orders(
    order: Order, view: SupplierView, rules: LookupRules, now: datetime
) -> None:
    decision = decide_lookup(order, view, rules, now)
    possible = could_be(order, view)
    inside = [row for row in possible if is_inside(row, rules)]
    undated = [row for row in possible if row.created_at is None]
    contested = {row.ref_id for row in inside} & view.contested
    if decision.kind is LookupDecisionKind.CLAIM:
        assert [decision.row] == inside
        assert not contested
        assert not undated
        assert order.park_reason is not ParkReason.SEVERAL
    elif len(inside) == 1 and not undated:
        assert contested or order.park_reason is ParkReason.SEVERAL
    elif inside and order.state is OrderState.AMBIGUOUS:
        assert decision.reason is ParkReason.SEVERAL


@given(orders, views(), rules, looks)
def test_a_miss_counts_only_in_a_complete_list_that_covers_the_send(
    order: Order, view: SupplierView, rules: LookupRules, now: datetime
) -> None:
    decision = decide_lookup(order, view, rules, now)
    earliest = SENT_AT + rules.skew - timedelta(seconds=5)
    is_older = bool(view.older) or any(
        row.created_at is not None and row.created_at < earliest for row in view.rows
    )
    is_short = len(view.rows) + view.skipped < LIST_LENGTH
    reaches_back = is_older or (is_short and not view.has_older_rows)
    is_whole = not view.skipped and view.expected <= {row.ref_id for row in view.rows}
    is_absent = not could_be(order, view) and not unreadable(order, view, rules)
    if decision.kind is not LookupDecisionKind.CLAIM:
        assert decision.is_covering == (reaches_back and is_whole and is_absent)
    if decision.reason is ParkReason.WINDOW_LOST:
        assert not reaches_back
    if decision.reason is ParkReason.PROBABLY_NOT_PLACED:
        assert decision.is_covering
        assert order.has_covering_miss_after(timedelta(seconds=120))
    if decision.kind is LookupDecisionKind.REFUSED:
        assert decision.is_covering
        assert order.refusal is RefusalClass.OTHER
        assert order.has_covering_miss_after(timedelta(seconds=60))
        assert now >= at(120)


@given(orders, views(), rules, looks)
def test_a_parked_order_is_claimed_or_left_unchanged(
    order: Order, view: SupplierView, rules: LookupRules, now: datetime
) -> None:
    decision = decide_lookup(order, view, rules, now)
    if order.state is OrderState.PARKED:
        assert decision.kind in (LookupDecisionKind.CLAIM, LookupDecisionKind.MISS)
    if decision.kind is LookupDecisionKind.PARK:
        assert decision.reason is not None


@given(views(), rules, st.sampled_from([600, 4_000]).map(at))
def test_no_order_stays_ambiguous_past_the_limit(
    view: SupplierView, rules: LookupRules, now: datetime
) -> None:
    assert decide_lookup(order(), view, rules, now).kind is not LookupDecisionKind.MISS


def test_only_a_sent_order_can_be_looked_for() -> None:
    with pytest.raises(ValueError, match="sent"):
        decide_lookup(order(sent_at=None), SupplierView([], 0, set(), {}, set()), RULES, at(3))
