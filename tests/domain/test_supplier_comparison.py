"""Comparing orders with the supplier's rows: differences, and rows too young to judge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.lookup import SETTLED_AFTER
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState
from bot.domain.supplier_comparison import (
    COMPARE_EVERY,
    FindingKind,
    UnclaimedRowKind,
    classify_unclaimed_row,
    differences,
    has_other_target,
    is_target_masked,
    misdated_finding,
    next_compare_at,
    unclaimed_finding,
)
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import SupplierRow
from tests.domain.samples import SENT_AT, at, order, row

WORDS = {
    "success": SupplierStatus.SUCCEEDED,
    "failed": SupplierStatus.FAILED,
    "waiting": SupplierStatus.PENDING,
    "partial": SupplierStatus.PARTIAL,
}
NOW = at(600)
ZERO = timedelta(0)


def status_of(word: str) -> SupplierStatus:
    return WORDS.get(word, SupplierStatus.UNKNOWN)


def kinds(state: OrderState, word: str) -> list[FindingKind]:
    ours = order(state=state, ref_id="r1")
    return [found.kind for found in differences(ours, row(status_word=word), status_of, NOW)]


@pytest.mark.parametrize(
    ("state", "word", "expected"),
    [
        (OrderState.SUCCEEDED, "success", []),
        (OrderState.SUCCEEDED, "failed", [FindingKind.REVERSED]),
        (OrderState.SUCCEEDED, "waiting", [FindingKind.STATUS]),
        (OrderState.SUCCEEDED, "Transaksi Refund", [FindingKind.STATUS]),
        (OrderState.SUCCEEDED, "", [FindingKind.STATUS]),
        (OrderState.FAILED, "failed", []),
        (OrderState.FAILED, "success", [FindingKind.DELIVERED]),
        (OrderState.FAILED, "partial", [FindingKind.STATUS]),
        (OrderState.ACCEPTED, "success", []),
        (OrderState.ACCEPTED, "failed", []),
        (OrderState.PARKED, "partial", []),
    ],
)
def test_a_status_that_contradicts_an_ended_order_is_found(
    state: OrderState, word: str, expected: list[FindingKind]
) -> None:
    assert kinds(state, word) == expected


def test_a_finding_quotes_both_values() -> None:
    ours = order(state=OrderState.SUCCEEDED, ref_id="r1", supplier_cost=Rupiah(10_200))
    status, price = differences(ours, row(status_word="", cost=Rupiah(10_500)), status_of, NOW)
    assert (status.detail, price.detail) == ("succeeded / (empty)", "10200 / 10500")
    assert (price.kind, price.ref_id, price.order_id) == (FindingKind.PRICE, "r1", ours.order_id)


@pytest.mark.parametrize("cost", [None, Rupiah(0), Rupiah(10_200)])
def test_a_missing_or_zero_cost_is_no_difference(cost: Rupiah | None) -> None:
    """After a refund a row may show 0."""
    ours = order(state=OrderState.ACCEPTED, ref_id="r1", supplier_cost=Rupiah(10_200))
    assert differences(ours, row(cost=cost), status_of, NOW) == []


def test_a_cost_that_was_never_booked_is_no_difference() -> None:
    assert differences(order(ref_id="r1"), row(cost=Rupiah(1)), status_of, NOW) == []


@pytest.mark.parametrize(
    ("state", "change", "is_found"),
    [
        (OrderState.SUCCEEDED, {"destination": "081299999999"}, True),
        (OrderState.SUCCEEDED, {"service_code": "SM20"}, True),
        (OrderState.SUCCEEDED, {"destination": "0813****7890"}, True),
        (OrderState.SUCCEEDED, {"destination": "0812****7890"}, False),
        (OrderState.SUCCEEDED, {"destination": "", "service_code": ""}, False),
        (OrderState.SUCCEEDED, {"destination": "6281234567890"}, False),
        (OrderState.FAILED, {"destination": "081299999999", "status_word": "failed"}, False),
        (OrderState.ACCEPTED, {"destination": "081299999999"}, False),
    ],
)
def test_another_target_is_found_for_a_succeeded_order_only(
    state: OrderState, change: dict[str, str], is_found: bool
) -> None:
    """A masked number is no difference; open orders are left to polling."""
    shown = replace(row(status_word="success"), **change)  # type: ignore[arg-type]
    found = differences(order(state=state, ref_id="r1"), shown, status_of, NOW)
    assert [one.kind for one in found] == [FindingKind.TARGET] * is_found
    if found:
        assert found[0].detail == (f"SM10 081234567890 / {shown.service_code} {shown.destination}")


@pytest.mark.parametrize(
    ("sent", "echo", "another", "hides"),
    [
        ("081234567890", "081234567890", False, False),
        ("081234567890", "0812****", False, True),
        ("081234567890", "081299999999", True, False),
        ("81234567890", "081234567890", True, False),
    ],
)
def test_a_row_names_the_target_or_another_or_hides_it(
    sent: str, echo: str, another: bool, hides: bool
) -> None:
    assert has_other_target("A", sent, "A", echo) is another
    assert is_target_masked("A", sent, "A", echo) is hides
    assert has_other_target("A", sent, "B", echo)
    assert has_other_target("A", sent, "", echo) is another
    assert is_target_masked("A", sent, "", echo) is not another


def test_a_meter_that_is_written_as_a_phone_is_no_difference() -> None:
    """Polling has accepted such a row as the order's own."""
    ours = order(state=OrderState.SUCCEEDED, ref_id="r1", destination="81234567890")
    assert differences(ours, row(status_word="success"), status_of, NOW) == []


