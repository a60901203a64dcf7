"""Lines with the shop's figures for staff: the supplier's money, the day's profit, what waits."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.sales import Profit
from bot.services.supplier_money import SupplierMoney
from handlers.ui.durations import age
from handlers.ui.i18n import Translator

_HOURS_IN_DAYS = 48
"""From so many hours on, what is left is told in days."""
_FORESEEN_HOURS = 90 * 24
"""Longer than that says nothing: it comes from very few sales."""


def supplier_line(translator: Translator, money: SupplierMoney) -> str:
    """Return what is left at the supplier, and for how long: "Supplier: Rp812.000 (±9 jam)"."""
    _ = translator.gettext
    amount = translator.money(money.balance)
    lasts = lasting(translator, money.hours_left)
    if not lasts:
        return _("Supplier: {amount}").format(amount=amount)
    return _("Supplier: {amount} ({lasts})").format(amount=amount, lasts=lasts)


def lasting(translator: Translator, hours: int | None) -> str:
    """Return for how long a balance lasts: "±9 jam"; empty if that is unknown or far away."""
    if hours is None or hours > _FORESEEN_HOURS:
        return ""
    if hours < _HOURS_IN_DAYS:
        return translator.ngettext("±{count} hour", "±{count} hours", hours).format(
            count=translator.number(hours)
        )
    days = hours // 24
    return translator.ngettext("±{count} day", "±{count} days", days).format(
        count=translator.number(days)
    )


def today_line(translator: Translator, today: Profit, *, shows_profit: bool) -> str:
    """Return the day's sales, and its profit for those who may see it."""
    _ = translator.gettext
    count, turnover = translator.number(today.sales.count), translator.money(today.sales.revenue)
    if not shows_profit:
        return _("Today: {count} sold · turnover {turnover}").format(count=count, turnover=turnover)
    return _("Today: {count} sold · turnover {turnover} · profit {profit}").format(
        count=count, turnover=turnover, profit=translator.money(today.profit)
    )


def waiting_line(translator: Translator, count: int, oldest: timedelta | None) -> str:
    """Return how much waits for the reader, and for how long the oldest does; None: nothing."""
    _ = translator.gettext
    if oldest is None:
        return _("Nothing needs you.")
    return _("Needs you: {count} · oldest {age}").format(
        count=translator.number(count), age=age(translator, oldest)
    )
