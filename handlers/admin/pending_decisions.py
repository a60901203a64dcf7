"""The list of pending decisions: parked orders and top-ups."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup, Update

from bot.domain.customer import Customer
from bot.domain.errors import NotFoundError
from bot.domain.topup import TopUp, TopUpId
from bot.services.admin.pending_decisions import PendingDecisions
from handlers.admin.alerts import topup_details_text
from handlers.admin.buttons import ShowRequest
from handlers.admin.keyboards import orders_rows, topup_keyboard
from handlers.admin.pending_decisions_texts import (
    ORDERS_LISTED,
    pending_decisions_text,
    request_label,
)
from handlers.ui.buttons import ShowPendingDecisions
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, back, button, home, keyboard, rows_of
from handlers.ui.order_card import order_label
from handlers.ui.replies import show


async def show_pending_decisions(update: Update, context: ShopContext) -> None:
    """Show the pending decisions, on the pressed message."""
    pending = await context.shop.admin.pending_decisions(context.actor)
    await show(
        update,
        context,
        pending_decisions_text(context.translator, pending),
        pending_decisions_keyboard(context.translator, pending),
    )


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


def pending_decisions_keyboard(
    translator: Translator, pending: PendingDecisions
) -> InlineKeyboardMarkup:
    """Return a button for each listed decision, a refresh button and a menu button."""
    return keyboard(
        *orders_rows(
            [(order_label(translator, one), one) for one in pending.parked[:ORDERS_LISTED]]
        ),
        *([_request(translator, topup, customer)] for topup, customer in pending.topups),
        [button(translator.gettext("🔄 Look again"), ShowPendingDecisions()), home(translator)],
    )


def _request(translator: Translator, topup: TopUp, customer: Customer | None) -> InlineButton:
    return button(request_label(translator, topup, customer), ShowRequest(topup.topup_id))


def request_keyboard(
    translator: Translator, topup: TopUp, others: Sequence[TopUp] = ()
) -> InlineKeyboardMarkup:
    """Return the decisions about a top-up, and a button back to the list."""
    answers = topup_keyboard(translator, topup, others)
    rows = [] if answers is None else rows_of(answers)
    return keyboard(*rows, [back(translator, ShowPendingDecisions())])
