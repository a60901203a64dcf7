"""Looking for an order in the supplier's list: candidates, coverage, time, send window."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.errors import RefusalClass
from bot.domain.lookup import (
    FIRST_LOOKUPS,
    LIST_LENGTH,
    LOOKUP_INTERVAL,
    SEND_WINDOW,
    Coverage,
    LookupDecision,
    LookupDecisionKind,
    blocks_sending,
    coverage,
    decide_by_age,
    decide_lookup,
    has_no_possible_row,
    is_absent,
    next_lookup_delay,
)
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.row_matching import (
    LookupRules,
    SeenRelativeToSend,
    SupplierView,
    matches,
    may_be_of_send_time,
    row_of,
    seen_relative_to_send,
)
from bot.domain.supplier_row import MAX_SKEW, FirstSeen, SupplierRow, without_impossible_date
from tests.domain.samples import RULES, at, order, row

BEFORE, DURING, AFTER = (
    FirstSeen(at(-9), 99, 99),
    FirstSeen(at(-1), 99, 100),
    FirstSeen(at(3), 100, 100),
)
"""First appearances relative to the sample order, whose send number is 100."""
CLAIM, MISS = LookupDecisionKind.CLAIM, LookupDecisionKind.MISS
PARK, REFUSED = LookupDecisionKind.PARK, LookupDecisionKind.REFUSED
ABSENT = LookupDecision(MISS, is_covering=True)
NOT_PROVEN = LookupDecision(MISS, is_covering=False)
"""A miss in a list that would show the order's row, and one that proves nothing."""
UNLEARNED = replace(RULES, skew_margin=MAX_SKEW)


def seen(rows: Sequence[SupplierRow], **known: Any) -> SupplierView:
    """Return a view whose rows were first seen after the send; `known` overrides its fields."""
    first_seen = {row.ref_id: AFTER for row in rows}
    values = {"skipped": 0, "claimed": set(), "first_seen": first_seen, "expected": set()}
    return SupplierView(rows, **{**values, **known})


def full_list(oldest: float) -> list[SupplierRow]:
    """Return 15 rows of other orders, the oldest created `oldest` seconds after the send."""
    return [
        row(ref_id=f"x{n}", service_code="SM20", created_at=at(oldest + n))
        for n in range(LIST_LENGTH)
    ]


def look(
    order: Order,
    rows: Sequence[SupplierRow],
    seconds: float,
    rules: LookupRules = RULES,
    **known: Any,
) -> LookupDecision:
    """Judge a list `seconds` after the send."""
    return decide_lookup(order, seen(rows, **known), rules, at(seconds))


REFUSED_ORDER = order(refusal=RefusalClass.OTHER, first_miss_after_60s_at=at(60))
"""Refused in unknown words, and missed by a list that covers its send."""
SEVERAL = LookupDecision(PARK, reason=ParkReason.SEVERAL)
UNDATED = row(ref_id="r2", created_at=None)


@pytest.mark.parametrize(
    ("rows", "known", "decision"),
    [
        ([row()], {}, CLAIM),
        *[([row(created_at=at(seconds))], {}, CLAIM) for seconds in (-5, 0, 60, 90)],
        # The panel's clock may be off by hours, so a row outside the window may be the order's.
        *[([row(created_at=at(seconds))], {}, NOT_PROVEN) for seconds in (-6, 91)],
        ([UNDATED], {}, NOT_PROVEN),
        ([row(), UNDATED], {}, SEVERAL),
        ([row()], {"first_seen": {"r1": BEFORE}}, ABSENT),
        ([row()], {"claimed": {"r1"}}, ABSENT),
        # Another lost order may own the row.
        ([row()], {"contested": {"r1"}}, NOT_PROVEN),
        ([row(), row(ref_id="r2")], {"contested": {"r1"}}, SEVERAL),
        ([], {}, ABSENT),
        ([], {"expected": {"other"}}, NOT_PROVEN),
        ([], {"skipped": 1}, NOT_PROVEN),
    ],
)
def test_one_look_claims_the_only_candidate_and_counts_a_miss_only_as_proof(
    rows: list[SupplierRow], known: dict[str, Any], decision: LookupDecision | LookupDecisionKind
) -> None:
    expected = LookupDecision(CLAIM, row=rows[0]) if decision is CLAIM else decision
    assert look(order(), rows, 3, **known) == expected
    if decision is NOT_PROVEN:
        assert look(order(), rows, 600, **known).reason is ParkReason.UNKNOWN


