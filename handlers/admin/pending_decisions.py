"""The list of what waits for the staff: orders, top-ups, customers, products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardMarkup, Update

from bot.domain.errors import NotFoundError
from bot.domain.staff import Right
from bot.domain.topup import TopUp, TopUpId
from bot.services.admin.pending_decisions import Waiting, WaitingItem
from handlers.admin.alerts import topup_details_text
from handlers.admin.buttons import ShowRequest
from handlers.admin.keyboards import topup_keyboard
from handlers.admin.pending_decisions_texts import item_label, waiting_text
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import back, button, home, keyboard, rows_of
from handlers.ui.replies import show
from handlers.ui.staff_buttons import (
    ShowApplicant,
    ShowApplication,
    ShowOverview,
    ShowParked,
    ShowPendingDecisions,
    ShowThread,
)


async def show_pending_decisions(update: Update, context: ShopContext) -> None:
    """Show what waits for the sender: /cases, or on the pressed message."""
    translator, now = context.translator, context.shop.clock.now()
    waiting = await context.shop.admin.waiting(context.actor)
    markup = waiting_keyboard(translator, waiting, now, has_overview=context.may(Right.CASES))
    await show(update, context, waiting_text(translator, waiting, now), markup)


async def show_request(update: Update, context: ShopContext) -> None:
    """Show a top-up with the buttons that decide it, on the pressed message."""
    translator, topup_id = context.translator, TopUpId(pressed(update, ShowRequest).topup_id)
    try:
        request = await context.shop.topups.details(context.actor, topup_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    markup = request_keyboard(translator, request.topup, request.others)
    await show(update, context, topup_details_text(translator, request), markup)


def waiting_keyboard(
    translator: Translator, waiting: Waiting, now: datetime, *, has_overview: bool
) -> InlineKeyboardMarkup:
    """Return a button for each listed item, one to the shop's status, and the usual ones."""
    overview = button(translator.gettext("📋 Orders and supplier"), ShowOverview())
    return keyboard(
        *([button(item_label(translator, one, now), _opens(one))] for one in waiting.items),
        [overview] if has_overview else [],
        [button(translator.gettext("🔄 Look again"), ShowPendingDecisions()), home(translator)],
    )


def _opens(item: WaitingItem) -> Button:
    """Return the button that shows an item; withheld products are in the shop's status."""
    if item.thread is not None:
        return ShowThread(item.thread.thread_id)
    if item.topup is not None:
        return ShowRequest(item.topup.topup_id)
    if item.staff_link is not None and item.staff_link.link_id is not None:
        return ShowApplication(item.staff_link.link_id)
    if item.request is not None:
        return ShowApplicant(item.request.customer_id)
    return ShowOverview() if item.order is None else ShowParked(item.order.order_id)


def request_keyboard(
    translator: Translator, topup: TopUp, others: Sequence[TopUp] = ()
) -> InlineKeyboardMarkup:
    """Return the decisions about a top-up, and a button back to the list."""
    answers = topup_keyboard(translator, topup, others)
    rows = [] if answers is None else rows_of(answers)
    return keyboard(*rows, [back(translator, ShowPendingDecisions())])
