"""/report: what was sold and earned in a period."""

from __future__ import annotations

from telegram import Update

from bot.domain.sales import Period
from handlers.reports.texts import period_name, report_text
from handlers.ui.buttons import ButtonError, ShowWelcome
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import Screen, back, button, in_columns, keyboard
from handlers.ui.replies import show, show_new
from handlers.ui.staff_buttons import ShowReport


async def report(update: Update, context: ShopContext) -> None:
    """Show the report of today: /report."""
    await show_new(update, context, *await _screen(context, Period.TODAY))


async def show_report(update: Update, context: ShopContext) -> None:
    """Show the report of a period, on the pressed message."""
    number = pressed(update, ShowReport).period
    if number not in list(Period):
        raise ButtonError
    await show(update, context, *await _screen(context, Period(number)))


async def _screen(context: ShopContext, period: Period) -> Screen:
    translator = context.translator
    shown = await context.shop.reports.report(context.actor, period)
    others = [
        button(period_name(translator, one), ShowReport(one)) for one in Period if one != period
    ]
    markup = keyboard(*in_columns(others, 2), [back(translator, ShowWelcome())])
    return report_text(translator, shown), markup