@pytest.mark.parametrize("reason", [r for r in ParkReason if r is not ParkReason.SEVERAL])
def test_a_late_row_is_claimed_for_a_parked_order(reason: ParkReason) -> None:
    parked = order(state=OrderState.PARKED, park_reason=reason)
    assert look(parked, [row(created_at=at(90))], 4_000).kind is CLAIM


def test_after_two_candidates_only_an_admin_claims() -> None:
    """That one of two candidates disappeared does not prove that the other is the order's."""
    parked = order(state=OrderState.PARKED, park_reason=ParkReason.SEVERAL)
    assert look(parked, [row()], 70) == NOT_PROVEN


@pytest.mark.parametrize("off", [-3_600, -10, 0, 3_600])
def test_setting_the_clock_does_not_change_which_rows_came_before_the_send(off: float) -> None:
    after, before = replace(AFTER, at=at(off)), replace(BEFORE, at=at(off))
    assert look(order(), [row()], 3, first_seen={"r1": after}).kind is CLAIM
    assert look(order(), [row()], 3, first_seen={"r1": before}).is_covering


def test_rows_without_send_numbers_are_placed_by_their_instants() -> None:
    """Rows of older databases have no send numbers, nor do orders that were never sent."""
    assert seen_relative_to_send(order(), FirstSeen(at(-1))) is SeenRelativeToSend.BEFORE
    assert seen_relative_to_send(order(), FirstSeen(at(0))) is SeenRelativeToSend.AFTER
    unsent = order(send_number=None, sent_at=None, created_at=at(-5))
    assert seen_relative_to_send(unsent, replace(AFTER, at=at(-6))) is SeenRelativeToSend.BEFORE
    assert seen_relative_to_send(unsent, replace(BEFORE, at=at(-5))) is SeenRelativeToSend.AFTER


def test_a_row_of_a_list_that_overlaps_the_send_is_judged_by_its_own_instant() -> None:
    """With an unknown clock skew, or without an instant, the row stays in doubt."""
    assert seen_relative_to_send(order(), DURING) is SeenRelativeToSend.DURING
    spanning = {"r1": DURING}
    assert look(order(), [row()], 3, first_seen=spanning).kind is CLAIM
    for old in (row(created_at=at(-6)), row(created_at=None)):
        assert look(order(), [old], 3, first_seen=spanning) == NOT_PROVEN
    assert look(order(), [row()], 3, UNLEARNED, first_seen=spanning) == NOT_PROVEN


HOUR = 3_600


@pytest.mark.parametrize(
    ("rules", "claimed", "missed"),
    [
        (replace(RULES, skew=timedelta(hours=-7)), [-7 * HOUR + 1], [1, 7 * HOUR + 1]),
        (replace(RULES, skew=timedelta(hours=7)), [7 * HOUR + 1], [1, -7 * HOUR + 1]),
        # A skew learned from a long call may be wrong by the call's duration.
        (replace(RULES, skew_margin=timedelta(seconds=35)), [-35, 120], [-36, 121]),
        # While the supplier's clock is unknown, it may be in any time zone: offsets are whole and
        # half hours, and a row a few minutes off is not the order's.
        *[
            (UNLEARNED, [zone - 5, zone, zone + 90], [zone - 6, zone + 91, zone + 420])
            for zone in (-7 * HOUR, -5.5 * HOUR, 0, 7 * HOUR, 9 * HOUR)
        ],
        (UNLEARNED, [], [15 * HOUR + 1, -16 * HOUR]),
    ],
)
def test_the_window_of_a_rows_instant_follows_the_suppliers_clock(
    rules: LookupRules, claimed: list[float], missed: list[float]
) -> None:
    for kind, instants in ((CLAIM, claimed), (MISS, missed)):
        for seconds in instants:
            assert look(order(), [row(created_at=at(seconds))], 3, rules).kind is kind


def test_a_row_of_a_similar_meter_is_not_claimed_and_leaves_a_doubt() -> None:
    """81234567890 and 081234567890 are two meters, though they are one phone number."""
    meter = replace(RULES, kind=DestinationKind.METER)
    sent = order(destination="81234567890")
    other = [row(destination="081234567890")]
    assert look(sent, other, 3, meter) == NOT_PROVEN
    assert look(sent, [row(destination="2.81234567890")], 3, meter).kind is CLAIM


