"""The cases of a lookup, one by one: candidates, coverage, time, and the window gate."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.errors import RefusalClass
from bot.domain.lookup import (
    FIRST_LOOKS,
    LIST_LENGTH,
    LOOK_EVERY,
    SEND_WINDOW,
    Coverage,
    SupplierRow,
    SupplierView,
    Verdict,
    VerdictKind,
    blocks_sending,
    coverage,
    judge,
    judge_by_age,
    matches,
    next_look_after,
    row_of,
)
from bot.domain.order import Order, OrderState, ParkReason
from tests.domain.samples import RULES, at, order, row


def seen(rows: Sequence[SupplierRow], **known: object) -> SupplierView:
    """Return a list of which all rows showed after the send, with other knowledge on demand."""
    first_seen = {row.ref_id: at(3) for row in rows}
    values = {"skipped": 0, "claimed": set(), "first_seen": first_seen, "claimed_since": set()}
    return SupplierView(rows, **{**values, **known})  # type: ignore[arg-type]


def full_list(oldest: float) -> list[SupplierRow]:
    """Return 15 rows of other orders, the oldest so many seconds after the send."""
    return [
        row(ref_id=f"x{n}", destination="081299999999", created_at=at(oldest + n))
        for n in range(LIST_LENGTH)
    ]


def look(order: Order, rows: Sequence[SupplierRow], seconds: float, **known: object) -> Verdict:
    """Judge a list so many seconds after the send."""
    return judge(order, seen(rows, **known), RULES, at(seconds))


def test_the_only_row_is_claimed() -> None:
    """One row for this product and number, made while the call was under way."""
    assert look(order(), [row()], 3) == Verdict(VerdictKind.CLAIM, row=row())


@pytest.mark.parametrize("reason", [r for r in ParkReason if r is not ParkReason.SEVERAL])
def test_a_late_row_is_claimed_for_a_parked_order(reason: ParkReason) -> None:
    """Parked orders go on being looked for."""
    parked = order(state=OrderState.PARKED, park_reason=reason)
    assert look(parked, [row(created_at=at(90))], 4_000).kind is VerdictKind.CLAIM


def test_after_two_candidates_only_an_admin_claims() -> None:
    """That one of the two vanished does not prove that the other is ours."""
    parked = order(state=OrderState.PARKED, park_reason=ParkReason.SEVERAL)
    assert look(parked, [row()], 70) == Verdict(VerdictKind.MISS)


@pytest.mark.parametrize("seconds", [-6, 91])
def test_a_row_outside_the_window_is_not_claimed_and_no_proof_of_absence(seconds: float) -> None:
    """It may be ours by a clock that is off by hours; nothing is decided by it."""
    verdict = look(order(), [row(created_at=at(seconds))], 3)
    assert verdict == Verdict(VerdictKind.MISS, is_covering=False)
    assert look(order(), [row(created_at=at(seconds))], 600).reason is ParkReason.UNKNOWN


@pytest.mark.parametrize("seconds", [-5, 0, 60, 90])
def test_a_row_inside_the_window_is_claimed(seconds: float) -> None:
    """From 5 s before the send to half a minute after the call's timeout."""
    assert look(order(), [row(created_at=at(seconds))], 3).kind is VerdictKind.CLAIM


def test_an_undated_row_beside_a_candidate_parks() -> None:
    """It may be this order's as well."""
    both = [row(), row(ref_id="r2", created_at=None)]
    assert look(order(), both, 3).reason is ParkReason.SEVERAL


def test_an_undated_row_alone_decides_nothing() -> None:
    """It is neither claimed nor ignored."""
    undated = [row(created_at=None)]
    assert look(order(), undated, 3) == Verdict(VerdictKind.MISS, is_covering=False)


def test_a_row_that_was_there_before_the_send_is_another_orders() -> None:
    """So it may be ignored: its absence would change nothing."""
    verdict = look(order(), [row()], 3, first_seen={"r1": at(-1)})
    assert verdict == Verdict(VerdictKind.MISS, is_covering=True)


def test_a_claimed_row_is_another_orders() -> None:
    """The same product to the same number was bought before."""
    assert look(order(), [row()], 3, claimed={"r1"}).is_covering


def test_an_order_that_scrolled_out_is_parked() -> None:
    """15 rows, all of them younger than the send."""
    assert look(order(), full_list(1), 200).reason is ParkReason.WINDOW_LOST
    assert look(order(), full_list(-6), 200) == Verdict(VerdictKind.MISS, is_covering=True)


def test_a_claimed_order_missing_from_the_list_makes_it_worthless() -> None:
    """The list does not show everything: the absence proves nothing."""
    verdict = look(order(), [], 3, claimed_since={"later"})
    assert verdict == Verdict(VerdictKind.MISS, is_covering=False)


