"""Lines with the shop's figures for staff: the supplier's money, the day's profit, what waits."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.sales import Profit
from bot.services.supplier_money import SupplierMoney
from handlers.ui.durations import age, lasting
from handlers.ui.i18n import Translator


def supplier_line(translator: Translator, money: SupplierMoney) -> str:
    """Return what is left at the supplier, and for how long: "Supplier: Rp812.000 (±9 jam)"."""
    _ = translator.gettext
    amount = translator.money(money.balance)
    lasts = lasting(translator, money.hours_left)
    if not lasts:
        return _("Supplier: {amount}").format(amount=amount)
    return _("Supplier: {amount} ({lasts})").format(amount=amount, lasts=lasts)


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