@pytest.mark.parametrize("echo", ["", "0812****7890", "081234567890 | ANNI", "081299999999"])
def test_a_row_that_matches_no_order_leaves_the_absence_unproven(echo: str) -> None:
    """If its product and time fit, it may be this order's with a masked destination."""
    for odd in (
        row(destination=echo),
        row(destination=echo, created_at=None),
        row(destination=echo, created_at=at(-900)),
        row(destination=echo, created_at=at(985)),
        row(destination=echo, service_code=""),
        row(destination=echo, service_code="sm10"),
    ):
        assert look(REFUSED_ORDER, [odd], 120) == NOT_PROVEN
        for known in ({"attributed": {"r1"}}, {"claimed": {"r1"}}, {"first_seen": {"r1": BEFORE}}):
            assert look(REFUSED_ORDER, [odd], 120, **known).kind is REFUSED
    for elsewhere in (
        row(destination=echo, created_at=at(-901)),
        row(destination=echo, created_at=at(986)),
        row(destination=echo, service_code="SM20"),
    ):
        assert look(REFUSED_ORDER, [elsewhere], 120).kind is REFUSED


def test_an_order_without_a_send_time_can_be_neither_dated_nor_absent() -> None:
    unsent = order(sent_at=None)
    assert not may_be_of_send_time(unsent, row(), RULES)
    assert not is_absent(unsent, seen([]), RULES)


def test_an_order_that_scrolled_out_of_the_list_is_parked() -> None:
    assert look(order(), full_list(1), 200).reason is ParkReason.WINDOW_LOST
    assert look(order(), full_list(-6), 200) == ABSENT


def test_a_clock_in_another_time_zone_does_not_look_like_a_scrolled_out_order() -> None:
    ahead = full_list(-3 * 3_600 + 7 * 3_600)
    learned = replace(RULES, skew=timedelta(hours=7))
    assert look(order(), ahead, 200, learned) == ABSENT
    assert look(order(), ahead, 200, UNLEARNED) == NOT_PROVEN
    assert look(order(), full_list(7 * 3_600 + 1), 200, learned).reason is ParkReason.WINDOW_LOST


def test_a_row_known_from_before_the_send_makes_a_list_covering() -> None:
    for rows in (full_list(1), [replace(one, created_at=None) for one in full_list(1)]):
        for rules in (RULES, UNLEARNED):
            assert look(order(), rows, 200, rules, older={"x3"}).is_covering


def test_a_short_list_covers_if_it_shows_an_older_row_or_there_is_none() -> None:
    """A panel that shows fewer rows than it has is not believed; a new account has no more."""
    assert look(order(), [], 3).is_covering
    assert not look(order(), [], 3, has_older_rows=True).is_covering
    later, old = (
        row(ref_id="x", service_code="SM20"),
        row(ref_id="old", service_code="SM20", created_at=at(-60)),
    )
    assert not look(order(), [later], 3, has_older_rows=True).is_covering
    assert look(order(), [later, old], 3, has_older_rows=True).is_covering
    assert look(order(), [later], 3, has_older_rows=True, older={"x"}).is_covering


def test_a_list_with_unreadable_rows_covers_nothing() -> None:
    unreadable = seen(full_list(1)[:10], skipped=5)
    assert coverage(unreadable, at(0), RULES) is Coverage.INCOMPLETE
    assert coverage(seen([], skipped=15), at(0), RULES) is Coverage.INCOMPLETE
    undated = [row(ref_id=f"x{n}", created_at=None) for n in range(LIST_LENGTH)]
    assert coverage(seen(undated), at(0), RULES) is Coverage.INCOMPLETE


def test_a_full_list_not_sorted_by_creation_covers_nothing() -> None:
    """Sorted by last change, it may show an older row and omit the order's own."""
    old = row(ref_id="old", service_code="SM20", created_at=at(-3_600))
    shown = [old, *full_list(1)[1:]]
    assert coverage(seen(shown), at(0), RULES) is Coverage.COVERS
    assert coverage(seen(shown, is_sorted_by_creation=False), at(0), RULES) is Coverage.INCOMPLETE
    lost = seen(full_list(1), is_sorted_by_creation=False)
    assert coverage(lost, at(0), RULES) is Coverage.INCOMPLETE
    short = seen(shown[:9], is_sorted_by_creation=False)
    assert coverage(short, at(0), RULES) is Coverage.COVERS


def test_covering_misses_for_ten_minutes_mean_probably_not_placed() -> None:
    missed = order(last_covering_miss_at=at(130))
    assert look(missed, [], 599).kind is MISS
    assert look(missed, [], 600).reason is ParkReason.PROBABLY_NOT_PLACED
    assert look(missed, [], 600, skipped=1).reason is ParkReason.UNKNOWN
    assert look(order(last_covering_miss_at=at(119)), [], 600).reason is ParkReason.UNKNOWN