def test_rows_that_cannot_be_read_make_a_list_worthless() -> None:
    """Any of them might be the order's."""
    assert not look(order(), [], 3, skipped=1).is_covering
    unreadable = seen(full_list(1)[:10], skipped=5)
    assert coverage(unreadable, at(0), RULES) is Coverage.INCOMPLETE
    assert coverage(seen([], skipped=15), at(0), RULES) is Coverage.INCOMPLETE
    undated = [row(ref_id=f"x{n}", created_at=None) for n in range(LIST_LENGTH)]
    assert coverage(seen(undated), at(0), RULES) is Coverage.INCOMPLETE


def test_covering_misses_for_ten_minutes_mean_probably_not_placed() -> None:
    """Only if one of them came 120 s or more after the send."""
    assert look(order(covered_at=at(130)), [], 599).kind is VerdictKind.MISS
    assert look(order(covered_at=at(130)), [], 600).reason is ParkReason.PROBABLY_NOT_PLACED
    assert look(order(covered_at=at(119)), [], 600).reason is ParkReason.UNKNOWN
    assert look(order(covered_at=at(130)), [], 600, skipped=1).reason is ParkReason.UNKNOWN


def test_an_unknown_refusal_is_believed_after_two_covering_misses() -> None:
    """One at 60 s or later, and another at 120 s or later."""
    refused = order(refusal=RefusalClass.OTHER)
    first_missed = order(refusal=RefusalClass.OTHER, covered_60_at=at(60))
    assert look(refused, [], 120).kind is VerdictKind.MISS
    assert look(first_missed, [], 119).kind is VerdictKind.MISS
    assert look(first_missed, [], 120).kind is VerdictKind.REFUSED
    assert look(first_missed, [], 120, skipped=1).kind is VerdictKind.MISS
    assert look(order(covered_60_at=at(60)), [], 120).kind is VerdictKind.MISS


def test_a_refused_order_whose_row_shows_was_made_all_the_same() -> None:
    """The related server answers "Something went wrong" when its upstream timed out."""
    first_missed = order(refusal=RefusalClass.OTHER, covered_60_at=at(60))
    assert look(first_missed, [row()], 120).kind is VerdictKind.CLAIM


def test_without_a_look_time_alone_parks_as_unknown() -> None:
    """When every read fails, the admin is called all the same."""
    assert judge_by_age(order(), RULES, at(599), is_covering=False).kind is VerdictKind.MISS
    verdict = judge_by_age(order(), RULES, at(600), is_covering=False)
    assert verdict.reason is ParkReason.UNKNOWN
    parked = order(state=OrderState.PARKED)
    assert judge_by_age(parked, RULES, at(9_000), is_covering=False).kind is VerdictKind.MISS
    unsent = order(ambiguous_at=None, sent_at=None, created_at=at(0))
    assert judge_by_age(unsent, RULES, at(600), is_covering=False).kind is VerdictKind.PARK


def test_a_row_is_the_orders_when_all_three_agree() -> None:
    """A panel that ignores `ref_id` answers with somebody else's order."""
    accepted = order(state=OrderState.ACCEPTED, ref_id="r1")
    assert row_of(accepted, [row(ref_id="r0"), row()]) == row()
    assert row_of(accepted, [row(ref_id="R1")]) is None
    assert row_of(accepted, [row(service_code="sm10")]) is None
    assert row_of(accepted, [row(destination="081299999999")]) is None
    assert row_of(order(), [row()]) is None
    assert matches(order(), row(destination="2.6281234567890"))


def test_looks_come_at_3_10_20_40_and_60_seconds_then_every_minute() -> None:
    """The pauses between looks that each take no time."""
    since, moments = timedelta(seconds=3), [3.0]
    for looks in range(1, 8):
        since += next_look_after(looks, since)
        moments.append(since.total_seconds())
    assert moments == [3, 10, 20, 40, 60, 120, 180, 240]


def test_a_look_that_comes_late_is_not_made_up_for() -> None:
    """After an hour without the process, the looks that were missed are not made in a row."""
    assert next_look_after(1, timedelta(seconds=15)) == timedelta(seconds=5)
    assert next_look_after(1, timedelta(hours=1)) == LOOK_EVERY
    assert next_look_after(1, timedelta(seconds=9.9)) == timedelta(seconds=1)
    assert len(FIRST_LOOKS) == 5


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
def test_twelve_sends_wait_for_an_order_that_may_scroll_out(
    state: OrderState, covered: float | None, passed: int, blocks: bool
) -> None:
    """Until it was missed in a list that covers it, two minutes after its send."""
    covered_at = None if covered is None else at(covered)
    waiting = order(state=state, covered_at=covered_at, send_number=100)
    assert blocks_sending(waiting, 100 + passed) is blocks
    assert SEND_WINDOW + 3 <= LIST_LENGTH


def test_an_order_without_a_send_number_blocks_nothing() -> None:
    """It was never sent."""
    assert not blocks_sending(order(state=OrderState.SENDING, send_number=None), 100)
