"""The text of the daily summary."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.notice import Notice
from bot.domain.sales import Profit, Sales
from bot.services.supplier_money import SupplierMoney
from handlers.reports.texts import figures
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.shop_figures import supplier_line, waiting_line

_NOON = timedelta(hours=12)


def summary_text(translator: Translator, notice: Notice) -> str:
    """Return how a day went: its sales and profit, what came in, what is left, what waits."""
    _, data = translator.gettext, notice.data
    sold, turnover, margin = (int(data[name]) for name in ("sold", "turnover", "margin"))
    earned = Profit(Sales(sold, turnover, margin), int(data["bonuses"]))
    hours = int(data["hours_left"]) if "hours_left" in data else None
    has_moved = earned.sales.count or earned.bonuses
    return paragraphs(
        lines("📊 " + bold(_("Daily summary")), _day(translator, notice)),
        figures(translator, earned) if has_moved else _("Nothing was sold."),
        lines(
            _paid_in(translator, int(data["payments"]), int(data["paid_in"])),
            supplier_line(translator, SupplierMoney(int(data["supplier"]), None, hours)),
            waiting_line(translator, int(data["waiting"]), _oldest(notice)),
        ),
    )


def _day(translator: Translator, notice: Notice) -> str:
    # Noon is on the same day in all of Indonesia, whose zones texts may be written in.
    day = translator.date(datetime.fromisoformat(str(notice.data["since"])) + _NOON)
    if "until" not in notice.data:
        return day
    time = translator.clock(datetime.fromisoformat(str(notice.data["until"])))
    return translator.gettext("{day}, until {time}").format(day=day, time=time)


def _oldest(notice: Notice) -> timedelta | None:
    if "oldest_at" not in notice.data:
        return None
    return notice.created_at - datetime.fromisoformat(str(notice.data["oldest_at"]))


def _paid_in(translator: Translator, count: int, amount: int) -> str:
    if not count:
        return translator.gettext("No customer paid in.")
    return translator.ngettext(
        "Customers paid in: {amount} ({count} payment)",
        "Customers paid in: {amount} ({count} payments)",
        count,
    ).format(amount=translator.money(amount), count=translator.number(count))
