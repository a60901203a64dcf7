"""The list of pending decisions: parked orders and top-ups."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

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
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import back, button, home, keyboard
from handlers.ui.order_card import order_label
from handlers.ui.replies import show


async def show_pending_decisions(update: Update, context: ShopContext) -> None:
    """Show the pending decisions, on the pressed message."""
    pending = await context.shop.admin.pending_decisions(customer_of(update))
    await show(
        update,
        context,
        pending_decisions_text(context.words, pending),
        pending_decisions_keyboard(context.words, pending),
    )


async def show_request(update: Update, context: ShopContext) -> None:
    """Show a top-up with the buttons that decide it, on the pressed message."""
    words, topup_id = context.words, TopUpId(pressed(update, ShowRequest).topup_id)
    try:
        request = await context.shop.topups.details(customer_of(update), topup_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    markup = request_keyboard(words, request.topup, request.others)
    await show(update, context, topup_details_text(words, request), markup)


def pending_decisions_keyboard(
    words: Translator, pending: PendingDecisions
) -> InlineKeyboardMarkup:
    """Return a button for each listed decision, a refresh button and a menu button."""
    return keyboard(
        *orders_rows([(order_label(words, one), one) for one in pending.parked[:ORDERS_LISTED]]),
        *([_request(words, topup, customer)] for topup, customer in pending.topups),
        [button(words.gettext("🔄 Look again"), ShowPendingDecisions()), home(words)],
    )


def _request(words: Translator, topup: TopUp, customer: Customer | None) -> InlineKeyboardButton:
    return button(request_label(words, topup, customer), ShowRequest(topup.topup_id))


def request_keyboard(
    words: Translator, topup: TopUp, others: Sequence[TopUp] = ()
) -> InlineKeyboardMarkup:
    """Return the decisions about a top-up, and a button back to the list."""
    answers = topup_keyboard(words, topup, others)
    rows = () if answers is None else answers.inline_keyboard
    return keyboard(*map(list, rows), [back(words, ShowPendingDecisions())])
