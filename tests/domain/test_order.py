"""The order state machine: listed transitions only, and one resolution of the hold."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidTransitionError
from bot.domain.money import Rupiah
from bot.domain.order import (
    BREAKER_WITHIN,
    FINAL_STATES,
    POLL_MAX,
    TRANSITIONS,
    Event,
    OrderState,
    ParkReason,
    breaker_trips,
    next_state,
    order_id_of,
    order_number_of,
    park_reason_if_overdue,
    poll_pause,
    send_backoff,
)
from tests.domain.samples import SENT_AT, at, order

seconds = st.floats(0, 200_000).map(lambda s: timedelta(seconds=s))


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_a_history_follows_the_table_and_resolves_the_hold_once(events: list[Event]) -> None:
    state, resolved = OrderState.QUEUED, 0
    for event in events:
        target = TRANSITIONS.get((state, event))
        if target is None:
            with pytest.raises(InvalidTransitionError) as caught:
                next_state(state, event)
            assert (caught.value.state, caught.value.event) == (state, event.value)
            continue
        assert next_state(state, event) is target
        resolved += target.is_final and not state.is_final
        state = target
    assert resolved == (1 if state.is_final else 0)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_final_order_accepts_no_event(state: OrderState) -> None:
    for event in Event:
        with pytest.raises(InvalidTransitionError):
            next_state(state, event)


def test_every_state_is_reachable_and_leads_to_a_final_one() -> None:
    targets = {target for (_, _), target in TRANSITIONS.items()}
    assert targets | {OrderState.QUEUED} == set(OrderState)
    ends = set(FINAL_STATES)
    while True:
        grown = ends | {state for (state, _), target in TRANSITIONS.items() if target in ends}
        if grown == ends:
            break
        ends = grown
    assert ends == set(OrderState)


def test_only_surely_unsent_orders_are_queued_again() -> None:
    back = {key for key, target in TRANSITIONS.items() if target is OrderState.QUEUED}
    assert back == {(OrderState.SENDING, Event.NOT_SENT)}


def test_an_order_has_a_number_and_a_margin() -> None:
    assert order().number == "K7"
    assert order().margin == 1_000
    assert order(supplier_cost=Rupiah(12_000)).margin == -800
    assert order(supplier_cost=Rupiah(0)).margin == 11_200


@pytest.mark.parametrize(
    ("order_id", "number"),
    [(1, "K1"), (999_999_999, "K999999999"), (1_000_000_001, "K2-1"), (41_000_000_012, "K42-12")],
)
def test_an_order_number_encodes_epoch_and_id(order_id: int, number: str) -> None:
    """After a restore, no number that a customer holds may be given out again."""
    assert order_number_of(order_id) == number
    assert order_id_of(number) == order_id_of(number.lower()) == order_id


@pytest.mark.parametrize("text", ["", "K", "12", "K0-5", "K-1", "K1-", "K1234567890", "K١", "K1 "])
def test_an_invalid_order_number_has_no_id(text: str) -> None:
    assert order_id_of(text) is None


def test_covering_looks_are_measured_from_the_send() -> None:
    delay = timedelta(seconds=60)
    assert not order(sent_at=None).has_covering_miss_after(delay)
    assert not order().has_covering_miss_after(delay)
    assert not order(last_covering_miss_at=at(59)).has_covering_miss_after(delay)
    assert order(last_covering_miss_at=at(60)).has_covering_miss_after(delay)
    assert order(first_miss_after_60s_at=at(61)).has_covering_miss_after(delay)


@given(seconds, seconds.map(lambda least: least / 1_000), st.floats(0, 3), st.floats(-1, 1))
def test_the_pause_between_polls_has_bounds(
    age: timedelta, least: timedelta, load: float, jitter: float
) -> None:
    pause = poll_pause(age, least, load, jitter)
    assert least * 0.899 <= pause <= max(POLL_MAX, least) * 1.101


@given(seconds, seconds, st.floats(0, 1), st.floats(0, 1))
def test_older_orders_and_busier_times_are_polled_less(
    age: timedelta, more: timedelta, load: float, busier: float
) -> None:
    least = timedelta(seconds=5)
    pause = poll_pause(age, least, load, 0)
    assert pause <= poll_pause(age + more, least, load, 0)
    assert pause <= poll_pause(age, least, min(1.0, load + busier), 0)


def test_the_pause_starts_at_the_least_and_follows_the_root_of_the_age() -> None:
    """5 s for a fresh order, then c·√age with c = 0.5: 10 s after 400 s."""
    least = timedelta(seconds=5)
    assert poll_pause(timedelta(0), least, 0, 0) == least
    assert poll_pause(timedelta(seconds=400), least, 0, 0) == timedelta(seconds=10)
    assert poll_pause(timedelta(seconds=400), least, 0.5, 0) == timedelta(seconds=20)
    assert poll_pause(timedelta(hours=12), least, 0, 0) == POLL_MAX
    assert poll_pause(timedelta(seconds=-5), least, -1, 0) == least


@pytest.mark.parametrize(
    ("hours", "unseen_minutes", "reason"),
    [
        (0, 9.99, None),
        (0, 10, ParkReason.ROW_MISSING),
        (23.99, 0, None),
        (24, 0, ParkReason.NOT_FINAL),
    ],
)
def test_a_row_missing_for_ten_minutes_or_open_for_a_day_needs_an_admin(
    hours: float, unseen_minutes: float, reason: ParkReason | None
) -> None:
    seen_at = SENT_AT + timedelta(hours=hours)
    accepted = order(state=OrderState.ACCEPTED, accepted_at=SENT_AT, row_seen_at=seen_at)
    now = seen_at + timedelta(minutes=unseen_minutes)
    assert park_reason_if_overdue(accepted, now) is reason


def test_a_row_that_was_never_seen_is_missing_since_the_acceptance() -> None:
    lonely = order(state=OrderState.ACCEPTED, accepted_at=SENT_AT)
    assert park_reason_if_overdue(lonely, at(599)) is None
    assert park_reason_if_overdue(lonely, at(600)) is ParkReason.ROW_MISSING
    unknown = order(state=OrderState.ACCEPTED, created_at=SENT_AT)
    assert park_reason_if_overdue(unknown, at(600)) is ParkReason.ROW_MISSING


@given(st.lists(st.integers(0, 900), max_size=8), st.integers(900, 1_500))
def test_the_breaker_opens_at_three_within_five_minutes(ago: list[int], now: int) -> None:
    recent = [second for second in ago if now - second <= BREAKER_WITHIN.total_seconds()]
    assert breaker_trips([at(second) for second in ago], at(now)) == (len(recent) >= 3)


def test_sending_backs_off_up_to_half_a_minute() -> None:
    pauses = [send_backoff(failures).total_seconds() for failures in (1, 2, 3, 4, 5, 6, 10_000)]
    assert pauses == [2, 4, 8, 16, 30, 30, 30]
