"""The text of a report."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.sales import BrandSales, Period, Profit
from bot.services.admin.profit import Report
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.product_names import brand_name

_PERIODS = {
    Period.TODAY: N_("Today"),
    Period.YESTERDAY: N_("Yesterday"),
    Period.LAST_7_DAYS: N_("Last 7 days"),
    Period.THIS_MONTH: N_("This month"),
    Period.LAST_MONTH: N_("Last month"),
}
_NOON = timedelta(hours=12)


def period_name(translator: Translator, period: Period) -> str:
    """Return the name of a period, for its button."""
    return translator.gettext(_PERIODS[period])


def report_text(translator: Translator, shown: Report) -> str:
    """Return the sales, costs and profit of a period, and its best brands."""
    _ = translator.gettext
    title, earned = period_name(translator, shown.period), shown.earned
    return paragraphs(
        lines(f"📊 {bold(title)}", _days(translator, shown)),
        figures(translator, earned),
        lines(bold(_("Best brands")), *(_brand(translator, one) for one in shown.brands))
        if shown.brands
        else _("Nothing was sold."),
    )


def figures(translator: Translator, earned: Profit) -> str:
    """Return what was sold, what it cost, and the profit."""
    _ = translator.gettext
    bonuses = _("Bonuses: {amount}").format(amount=translator.money(earned.bonuses))
    return lines(
        _("Sold: {count}").format(count=bold(translator.number(earned.sales.count))),
        _("Turnover: {amount}").format(amount=bold(translator.money(earned.sales.revenue))),
        _("Cost: {amount}").format(amount=translator.money(earned.cost)),
        bonuses if earned.bonuses else "",
        _("Profit: {amount}").format(amount=bold(translator.money(earned.profit))),
    )


def _days(translator: Translator, shown: Report) -> str:
    # Noon is on the same day in all of Indonesia, whose zones texts may be written in.
    first, last = (translator.date(day + _NOON) for day in (shown.first_day, shown.last_day))
    if first == last:
        return last
    return translator.gettext("{first} to {last}").format(first=first, last=last)


def _brand(translator: Translator, sold: BrandSales) -> str:
    return translator.ngettext(
        "{brand}: {count} order, turnover {turnover}, margin {margin}",
        "{brand}: {count} orders, turnover {turnover}, margin {margin}",
        sold.count,
    ).format(
        brand=escaped(brand_name(sold.brand)),
        count=translator.number(sold.count),
        turnover=translator.money(sold.revenue),
        margin=translator.money(sold.margin),
    )
