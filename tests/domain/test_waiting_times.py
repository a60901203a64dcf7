"""Until when a customer is promised an answer, and when an order is slow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.order import OrderState
from bot.domain.waiting_times import answer_due_at, became_slow, is_after_opening, is_slow
from tests.domain.samples import at, order, pairs

JAKARTA = ZoneInfo("Asia/Jakarta")
JAYAPURA = ZoneInfo("Asia/Jayapura")


def jakarta(text: str) -> datetime:
    """Return an instant in Jakarta from its day and time in November 2026, as "24 15:41"."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("parked", "by"),
    pairs({
        "24 18:41": ["24 15:41"],
        "24 09:00": ["24 06:00", "24 05:59"],
        "24 09:01": ["24 06:01"],
        "24 22:00": ["24 19:00"],
        "25 09:00": ["24 19:01", "24 20:59", "24 21:00", "24 23:30", "25 00:00", "25 01:00"],
    }),
)  # fmt: skip
def test_an_answer_is_promised_in_three_hours_and_never_in_the_night(parked: str, by: str) -> None:
    """A promise that would fall between 22:00 and 09:00 is moved to 09:00."""
    parked_at = jakarta(parked).astimezone(UTC)
    found = answer_due_at(parked_at, JAKARTA)
    assert found == jakarta(by)
    assert found.utcoffset() == timedelta(hours=7)
    assert found >= parked_at + timedelta(hours=3)


def test_the_morning_may_be_in_the_next_month() -> None:
    assert answer_due_at(jakarta("30 23:59"), JAKARTA) == datetime(2026, 12, 1, 9, tzinfo=JAKARTA)


def test_the_night_is_in_the_shops_time_zone() -> None:
    parked_at = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    assert answer_due_at(parked_at, JAKARTA) == parked_at + timedelta(hours=3)
    assert answer_due_at(parked_at, JAYAPURA).isoformat() == "2026-11-25T09:00:00+09:00"


def test_a_promise_for_the_morning_is_recognised() -> None:
    assert is_after_opening(answer_due_at(jakarta("24 23:00"), JAKARTA))
    assert not is_after_opening(answer_due_at(jakarta("24 12:00"), JAKARTA))


@pytest.mark.parametrize("state", list(OrderState))
def test_only_sending_and_accepted_orders_are_slow(state: OrderState) -> None:
    open_order = replace(order(), state=state, sent_at=at(0), accepted_at=at(2))
    is_under_way = state in (OrderState.SENDING, OrderState.ACCEPTED)
    assert is_slow(open_order, at(600)) == is_under_way
    assert not is_slow(open_order, at(599))


def test_an_order_becomes_slow_after_it_was_accepted() -> None:
    accepted = replace(order(), state=OrderState.ACCEPTED, sent_at=at(0), accepted_at=at(599))
    assert not became_slow(accepted, at(599))
    assert became_slow(accepted, at(600))
    assert not became_slow(replace(accepted, accepted_at=at(600)), at(700))
    unknown = replace(accepted, sent_at=None, accepted_at=None, created_at=at(0))
    assert not became_slow(unknown, at(599))
    assert became_slow(unknown, at(600))
