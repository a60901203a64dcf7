"""Keyboards of the list of pending decisions."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.customer import Customer
from bot.domain.topup import TopUp
from bot.services.admin.pending_decisions import PendingDecisions
from handlers.admin.buttons import ShowRequest
from handlers.admin.keyboards import orders_rows, topup_keyboard
from handlers.admin.pending_decisions_texts import ORDERS_LISTED, request_label
from handlers.ui.buttons import ShowPendingDecisions
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import back, button, home, keyboard
from handlers.ui.order_card import order_label


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
