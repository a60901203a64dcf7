"""The day of which the owners are to be told in a summary, each day once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.shop_rules import ShopRules
from bot.ports.facts import SUMMARISED_DAY
from bot.ports.store import Transaction
from bot.services.backups import last_due
from bot.services.shop_settings import settings_now

NOON: Final = 12
"""A summary before this hour tells of the day before."""
A_DAY: Final = timedelta(days=1)
LATEST: Final = timedelta(hours=6)
"""A bot that was off at the hour tells later that day, or within this time after the hour."""


def day_due(tx: Transaction, rules: ShopRules, now: datetime) -> date | None:
    """Return the day of which the owners are to be told now, in the shop's time zone."""
    settings = settings_now(tx, rules)
    hour, zone = settings.summary_hour, ZoneInfo(settings.timezone)
    if hour < 0:
        return None
    due_at = last_due(now, hour, zone)
    is_same_day = now.astimezone(zone).date() == due_at.date()
    if not is_same_day and now - due_at > LATEST:
        return None
    day = due_at.date() if hour >= NOON else due_at.date() - A_DAY
    told = tx.facts.get(SUMMARISED_DAY)
    # A day far ahead was told of by a clock that was wrong.
    if told is not None and day <= date.fromisoformat(told) <= day + A_DAY:
        return None
    return day


def skip_summary(tx: Transaction, rules: ShopRules, now: datetime) -> None:
    """Send no summary of the day that is due now, for a database that was just restored.

    The owners have probably read it, and the database has lost some of that day's orders.
    """
    day = day_due(tx, rules, now)
    if day is not None:
        tx.facts.put(SUMMARISED_DAY, day.isoformat())
