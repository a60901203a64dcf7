"""What the shop earned in a period, from sums; and the report of `/report`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.customer import Actor
from bot.domain.sales import BrandSales, Period, Profit, span_of
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.permissions import permitted
from bot.services.shop_settings import settings_now

BRANDS_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period."""

    period: Period
    first_day: datetime
    """The midnight with which its first day begins, in the shop's time zone."""
    last_day: datetime
    """That of its last day."""
    earned: Profit
    brands: Sequence[BrandSales]
    """The brands that sold most orders; the best comes first."""


class Reports:
    """Reads the reports for those who may see costs."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def report(self, actor: Actor, period: Period) -> Report:
        """Return the report of a period; raises `NotPermittedError`."""
        read = permitted(report_of, self._rules, actor, Right.COSTS)
        return await self._store.read(read, self._rules, period, self._clock.now())


def profit_of(tx: Transaction, rules: ShopRules, period: Period, now: datetime) -> Profit:
    """Return what the shop earned in a period, by days of its own time zone."""
    return profit_between(tx, *_span(tx, rules, period, now))


def profit_between(tx: Transaction, since: datetime, until: datetime) -> Profit:
    """Return what the shop earned from `since` until before `until`, in quarters of an hour."""
    return Profit(tx.sales.between(since, until), tx.sales.bonuses_between(since, until))


def report_of(tx: Transaction, rules: ShopRules, period: Period, now: datetime) -> Report:
    """Return the report of a period."""
    since, until = _span(tx, rules, period, now)
    return Report(
        period=period,
        first_day=since,
        last_day=until - timedelta(days=1),
        earned=profit_between(tx, since, until),
        brands=tx.sales.brands_between(since, until, BRANDS_LISTED),
    )


def _span(
    tx: Transaction, rules: ShopRules, period: Period, now: datetime
) -> tuple[datetime, datetime]:
    return span_of(period, now, ZoneInfo(settings_now(tx, rules).timezone))
