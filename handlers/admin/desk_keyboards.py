"""An admin's buttons on the first screen, and below the decisions that wait for them."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.customer import Customer
from bot.domain.topup import TopUp
from bot.services.admin.pending_decisions import PendingDecisions
from handlers.admin.buttons import ShowRequest
from handlers.admin.keyboards import orders_rows, topup_keyboard
from handlers.admin.pending_decisions_texts import ORDERS_LISTED, request_label
from handlers.ui.buttons import ShowDesk
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import back, button, home, keyboard
from handlers.ui.order_card import order_label


def desk_keyboard(words: Translator, desk: PendingDecisions) -> InlineKeyboardMarkup:
    """Return a button for each decision that waits, and the way home."""
    return keyboard(
        *orders_rows([(order_label(words, one), one) for one in desk.parked[:ORDERS_LISTED]]),
        *([_request(words, topup, customer)] for topup, customer in desk.topups),
        [button(words.gettext("🔄 Look again"), ShowDesk()), home(words)],
    )


def _request(words: Translator, topup: TopUp, customer: Customer | None) -> InlineKeyboardButton:
    return button(request_label(words, topup, customer), ShowRequest(topup.topup_id))


def request_keyboard(
    words: Translator, topup: TopUp, others: Sequence[TopUp] = ()
) -> InlineKeyboardMarkup:
    """Return the answers to a request that an admin looks up, and the way back."""
    answers = topup_keyboard(words, topup, others)
    rows = () if answers is None else answers.inline_keyboard
    return keyboard(*map(list, rows), [back(words, ShowDesk())])
