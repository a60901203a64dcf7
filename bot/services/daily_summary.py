"""The daily summary: once a day, at an hour of their choice, every owner reads how it went."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.notice import NoticeKind
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.facts import SUMMARISED_DAY
from bot.ports.store import Store, Transaction
from bot.services.admin.pending_decisions import waiting_for
from bot.services.admin.profit import profit_between
from bot.services.notices import enqueue
from bot.services.shop_settings import settings_now
from bot.services.summary_day import day_due
from bot.services.supplier_money import supplier_money

LOOK_EVERY_SECONDS: Final = 60.0
A_DAY: Final = timedelta(days=1)


class DailySummary:
    """Notifies the owners of the day's figures, at the hour of the setting."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def step(self) -> float:
        """Notify the owners if it is time; return the seconds until the next look."""
        now = self._clock.now()
        if await self._store.read(day_due, self._rules, now) is not None:
            await self._store.write(summarise, self._rules, now)
        return LOOK_EVERY_SECONDS


def summarise(tx: Transaction, rules: ShopRules, now: datetime) -> None:
    """Notify every owner of the day that is due, once."""
    day = day_due(tx, rules, now)
    if day is None:
        return
    data = figures_of(tx, rules, settings_now(tx, rules), day, now)
    enqueue.notify_admins(tx, rules, NoticeKind.DAY_SUMMARY, f"summary:{day}", None, now, data)
    tx.facts.put(SUMMARISED_DAY, day.isoformat())


def figures_of(
    tx: Transaction, rules: ShopRules, settings: ShopSettings, day: date, now: datetime
) -> dict[str, str | int]:
    """Return the figures of a day up to `now`, in whole rupiah, as the notice keeps them.

    They are kept because a notice may be delivered later, to an owner who had blocked the bot.
    """
    zone = ZoneInfo(settings.timezone)
    since = datetime(day.year, day.month, day.day, tzinfo=zone)
    until = since + A_DAY
    earned, paid_in = profit_between(tx, since, until), tx.sales.paid_in_between(since, until)
    waiting = waiting_for(tx, rules, frozenset(Right), now)
    supplier = supplier_money(tx, rules, now)
    data: dict[str, str | int] = {
        "since": since.isoformat(),
        "sold": earned.sales.count,
        "turnover": earned.sales.revenue,
        "margin": earned.sales.margin,
        "bonuses": earned.bonuses,
        "payments": paid_in.count,
        "paid_in": paid_in.amount,
        "waiting": waiting.count,
        "supplier": supplier.balance,
    }
    if now < until:
        data["until"] = now.isoformat()
    if waiting.oldest_at is not None:
        data["oldest_at"] = waiting.oldest_at.isoformat()
    if supplier.hours_left is not None:
        data["hours_left"] = supplier.hours_left
    return data