def test_an_unknown_refusal_is_believed_after_two_covering_misses() -> None:
    refused = order(refusal=RefusalClass.OTHER)
    assert look(refused, [], 120).kind is MISS
    assert look(REFUSED_ORDER, [], 119).kind is MISS
    assert look(REFUSED_ORDER, [], 120).kind is REFUSED
    assert look(REFUSED_ORDER, [], 120, skipped=1).kind is MISS
    assert look(order(first_miss_after_60s_at=at(60)), [], 120).kind is MISS


def test_a_refusal_is_not_believed_before_it_was_known_for_two_minutes() -> None:
    """Measured by the monotonic clock, minus 5 s: the order is loaded after its answer."""
    for seconds, kind in ((0, MISS), (114, MISS), (115, REFUSED)):
        decision = decide_lookup(
            REFUSED_ORDER, seen([]), RULES, at(400), timedelta(seconds=seconds)
        )
        assert decision.kind is kind


def test_the_delay_of_a_slow_refusal_counts_from_its_answer() -> None:
    """The call took 50 s, and its row may still appear 90 s later."""
    slow = order(refusal=RefusalClass.OTHER, ambiguous_at=at(50), first_miss_after_60s_at=at(110))
    assert look(slow, [], 169).kind is MISS
    assert look(slow, [], 170).kind is REFUSED


def test_a_refused_order_whose_row_appears_is_claimed() -> None:
    """A related server answers "Something went wrong" when its upstream timed out."""
    assert look(REFUSED_ORDER, [row()], 120).kind is CLAIM


def test_without_a_successful_look_age_alone_parks_as_unknown() -> None:
    assert decide_by_age(order(), RULES, at(599), is_covering=False).kind is MISS
    decision = decide_by_age(order(), RULES, at(600), is_covering=False)
    assert decision.reason is ParkReason.UNKNOWN
    parked = order(state=OrderState.PARKED)
    assert decide_by_age(parked, RULES, at(9_000), is_covering=False).kind is MISS
    unsent = order(ambiguous_at=None, sent_at=None, created_at=at(0))
    assert decide_by_age(unsent, RULES, at(600), is_covering=False).kind is PARK


def test_a_row_is_the_orders_when_ref_id_service_and_destination_match() -> None:
    """A panel that ignores `ref_id` answers with another customer's order."""
    accepted = order(state=OrderState.ACCEPTED, ref_id="r1")
    assert row_of(accepted, [row(ref_id="r0"), row()]) == row()
    assert row_of(accepted, [row(ref_id="R1")]) is None
    assert row_of(accepted, [row(service_code="sm10")]) is None
    assert row_of(accepted, [row(destination="081299999999")]) is None
    assert row_of(order(), [row()]) is None
    assert matches(order(), row(destination="2.6281234567890"))


def test_looks_come_at_3_10_20_40_and_60_seconds_then_every_minute() -> None:
    since, moments = timedelta(seconds=3), [3.0]
    for looks in range(1, 8):
        since += next_lookup_delay(looks, since)
        moments.append(since.total_seconds())
    assert moments == [3, 10, 20, 40, 60, 120, 180, 240]


def test_missed_looks_are_not_repeated() -> None:
    assert next_lookup_delay(1, timedelta(seconds=15)) == timedelta(seconds=5)
    assert next_lookup_delay(1, timedelta(hours=1)) == LOOKUP_INTERVAL
    assert next_lookup_delay(1, timedelta(seconds=9.9)) == timedelta(seconds=1)
    assert len(FIRST_LOOKUPS) == 5


@pytest.mark.parametrize(
    ("state", "covered", "passed", "blocks"),
    [
        (OrderState.SENDING, None, 11, False),
        (OrderState.SENDING, None, 12, True),
        (OrderState.SENDING, 130, 12, True),
        (OrderState.AMBIGUOUS, None, 12, True),
        (OrderState.AMBIGUOUS, 119, 12, True),
        (OrderState.AMBIGUOUS, 120, 12, False),
        (OrderState.ACCEPTED, None, 12, False),
        (OrderState.PARKED, None, 50, False),
    ],
)
def test_sending_stops_when_twelve_sends_have_passed_an_unresolved_order(
    state: OrderState, covered: float | None, passed: int, blocks: bool
) -> None:
    last_covering_miss_at = None if covered is None else at(covered)
    waiting = order(state=state, last_covering_miss_at=last_covering_miss_at, send_number=100)
    assert blocks_sending(waiting, 100 + passed) is blocks
    assert SEND_WINDOW + 3 <= LIST_LENGTH


