"""The buttons for admins on the start screen, and the counts of pending decisions."""

from __future__ import annotations

from telegram import InlineKeyboardButton

from bot.services.admin.pending_decisions import PendingDecisions
from handlers.ui.buttons import (
    Pause,
    Resume,
    ShowDesk,
    ShowOverview,
    ShowShopBalance,
)
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, button, main_button


def owner_rows(words: Translator, desk: PendingDecisions) -> list[Row]:
    """Return the rows of buttons that only admins have on the start screen."""
    money = button(words.gettext("💼 Shop's money"), ShowShopBalance())
    status = button(words.gettext("📊 Status"), ShowOverview())
    return [
        [button(desk_label(words, desk), ShowDesk())],
        [money, status],
        [stop_or_start(words, desk.stopped_since)],
    ]


def desk_label(words: Translator, desk: PendingDecisions) -> str:
    """Return the label of the button that shows pending decisions, with their number."""
    count = len(desk.parked) + desk.topups_count
    if count:
        return words.gettext("⚖️ To decide: {count}").format(count=words.number(count))
    return words.gettext("⚖️ Nothing to decide")


def waiting_counts(words: Translator, desk: PendingDecisions) -> tuple[str, str]:
    """Return the numbers of parked orders and pending top-ups as texts; empty for none."""
    orders = words.ngettext("{count} order", "{count} orders", len(desk.parked)).format(
        count=words.number(len(desk.parked))
    )
    topups = words.ngettext("{count} top-up", "{count} top-ups", desk.topups_count).format(
        count=words.number(desk.topups_count)
    )
    return orders if desk.parked else "", topups if desk.topups_count else ""


def stop_or_start(words: Translator, standing_since: int) -> InlineKeyboardButton:
    """Return the button that pauses the shop, or resumes it if it is not selling.

    `standing_since` is when sales stopped, in seconds since 1970; 0 while the shop sells.
    """
    if standing_since:
        return resume_button(words, standing_since)
    return button(words.gettext("⏸ Pause the shop"), Pause())


def resume_button(words: Translator, shown_at: int) -> InlineKeyboardButton:
    return main_button(words.gettext("▶️ Sell again"), Resume(shown_at))
