"""The daily summary: at the owner's hour, once for each day, with the day's figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.money_source import MoneySource
from bot.domain.notice import NoticeKind
from bot.domain.order import ParkReason
from bot.services.daily_summary import summarise
from bot.services.restores import restore_state
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, PRICE, SECOND_ADMIN_CHAT, Shop

JAKARTA = ZoneInfo("Asia/Jakarta")


def set_clock(shop: Shop, day: int, hour: int, minute: int = 0) -> None:
    """Set the clock to a time in March 2026, in Jakarta."""
    at = datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)
    shop.clock.set_by((at - shop.clock.now()).total_seconds())


async def set_up(shop: Shop, name: str, value: str | int) -> None:
    await shop.change_settings.change(ADMIN, name, value)


async def told(shop: Shop) -> list[Mapping[str, str | int]]:
    """Let the worker look; return the data of the first owner's new summaries."""
    assert await shop.daily_summary.step() == 60
    both = await shop.deliveries(kind=NoticeKind.DAY_SUMMARY)
    assert [one.notice.chat_id for one in both] == [ADMIN_CHAT, SECOND_ADMIN_CHAT][: len(both)]
    return [one.notice.data for one in both if one.notice.chat_id == ADMIN_CHAT]


async def days_told(shop: Shop) -> list[str]:
    """Let the worker look; return the days of which it told, as "14"."""
    return [str(one["since"])[8:10] for one in await told(shop)]


async def test_without_an_hour_there_is_none(shop: Shop) -> None:
    set_clock(shop, 14, 23)
    assert await told(shop) == []


async def test_it_tells_every_owner_of_the_day(shop: Shop) -> None:
    set_clock(shop, 14, 12)
    await set_up(shop, "summary_hour", 20)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    for amount, source in ((50_000, MoneySource.CASH), (300, MoneySource.BONUS)):
        proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, amount, "", source)
        await shop.wallets.adjust(ADMIN, proposed.token, source)
    parked = await shop.parked(ParkReason.UNKNOWN)
    set_clock(shop, 14, 19, 59)
    assert await told(shop) == []
    set_clock(shop, 14, 20)
    # The two credits of 100,000 rupiah with which the shop was opened are of this day, too.
    (data,) = await told(shop)
    assert parked.parked_at is not None
    assert data == {
        "since": "2026-03-14T00:00:00+07:00",
        "until": shop.clock.now().isoformat(),
        "sold": 1,
        "turnover": PRICE,
        "margin": 1_000,
        "bonuses": 300,
        "payments": 3,
        "paid_in": 250_000,
        "waiting": 1,
        "oldest_at": parked.parked_at.isoformat(),
        "supplier": -10_200,
        "hours_left": 0,
    }
    assert await told(shop) == []


async def test_before_noon_it_tells_of_the_whole_day_before(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await set_up(shop, "summary_hour", 6)
    set_clock(shop, 15, 6)
    (data,) = await told(shop)
    assert (data["since"], data["sold"]) == ("2026-03-14T00:00:00+07:00", 1)
    assert "until" not in data
    set_clock(shop, 16, 6)
    (data,) = await told(shop)
    assert (data["sold"], data["payments"], data["waiting"]) == (0, 0, 0)


async def test_another_hour_leaves_out_no_day_and_tells_of_none_twice(shop: Shop) -> None:
    set_clock(shop, 14, 20)
    await set_up(shop, "summary_hour", 20)
    assert await days_told(shop) == ["14"]
    await set_up(shop, "summary_hour", 22)
    set_clock(shop, 14, 22)
    assert await days_told(shop) == []
    await set_up(shop, "summary_hour", 7)
    set_clock(shop, 15, 7)
    assert await days_told(shop) == []
    set_clock(shop, 16, 7)
    assert await days_told(shop) == ["15"]
    await set_up(shop, "summary_hour", 21)
    set_clock(shop, 16, 21)
    assert await days_told(shop) == ["16"]


async def test_a_bot_that_was_off_at_the_hour_tells_later(shop: Shop) -> None:
    await set_up(shop, "summary_hour", 7)
    set_clock(shop, 15, 23, 59)
    assert await days_told(shop) == ["14"]
    await set_up(shop, "summary_hour", 22)
    set_clock(shop, 16, 4)
    (data,) = await told(shop)
    assert (str(data["since"])[8:10], "until" in data) == ("15", False)


async def test_a_bot_that_was_off_until_the_next_day_tells_of_that_day(shop: Shop) -> None:
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 15, 2, 1)
    assert await days_told(shop) == []
    set_clock(shop, 15, 20)
    assert await days_told(shop) == ["15"]


async def test_restarts_and_clocks_that_are_set_back_tell_of_no_day_twice(shop: Shop) -> None:
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 14, 20)
    assert await days_told(shop) == ["14"]
    await shop.restart()
    assert await days_told(shop) == []
    set_clock(shop, 15, 20)
    assert await days_told(shop) == ["15"]
    for day, hour in ((15, 19), (14, 21), (15, 21)):
        set_clock(shop, day, hour)
        assert await days_told(shop) == []
    set_clock(shop, 16, 20)
    assert await days_told(shop) == ["16"]


async def test_a_clock_that_was_far_ahead_silences_nobody(shop: Shop) -> None:
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 14, 20)
    assert await days_told(shop) == ["14"]
    set_clock(shop, 30, 20)
    assert await days_told(shop) == ["30"]
    set_clock(shop, 14, 20, 5)
    assert await days_told(shop) == []
    set_clock(shop, 15, 20)
    assert await days_told(shop) == ["15"]


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Makassar", 19), ("Asia/Jayapura", 18)])
async def test_the_hour_is_that_of_the_shop(shop: Shop, zone: str, hour: int) -> None:
    await set_up(shop, "timezone", zone)
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 14, hour - 1, 59)
    assert await days_told(shop) == []
    set_clock(shop, 14, hour)
    assert await days_told(shop) == ["14"]


async def test_it_is_checked_again_where_it_is_written(shop: Shop) -> None:
    """Another process may have told between the look of this one and its transaction."""
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 14, 20)
    assert await days_told(shop) == ["14"]
    await shop.store.write(summarise, shop.rules, shop.clock.now())
    assert await shop.deliveries(kind=NoticeKind.DAY_SUMMARY) == []


async def test_a_restored_database_does_not_tell_again(shop: Shop) -> None:
    """Its backup was made before the summary; the day's later orders are missing in it."""
    await set_up(shop, "summary_hour", 20)
    set_clock(shop, 14, 20, 30)
    await shop.store.write(restore_state, shop.rules, 1, shop.clock.now())
    assert await days_told(shop) == []
    set_clock(shop, 15, 20)
    assert await days_told(shop) == ["15"]