def test_an_order_without_a_send_number_blocks_nothing() -> None:
    assert not blocks_sending(order(state=OrderState.SENDING, send_number=None), 100)


# --- absurd instants ---


def epoch(seconds: int) -> datetime:
    """Return the instant of a Unix time, the form that panels use."""
    return datetime.fromtimestamp(seconds, UTC)


ABSURD = [
    epoch(1),
    epoch(86_400),
    epoch(9_999_999_999),
    epoch(99_999_999_999),
    epoch(253_402_214_400),
    at(-15 * 3_600 - 1),
    at(15 * 3_600 + 4),
]
"""More than 15 hours before the send, or after the first appearance, 3 s after the send."""


@pytest.mark.parametrize("instant", ABSURD)
@pytest.mark.parametrize("rules", [RULES, UNLEARNED, replace(RULES, skew=timedelta(hours=-14))])
def test_an_absurd_instant_makes_a_row_undated(instant: datetime, rules: LookupRules) -> None:
    mine = row(ref_id="mine", created_at=instant)
    assert look(order(), [mine], 3, rules) == NOT_PROVEN
    assert look(order(), [mine], 600, rules).reason is ParkReason.UNKNOWN
    candidate = row(created_at=at(1) + rules.skew)
    assert look(order(), [candidate, mine], 3, rules).reason is ParkReason.SEVERAL


@pytest.mark.parametrize("instant", ABSURD)
@pytest.mark.parametrize("rules", [RULES, UNLEARNED, replace(RULES, skew=timedelta(hours=14))])
def test_an_absurd_instant_does_not_make_a_list_covering(
    instant: datetime, rules: LookupRules
) -> None:
    """Otherwise a row dated 1970 would prove the order absent, and its hold would be voided."""
    others = [replace(one, created_at=at(1) + rules.skew) for one in full_list(1)[1:]]
    odd = row(ref_id="odd", service_code="SM20", created_at=instant)
    for shown in ([*others, odd], [odd] * LIST_LENGTH):
        decision = look(REFUSED_ORDER, shown, 130, rules)
        assert decision.kind is not REFUSED
        assert not decision.is_covering
        assert coverage(seen(shown), at(0), rules) is not Coverage.COVERS
        assert not is_absent(REFUSED_ORDER, seen(shown), rules)
    short = look(REFUSED_ORDER, [odd], 130, rules, has_older_rows=True)
    assert (short.kind, short.is_covering) == (MISS, False)
    assert look(REFUSED_ORDER, [*others, odd], 130, rules, older={"odd"}).kind is REFUSED


@pytest.mark.parametrize("instant", ABSURD)
@pytest.mark.parametrize("echo", ["", "0812****7890", "ANNI"])
def test_a_masked_row_with_an_absurd_instant_leaves_the_absence_unproven(
    instant: datetime, echo: str
) -> None:
    masked = [row(destination=echo, created_at=instant)]
    assert look(REFUSED_ORDER, masked, 130) == NOT_PROVEN
    assert not has_no_possible_row(REFUSED_ORDER, seen(masked), RULES)


@pytest.mark.parametrize("hours", [-14, -3.3, 0.05, 14.9])
def test_with_an_unknown_skew_a_row_within_15_hours_may_be_of_the_orders_time(hours: float) -> None:
    """A clock may also be minutes off, so a masked row cannot be ruled out by its instant."""
    masked = row(destination="0812****7890", created_at=at(hours * 3_600))
    assert may_be_of_send_time(REFUSED_ORDER, masked, UNLEARNED)
    assert look(REFUSED_ORDER, [masked], 130, UNLEARNED).kind is MISS
    later = row(destination="0812****7890", created_at=at(15 * 3_600 + 1))
    assert not may_be_of_send_time(REFUSED_ORDER, later, UNLEARNED)


def test_a_row_created_a_day_after_the_send_is_ruled_out() -> None:
    """Parked orders are still looked for then; such a row is not theirs."""
    parked = order(state=OrderState.PARKED, park_reason=ParkReason.UNKNOWN)
    day = 86_400
    later = row(destination="ANNI", created_at=at(day))
    appearances = {"r1": FirstSeen(at(day + 3), 101, 101)}
    assert look(parked, [later], day + 10, first_seen=appearances).is_covering


def test_without_a_first_appearance_an_instant_is_compared_with_the_send_only() -> None:
    assert without_impossible_date(row(created_at=at(10**6)), at(0), None).created_at == at(10**6)
    assert without_impossible_date(row(created_at=epoch(1)), at(0), None).created_at is None
    assert without_impossible_date(row(created_at=None), at(0), None).created_at is None
