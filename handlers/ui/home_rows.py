"""The admins' rows on the first screen."""

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
    """Return an admin's own buttons on the first screen."""
    money = button(words.gettext("💼 Shop's money"), ShowShopBalance())
    status = button(words.gettext("📊 Status"), ShowOverview())
    return [
        [button(desk_label(words, desk), ShowDesk())],
        [money, status],
        [stop_or_start(words, desk.stopped_since)],
    ]


def desk_label(words: Translator, desk: PendingDecisions) -> str:
    """Return what stands on the button that shows what waits, with how much it is."""
    count = len(desk.parked) + desk.topups_count
    if count:
        return words.gettext("⚖️ To decide: {count}").format(count=words.number(count))
    return words.gettext("⚖️ Nothing to decide")


def waiting_counts(words: Translator, desk: PendingDecisions) -> tuple[str, str]:
    """Return how many orders and top-ups wait; empty where there are none."""
    orders = words.ngettext("{count} order", "{count} orders", len(desk.parked)).format(
        count=words.number(len(desk.parked))
    )
    topups = words.ngettext("{count} top-up", "{count} top-ups", desk.topups_count).format(
        count=words.number(desk.topups_count)
    )
    return orders if desk.parked else "", topups if desk.topups_count else ""


def stop_or_start(words: Translator, standing_since: int) -> InlineKeyboardButton:
    """Return what stops the shop, or what starts it when it stands still since then; 0: it sells.

    In seconds since 1970.
    """
    if standing_since:
        return resume_button(words, standing_since)
    return button(words.gettext("⏸ Pause the shop"), Pause())


def resume_button(words: Translator, shown_at: int) -> InlineKeyboardButton:
    return main_button(words.gettext("▶️ Sell again"), Resume(shown_at))