def fate(
    shown: SupplierRow, *unresolved: Order, seen_after: float = 0, skew: timedelta = ZERO
) -> UnclaimedRowKind:
    return classify_unclaimed_row(shown, at(seen_after), unresolved, status_of, NOW, skew)


def test_an_old_row_without_an_order_is_unclaimed() -> None:
    assert fate(row(status_word="success")) is UnclaimedRowKind.UNCLAIMED
    assert (
        fate(row(status_word="waiting"), order(service_code="SM20")) is UnclaimedRowKind.UNCLAIMED
    )


def test_a_row_that_may_be_an_open_orders_is_ours() -> None:
    lost = order(state=OrderState.AMBIGUOUS)
    assert fate(row(), lost) is UnclaimedRowKind.OURS
    suspected = order(service_code="SM20", suspect_ref_id="r1")
    assert fate(row(), suspected) is UnclaimedRowKind.OURS
    claimed = replace(lost, state=OrderState.PARKED, ref_id="r9")
    assert fate(row(), claimed) is UnclaimedRowKind.UNCLAIMED


def test_a_failed_row_is_ignored() -> None:
    assert fate(row(status_word="failed")) is UnclaimedRowKind.FREE


@pytest.mark.parametrize(
    ("made_after", "seen_after", "skew", "expected"),
    [
        (481, 600, 0, UnclaimedRowKind.YOUNG),
        (480, 600, 0, UnclaimedRowKind.UNCLAIMED),
        (480 + 50, 600, 50, UnclaimedRowKind.UNCLAIMED),
        (480, 600, -50, UnclaimedRowKind.YOUNG),
        (None, 481, 0, UnclaimedRowKind.YOUNG),
        (None, 480, 0, UnclaimedRowKind.UNCLAIMED),
        (9_999, 480, 0, UnclaimedRowKind.UNCLAIMED),
    ],
)
def test_a_young_row_is_given_time(
    made_after: float | None, seen_after: float, skew: float, expected: UnclaimedRowKind
) -> None:
    """Age counts from its creation by our clock or our first appearance, whichever is earlier."""
    shown = row(created_at=None if made_after is None else at(made_after))
    assert fate(shown, seen_after=seen_after, skew=timedelta(seconds=skew)) is expected
    assert timedelta(seconds=120) == SETTLED_AFTER


def test_an_unclaimed_row_is_described_as_the_supplier_shows_it() -> None:
    assert unclaimed_finding(row(), NOW).detail == "SM10 081234567890 10200 waiting"
    assert unclaimed_finding(row(cost=None, status_word=""), NOW).detail == "SM10 081234567890"


def test_the_next_comparison_is_in_ten_minutes_or_when_young_rows_are_old() -> None:
    """It is due at once if there was none, or if the clock was set back."""
    assert next_compare_at(None, False, NOW) == NOW
    assert next_compare_at(at(900), False, NOW) == NOW
    assert next_compare_at(SENT_AT, False, NOW) == SENT_AT + COMPARE_EVERY
    assert next_compare_at(SENT_AT, True, NOW) == SENT_AT + SETTLED_AFTER


# --- absurd instants ---


@pytest.mark.parametrize("seconds", [1, 9_999_999_999, 99_999_999_999, 253_402_214_400])
@pytest.mark.parametrize("skew", [0, -15 * 3_600, 15 * 3_600])
def test_a_row_with_an_absurd_instant_is_as_old_as_its_first_appearance(
    seconds: int, skew: float
) -> None:
    shown = row(created_at=datetime.fromtimestamp(seconds, UTC))
    assert fate(shown, seen_after=481, skew=timedelta(seconds=skew)) is UnclaimedRowKind.YOUNG
    assert fate(shown, seen_after=480, skew=timedelta(seconds=skew)) is UnclaimedRowKind.UNCLAIMED


HOURS = 3_600


@pytest.mark.parametrize(
    ("made_after", "seen_after", "is_found"),
    [
        (1, 3, False),
        (-15 * HOURS, 3, False),
        (-15 * HOURS - 1, 3, True),
        (15 * HOURS + 3, 3, False),
        (15 * HOURS + 4, 3, True),
        (1, 90 * HOURS, False),
        (-(10**9), 3, True),
        (10**9, 3, True),
    ],
)
def test_an_orders_row_is_misdated_outside_its_send_and_our_first_appearance(
    made_after: float, seen_after: float, is_found: bool
) -> None:
    """It was created between the two, by a clock within 15 hours of ours."""
    ours, shown = order(ref_id="r1"), row(created_at=at(made_after))
    found = misdated_finding(shown, ours, at(seen_after), None, NOW)
    assert (found is not None) == is_found
    if found is not None:
        assert (found.kind, found.ref_id, found.order_id) == (FindingKind.DATE, "r1", ours.order_id)
        assert found.detail == f"{at(made_after):%Y-%m-%d %H:%M} UTC SM10 081234567890"


def test_an_unclaimed_row_is_misdated_if_an_earlier_comparison_lacked_it() -> None:
    """Without an earlier comparison it may be old, but not older than a year."""
    old = row(created_at=at(-100 * HOURS))
    assert misdated_finding(old, None, at(0), None, NOW) is None
    assert misdated_finding(old, None, at(0), at(0), NOW) is None
    assert misdated_finding(old, None, at(0), at(-84 * HOURS), NOW) is not None
    assert misdated_finding(old, None, at(0), at(-86 * HOURS), NOW) is None
    assert misdated_finding(old, order(sent_at=None), at(0), None, NOW) is None
    ancient = row(created_at=at(-366 * 24 * HOURS))
    assert misdated_finding(ancient, None, at(0), None, NOW) is not None
    assert misdated_finding(row(created_at=None), None, at(0), None, NOW) is None
