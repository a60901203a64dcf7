"""The nightly cutoff, against an oracle that steps through the day by minutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cutoff import MINUTES_PER_DAY, CutoffWindow, closed_until, parse_cutoff

WIB = ZoneInfo("Asia/Jakarta")
MIDNIGHT = datetime(2026, 3, 14, tzinfo=WIB)

minutes = st.integers(0, MINUTES_PER_DAY - 1)
windows = st.tuples(minutes, minutes).filter(lambda w: w[0] != w[1]).map(lambda w: CutoffWindow(*w))
moments = st.integers(0, 2 * 24 * 3600 - 1).map(lambda s: MIDNIGHT + timedelta(seconds=s))


def closed_minutes(window: CutoffWindow) -> list[bool]:
    """Return for each minute of a day whether it is closed, by stepping from start to end."""
    closed = [False] * MINUTES_PER_DAY
    minute = window.start
    while minute != window.end:
        closed[minute] = True
        minute = (minute + 1) % MINUTES_PER_DAY
    return closed


@given(windows, moments)
def test_the_cutoff_agrees_with_the_oracle(window: CutoffWindow, local: datetime) -> None:
    closed = closed_minutes(window)
    minute = local.hour * 60 + local.minute
    opens_at = closed_until(window, local)
    if not closed[minute]:
        assert opens_at is None
        return
    wait = 1
    while closed[(minute + wait) % MINUTES_PER_DAY]:
        wait += 1
    assert opens_at == local.replace(second=0, microsecond=0) + timedelta(minutes=wait)


@given(windows, moments)
def test_the_product_is_open_at_the_announced_minute(window: CutoffWindow, local: datetime) -> None:
    opens_at = closed_until(window, local)
    if opens_at is not None:
        assert opens_at > local
        assert closed_until(window, opens_at) is None


def test_a_product_without_a_window_is_always_open() -> None:
    assert closed_until(None, MIDNIGHT) is None


def test_the_documented_window_closes_around_midnight() -> None:
    """Product BR10 of docs/supplier-api.md, "1.4 Get service": 23:29 to 00:30, supplier's time."""
    window = parse_cutoff("23:29", "00:30")
    assert closed_until(window, MIDNIGHT.replace(hour=23, minute=28, second=59)) is None
    assert closed_until(window, MIDNIGHT.replace(hour=23, minute=29)) == (
        MIDNIGHT + timedelta(days=1, minutes=30)
    )
    assert closed_until(window, MIDNIGHT.replace(minute=29, second=59)) == (
        MIDNIGHT + timedelta(minutes=30)
    )
    assert closed_until(window, MIDNIGHT.replace(minute=30)) is None


def test_the_window_is_in_local_time() -> None:
    window = parse_cutoff("23:30", "00:15")
    utc = datetime(2026, 3, 14, 16, 45, tzinfo=UTC)
    assert closed_until(window, utc) is None
    assert closed_until(window, utc.astimezone(WIB)) == datetime(2026, 3, 14, 17, 15, tzinfo=UTC)


@given(minutes, minutes, st.booleans())
def test_padded_and_unpadded_times_are_read(start: int, end: int, padded: bool) -> None:
    """The supplier writes "0:5" as well as "00:05"; equal times mean that it never closes."""

    def written(minute: int) -> str:
        hours, rest = divmod(minute, 60)
        return f"{hours:02}:{rest:02}" if padded else f"{hours}:{rest}"

    window = None if start == end else CutoffWindow(start, end)
    assert parse_cutoff(written(start), written(end)) == window


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (" 23:0 ", "0:15", CutoffWindow(23 * 60, 15)),
        ("23:30:00", "00:15:59", CutoffWindow(23 * 60 + 30, 15)),
        ("23:00", "24:00", CutoffWindow(23 * 60, 0)),
        ("00:00", "24:00", None),
        ("", "", None),
        ("", "00:15", None),
        ("23:30", "-", None),
        ("25:00", "01:00", None),
        ("23:60", "01:00", None),
        ("24:01", "01:00", None),
        ("23.30", "00.15", None),
        ("٢٣:٣٠", "00:15", None),
    ],
)
def test_odd_times_are_read_or_mean_no_window(
    start: str, end: str, window: CutoffWindow | None
) -> None:
    assert parse_cutoff(start, end) == window


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 1440), (7, 7)])
def test_an_impossible_window_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"minutes|length"):
        CutoffWindow(start, end)
