"""Profit, and the days of a report."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.sales import Period, Profit, Sales, span_of

WIT = ZoneInfo("Asia/Jayapura")


def test_bonuses_lower_the_profit() -> None:
    earned = Profit(Sales(42, 1_284_000, 81_300), 20_000)
    assert (earned.cost, earned.profit) == (1_202_700, 61_300)
    assert Profit(Sales(0, 0, 0), -5_000).profit == 5_000


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        (Period.TODAY, "2026-03-01", "2026-03-02"),
        (Period.YESTERDAY, "2026-02-28", "2026-03-01"),
        (Period.LAST_7_DAYS, "2026-02-23", "2026-03-02"),
        (Period.THIS_MONTH, "2026-03-01", "2026-03-02"),
        (Period.LAST_MONTH, "2026-02-01", "2026-03-01"),
    ],
)
def test_days_are_those_of_the_shops_time_zone(period: Period, first: str, after: str) -> None:
    """It is 28 February in London, and 1 March in Jayapura."""
    now = datetime.fromisoformat("2026-02-28T16:00:00+00:00")
    expected = tuple(datetime.fromisoformat(day).replace(tzinfo=WIT) for day in (first, after))
    assert span_of(period, now, WIT) == expected
